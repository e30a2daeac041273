"""Days on which the hub does not work, beside weekends and public holidays: an administrator adds them."""

from __future__ import annotations

import datetime as dt

from dih.shared.settings import Group, Setting, read
from dih.shared.wording import N_

FREE_DAYS = Group(N_("Working days"), N_("On which days the hub does not work.")).declare(
    Setting(
        "free_days",
        frozenset(),
        N_("Extra free days"),
        N_("Deadlines in working days leave them out, like weekends and public holidays. One day a line: 24.12.2026."),
    )
)


def free_days() -> frozenset[dt.date]:
    """The extra free days, for `clock.add_working_days` and its neighbours."""
    found: frozenset[dt.date] = read(FREE_DAYS)
    return found

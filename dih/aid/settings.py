"""Settings of State aid."""

from __future__ import annotations

from dih.shared.settings import Setting, declare
from dih.shared.wording import N_

ANNIVERSARY_COUNTS = declare(
    Setting(
        "aid_anniversary_counts",
        True,
        N_("Aid granted on the same day three years ago still counts"),
        N_("The law leaves the anniversary open. Counting it can only refuse more, so it is the safe choice."),
    )
)

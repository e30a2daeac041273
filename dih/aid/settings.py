"""Settings of State aid."""

from __future__ import annotations

from dih.shared.settings import Group, Setting
from dih.shared.wording import N_

declare = Group(
    N_("State aid"),
    N_("How the rules on State aid are read where the law leaves a choice."),
).declare

ANNIVERSARY_COUNTS = declare(
    Setting(
        "aid_anniversary_counts",
        True,
        N_("Aid granted on the same day three years ago still counts"),
        N_("The law leaves the anniversary open. Counting it can only refuse more, so it is the safe choice."),
    )
)

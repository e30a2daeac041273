"""Settings of decisions."""

from __future__ import annotations

from dih.shared.settings import Group, Setting
from dih.shared.wording import N_

declare = Group(
    N_("Decisions and appeals"),
    N_("How the panel decides, and how long an appeal may take."),
).declare

PANEL_VOTES = declare(
    Setting(
        "panel_votes",
        False,
        N_("The panel votes on each decision"),
        N_("Then a decision is taken in a meeting alone, and needs more votes for it than against."),
    )
)
APPEAL_HEARING_DAYS = declare(
    Setting(
        "appeal_hearing_days",
        30,
        N_("Days in which an appeal is heard"),
        N_("Until when an appeal may be filed is said by its call."),
        least=1,
        most=90,
    )
)

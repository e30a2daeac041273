"""Settings of the envelope."""

from __future__ import annotations

import datetime as dt

from dih.shared.settings import Group, Setting
from dih.shared.wording import N_

declare = Group(
    N_("Budget and programme"),
    N_("The programme's time and the sums that take two managers."),
).declare

PROGRAMME_START = declare(
    Setting(
        "programme_start", dt.date(2025, 9, 22), N_("First day of the programme"), N_("Time gone is counted from it.")
    )
)
FOUR_EYES_EURO = declare(
    Setting(
        "four_eyes_euro",
        0,
        N_("Amount in euro above which a second manager approves"),
        N_("It counts for applications and for changes of budget lines. 0 means that one manager is enough."),
        least=0,
        most=100_000_000,
    )
)
PROGRAMME_MONTHS = declare(Setting("programme_months", 36, N_("Length of the programme in months"), least=1, most=120))

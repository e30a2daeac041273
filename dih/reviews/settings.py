"""Settings of reviews."""

from __future__ import annotations

from dih.shared.settings import Group, Setting
from dih.shared.wording import N_

declare = Group(
    N_("Reviews"),
    N_("When reviews lie so far apart that one more is asked for."),
).declare

SPREAD_LIMIT = declare(
    Setting(
        "review_spread_limit",
        25,
        N_("Percentage points between two reviews from which one more review is asked for"),
        N_("Compared once all reviews wanted are in; 100 never asks."),
        least=1,
        most=100,
    )
)

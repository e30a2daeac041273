"""Settings of deliveries."""

from __future__ import annotations

from dih.shared.settings import Group, Setting
from dih.shared.wording import N_

declare = Group(
    N_("Deliveries"),
    N_("How long a beneficiary may take to answer a report."),
).declare

ANSWER_DAYS = declare(
    Setting(
        "delivery_answer_days",
        21,
        N_("Days in which a beneficiary answers a delivery report"),
        N_("It is reminded twice. After the last day a hub manager may confirm in its place, with a reason."),
        least=3,
        most=365,
    )
)

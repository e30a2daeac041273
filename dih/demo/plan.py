"""Which demo application ends in which state, and how long ago it was submitted. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

PLAN = {
    "draft": (8, 1, 15),
    "submitted": (8, 1, 4),
    "eligible": (5, 4, 8),
    "ineligible": (5, 20, 250),
    "placed": (8, 8, 14),
    "in_review": (12, 16, 26),
    "waiting_list": (5, 40, 90),
    "expired": (2, 250, 300),
    "rejected": (8, 40, 280),
    "withdrawn": (5, 10, 250),
    "offered": (7, 27, 34),
    "awaiting_payment": (1, 40, 40),
    "paid": (1, 60, 60),
    "active": (7, 40, 80),
    "in_delivery": (10, 70, 150),
    "delivered": (5, 110, 180),
    "disputed": (2, 110, 150),
    "confirmed": (5, 130, 240),
    "closed": (11, 180, 310),
    "lapsed": (3, 150, 250),
    "cancelled": (2, 120, 220),
}
"""How many applications end in each state, and how many days ago the first and the last of them was submitted."""

PAID_FOR = ("awaiting_payment", "paid")
"""Endings of those who pay a share: by bank transfer, one is still on its way."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One application of the demo: who asks for what, how it ends, and how many days ago it was submitted."""

    organisation: str
    project: dict[str, Any]
    ending: str
    days_ago: int


def plots(
    projects: list[dict[str, Any]], organisations: dict[str, dict[str, Any]], open_days: dict[str, int]
) -> list[Plot]:
    """All applications of the demo in the order of submission; the same for the same data.

    `open_days` says by target group for how many days its call has been open.
    """
    chance = random.Random(2026)
    pairs = [(code, project) for project in projects for code in project["fits"]]
    chance.shuffle(pairs)
    found = []
    for ending, (count, first, last) in PLAN.items():
        chosen = [pair for pair in pairs if _suits(ending, pair[1], organisations[pair[0]])][:count]
        for index, (code, project) in enumerate(chosen):
            pairs.remove((code, project))
            most = open_days[project["target_group"]] - 5
            days = first + (last - first) * index // max(count - 1, 1)
            found.append(Plot(code, project, ending, min(days, most)))
    return sorted(found, key=lambda plot: (-plot.days_ago, plot.organisation))


def pays(project: dict[str, Any], organisation: dict[str, Any]) -> bool:
    """Whether the call asks a share of this organisation: of large firms in health."""
    is_large = organisation["last_year"]["staff"] >= 250 and organisation["legal_nature"] == "enterprise"
    return bool(project["target_group"] == "health_organisation" and is_large)


def _suits(ending: str, project: dict[str, Any], organisation: dict[str, Any]) -> bool:
    """Public institutions are decided without reviews; who pays a share waits for the money or has sent it."""
    if ending in PAID_FOR:
        return pays(project, organisation)
    reviewed = project["target_group"] != "public_institution"
    return (reviewed or ending not in ("in_review", "waiting_list")) and not pays(project, organisation)

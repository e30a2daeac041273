"""How well a reviewer suits an application: sector, areas and technologies of the services, language, the own bid."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from dih.reviews.vocabulary import Bid, Spread

LEAST, SECTOR, AREAS, TECHNOLOGIES, LANGUAGE = 1000, 3000, 2500, 2500, 1000
"""What each part is worth; together 10,000, the solver's affinity of a perfect fit."""

BIDS: Mapping[Bid | None, int] = {Bid.WANT: 1500, Bid.CAN: 500, None: 0, Bid.RATHER_NOT: -2000}
"""What a bid adds; the sum stays within 1 and 10,000."""

TOP = 10_000

SPREAD_STEPS = {Spread.NONE: 0, Spread.LIGHT: 200, Spread.STRONG: 1_000}
"""By how much the cost of a reviewer's load rises with each review, in affinity units."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an application is about, in codes of the taxonomy; `language` is that in which it is written."""

    sector: str
    areas: Collection[str] = ()
    technologies: Collection[str] = ()
    language: str = "ro"


@dataclass(frozen=True, slots=True)
class Competence:
    """What a reviewer knows, in the same codes."""

    sectors: Collection[str] = ()
    areas: Collection[str] = ()
    technologies: Collection[str] = ()
    languages: Collection[str] = field(default=("ro",))


def affinity(subject: Subject, competence: Competence, bid: Bid | None = None) -> int:
    """1 to 10,000: without a bid 1,000 (nothing in common) to 10,000 (all that the application needs is known)."""
    known = (
        LEAST
        + SECTOR * (subject.sector in competence.sectors)
        + _share(AREAS, subject.areas, competence.areas)
        + _share(TECHNOLOGIES, subject.technologies, competence.technologies)
        + LANGUAGE * (subject.language in competence.languages)
    )
    return min(TOP, max(1, known + BIDS[bid]))


def cost_of_load(spread: Spread, most: int) -> list[int]:
    """What the 1st, 2nd, ... review of a reviewer costs in a plan, up to `most`; empty where it costs nothing."""
    step = SPREAD_STEPS[spread]
    return [min(TOP, step * number) for number in range(most)] if step else []


def _share(worth: int, wanted: Collection[str], known: Collection[str]) -> int:
    needed = set(wanted)
    return worth * len(needed & set(known)) // len(needed) if needed else 0

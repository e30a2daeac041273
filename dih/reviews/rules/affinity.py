"""How well a reviewer suits an application: sector, areas and technologies of the services, language."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

LEAST, SECTOR, AREAS, TECHNOLOGIES, LANGUAGE = 1000, 3000, 2500, 2500, 1000
"""What each part is worth; together 10,000, the solver's affinity of a perfect fit."""


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


def affinity(subject: Subject, competence: Competence) -> int:
    """1,000 (nothing in common) to 10,000 (everything that the application needs is known)."""
    return (
        LEAST
        + SECTOR * (subject.sector in competence.sectors)
        + _share(AREAS, subject.areas, competence.areas)
        + _share(TECHNOLOGIES, subject.technologies, competence.technologies)
        + LANGUAGE * (subject.language in competence.languages)
    )


def _share(worth: int, wanted: Collection[str], known: Collection[str]) -> int:
    needed = set(wanted)
    return worth * len(needed & set(known)) // len(needed) if needed else 0

"""What can go wrong in an operation. Views turn these into pages; no operation knows of HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dih.shared.wording import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way: the field it concerns ("" for the whole), what is wrong and the way out."""

    field: str
    text: Text


class DomainError(Exception):
    """Base of all expected refusals."""


class NotFound(DomainError):
    """The thing does not exist, or is not within the actor's reach: the two look the same (404)."""


class Forbidden(DomainError):
    """The actor's role may not do this (403)."""


class BrokenRule(DomainError):
    """A rule refuses; carries every problem at once (422)."""

    def __init__(self, *problems: Problem) -> None:
        self.problems: Sequence[Problem] = problems
        super().__init__("; ".join(f"{p.field}: {p.text}" if p.field else str(p.text) for p in problems))

    @classmethod
    def because(cls, message: str, field: str = "", **values: object) -> BrokenRule:
        """A single problem from an `N_()` message and its values."""
        return cls(Problem(field, Text(message, values)))


class Stale(DomainError):
    """Somebody else changed the thing in between; nothing was done (409)."""

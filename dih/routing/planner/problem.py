"""What is to be planned: the open applications of a call, the ways to deliver each, and what the partners have left.

Everything is in one order, whatever the order in which it came: the same facts make the same problem, the same digest
and the same plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, order=True)
class Option:
    """One way to deliver an application: `partner` leads, `helpers` (service, partner) deliver what it does not.

    `fit` in points; `days` are person-days by partner, the leader's and the helpers'; `cents` are asked of the leader's
    share of the budget.
    """

    partner: int
    helpers: tuple[tuple[int, int], ...]
    fit: int
    days: tuple[tuple[int, int], ...]
    cents: int


@dataclass(frozen=True, slots=True)
class Case:
    """One application. `today` is the option it has now (its place in `options`), None when nobody has it.

    `accepted`: its partner has said yes. `routing` names the step that the plan was made from.
    """

    id: int
    options: tuple[Option, ...]
    today: int | None = None
    accepted: bool = False
    routing: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """What a partner has: `stated` person-days by quarter, `taken` ones by cases outside of the plan.

    `cents` is what its share of the budget leaves for the cases of the plan, None where it has no share of its own.
    """

    partner: int
    stated: tuple[int, ...]
    taken: int = 0
    cents: int | None = None

    @property
    def days(self) -> int:
        """All that it stated."""
        return sum(self.stated)

    @property
    def free(self) -> int:
        """Person-days for the cases of the plan; none when more is promised already than stated."""
        return max(self.days - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Problem:
    """The cases by id and the rooms by partner."""

    cases: tuple[Case, ...]
    rooms: tuple[Room, ...]

    @property
    def today(self) -> Choice:
        """How things stand before the plan."""
        return tuple(case.today for case in self.cases)

    @property
    def digest(self) -> str:
        """Names these facts: a plan is applied only while they are still the same."""
        return hashlib.sha256(repr((self.cases, self.rooms)).encode()).hexdigest()[:32]

    def held(self, places: Mapping[int, int | None]) -> Problem:
        """The same problem as if some cases (by id) stood at these places today: to be pinned there."""
        wanted = with_moves(self.today, self, places)
        return replace(
            self, cases=tuple(replace(case, today=place) for case, place in zip(self.cases, wanted, strict=True))
        )

    def with_more_days(self, partner: int, quarter: int, more: int) -> Problem:
        """The same problem if a partner had `more` person-days (or fewer) in the quarter at that place of `stated`."""
        rooms = tuple(
            replace(room, stated=tuple(max(d + more * (q == quarter), 0) for q, d in enumerate(room.stated)))
            if room.partner == partner
            else room
            for room in self.rooms
        )
        return replace(self, rooms=rooms)


Choice = tuple[int | None, ...]
"""For each case of a problem, in order, the place of the chosen option; None: nobody can take it."""


def problem(cases: Iterable[Case], rooms: Collection[Room]) -> Problem:
    """A problem in its one order. Raises ValueError when one stands twice, and for a partner without room."""
    ordered = sorted((_ordered(case) for case in cases), key=lambda case: case.id)
    found = {room.partner for room in rooms}
    if len({case.id for case in ordered}) != len(ordered) or len(found) != len(rooms):
        raise ValueError("a case or a room stands twice")
    for case in ordered:
        for option in case.options:
            if not {option.partner, *dict(option.days)} <= found:
                raise ValueError(f"case {case.id} names a partner without room")
    return Problem(tuple(ordered), tuple(sorted(rooms, key=lambda room: room.partner)))


def _ordered(case: Case) -> Case:
    options = tuple(sorted(case.options))
    today = None if case.today is None else options.index(case.options[case.today])
    return replace(case, options=options, today=today)


def chosen(case: Case, place: int | None) -> Option | None:
    """The option at a place; None where nobody takes it."""
    return None if place is None else case.options[place]


def with_moves(choice: Choice, problem_: Problem, moves: Mapping[int, int | None]) -> Choice:
    """A choice with some cases (by id) put elsewhere; names of cases or options that are not there change nothing."""
    return tuple(
        moves[case.id] if case.id in moves and (moves[case.id] or 0) < len(case.options) else place
        for case, place in zip(problem_.cases, choice, strict=True)
    )

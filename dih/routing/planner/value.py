"""What a plan is worth and what it breaks. One measure for the solver, the manager's own moves and the explanations.

Counted in quarter points, so that all is whole: fit, less what full partners and changes cost, less 1,000 points for
each application that nobody takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from dih.routing.planner.problem import Case, Choice, Option, Problem, Room, chosen

POINT = 4
"""Quarter points in a point."""

UNPLACED = 1000 * POINT
MOVED_PROPOSED = 5 * POINT
MOVED_ACCEPTED = 15 * POINT
"""A move must gain more than this: who was asked has begun to read, who accepted has begun to plan."""

CROWDED = ((60, 1), (80, 1), (95, 2))
"""From so many percent of its person-days on, each further day of a partner costs so many quarter points more."""


@dataclass(slots=True)
class Load:
    """What the partners carry of the plan's cases: person-days and cents by partner."""

    days: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    cents: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, option: Option | None, sign: int = 1) -> None:
        """Puts an option on (or takes it off, with sign -1)."""
        if option is not None:
            for partner, days in option.days:
                self.days[partner] += sign * days
            self.cents[option.partner] += sign * option.cents


@dataclass(frozen=True, slots=True)
class Value:
    """The parts of a plan's worth, in quarter points; `unplaced` and `moved` count applications."""

    fit: int
    crowding: int
    change: int
    unplaced: int
    moved: int

    @property
    def total(self) -> int:
        """What plans are compared by."""
        return self.fit - self.crowding - self.change - UNPLACED * self.unplaced


@dataclass(frozen=True, slots=True)
class Lack:
    """A partner that cannot carry what it is given: so many person-days, or cents of its share, are missing."""

    partner: int
    days: int = 0
    cents: int = 0


def load_of(problem: Problem, choice: Choice) -> Load:
    """What the partners carry."""
    load = Load()
    for case, place in zip(problem.cases, choice, strict=True):
        load.add(chosen(case, place))
    return load


def value_of(problem: Problem, choice: Choice) -> Value:
    """What a plan is worth."""
    load = load_of(problem, choice)
    options = [chosen(case, place) for case, place in zip(problem.cases, choice, strict=True)]
    return Value(
        fit=POINT * sum(option.fit for option in options if option is not None),
        crowding=sum(crowding(room, room.taken + load.days[room.partner]) for room in problem.rooms),
        change=sum(change(case, place) for case, place in zip(problem.cases, choice, strict=True)),
        unplaced=options.count(None),
        moved=sum(place != case.today for case, place in zip(problem.cases, choice, strict=True)),
    )


def crowding(room: Room, days: int) -> int:
    """What it costs that a partner carries so many person-days in all."""
    return sum(slope * max(0, days - least) for least, slope in steps(room))


def steps(room: Room) -> list[tuple[int, int]]:
    """The person-days from which on each further day costs more, with by how much."""
    return [(room.days * percent // 100, slope) for percent, slope in CROWDED]


def change(case: Case, place: int | None) -> int:
    """What it costs to take a case from the partner that has it."""
    if case.today is None or place == case.today:
        return 0
    return MOVED_ACCEPTED if case.accepted else MOVED_PROPOSED


def lacks(problem: Problem, choice: Choice) -> list[Lack]:
    """The partners that the plan gives more than they have. What they carry today already is not held against it."""
    now, load = load_of(problem, problem.today), load_of(problem, choice)
    return lacks_of(problem, now, load)


def lacks_of(problem: Problem, now: Load, load: Load) -> list[Lack]:
    """The same from loads."""
    found = []
    for room in problem.rooms:
        days = load.days[room.partner] - max(room.free, now.days[room.partner])
        cents = 0
        if room.cents is not None:
            cents = load.cents[room.partner] - max(room.cents, now.cents[room.partner])
        if days > 0 or cents > 0:
            found.append(Lack(room.partner, max(days, 0), max(cents, 0)))
    return found


def by_quarter(room: Room, days: int) -> list[int]:
    """Person-days by quarter when `days` in all are delivered as early as they can be; the last takes what is over."""
    found = []
    for stated in room.stated[:-1]:
        found.append(min(stated, days))
        days -= found[-1]
    return [*found, days]


def worth(case: Case, place: int | None) -> int:
    """What one case adds by itself: its fit, less the change."""
    option = chosen(case, place)
    return (POINT * option.fit if option else -UNPLACED) - change(case, place)


def gain(problem: Problem, load: Load, case: Case, old: int | None, new: int | None) -> int:
    """What is won when one case goes from an option to another while all others stay; `load` is with the old one."""
    moved = Load(days=defaultdict(int, load.days))
    moved.add(chosen(case, old), -1)
    moved.add(chosen(case, new))
    touched = _partners(case, old) | _partners(case, new)
    crowded = sum(
        crowding(room, room.taken + moved.days[room.partner]) - crowding(room, room.taken + load.days[room.partner])
        for room in problem.rooms
        if room.partner in touched
    )
    return worth(case, new) - worth(case, old) - crowded


def _partners(case: Case, place: int | None) -> set[int]:
    option = chosen(case, place)
    return set() if option is None else set(dict(option.days))


def rooms_by_partner(problem: Problem) -> Mapping[int, Room]:
    """The rooms by their partner."""
    return {room.partner: room for room in problem.rooms}

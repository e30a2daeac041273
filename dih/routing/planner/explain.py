"""Why a plan says what it says: what each move gains, and what each other way would cost or lacks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dih.routing.planner.problem import Case, Choice, Problem, chosen
from dih.routing.planner.value import POINT, Lack, Load, change, gain, lacks_of, load_of, worth


@dataclass(frozen=True, slots=True)
class Other:
    """Another place for a case while all others stay: `loss` in quarter points (below 0: it would be better).

    `lacks` are the partners that could not carry it; empty when it could go there.
    """

    place: int | None
    loss: int
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """One case that changes hands, in quarter points: `gain` = `fit` + `relief` - `change`, all others staying.

    `relief` is what less crowded partners win (below 0: they are more crowded). `others` are the ways not taken, the
    nearest first, with the one of today among them.
    """

    case: Case
    place: int | None
    fit: int
    relief: int
    change: int
    others: tuple[Other, ...]

    @property
    def gain(self) -> int:
        """What the move wins in all."""
        return self.fit + self.relief - self.change


def moves(problem: Problem, choice: Choice) -> list[Move]:
    """What a plan changes, the largest gain first."""
    now, load = load_of(problem, problem.today), load_of(problem, choice)
    found = []
    for case, place in zip(problem.cases, choice, strict=True):
        if place != case.today:
            fit, cost = _fit(case, place) - _fit(case, case.today), change(case, place)
            back = gain(problem, load, case, place, case.today)
            relief = worth(case, case.today) - worth(case, place) - back
            found.append(Move(case, place, fit, relief, cost, _others(problem, now, load, case, place)))
    return sorted(found, key=lambda move: (-move.gain, move.case.id))


def others(problem: Problem, choice: Choice, case: Case, place: int | None) -> tuple[Other, ...]:
    """The ways not taken for one case, the nearest first."""
    return _others(problem, load_of(problem, problem.today), load_of(problem, choice), case, place)


def _others(problem: Problem, now: Load, load: Load, case: Case, place: int | None) -> tuple[Other, ...]:
    found = []
    for other in range(len(case.options)):
        if other == place:
            continue
        moved = Load(defaultdict(int, load.days), defaultdict(int, load.cents))
        moved.add(chosen(case, place), -1)
        moved.add(chosen(case, other))
        touched = {case.options[other].partner, *dict(case.options[other].days)}
        lacks = tuple(lack for lack in lacks_of(problem, now, moved) if lack.partner in touched)
        found.append(Other(other, -gain(problem, load, case, place, other), lacks))
    return tuple(sorted(found, key=lambda other: (bool(other.lacks), other.loss, other.place)))


def _fit(case: Case, place: int | None) -> int:
    option = chosen(case, place)
    return POINT * option.fit if option is not None else 0

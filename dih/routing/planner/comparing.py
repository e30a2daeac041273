"""A plan against today's, or against another plan, as screens show it: partner by partner, move by move, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from dih.partners.rules import Quarter
from dih.routing.planner.explain import Move, Other, moves, others
from dih.routing.planner.problem import Case, Choice, Option, Problem, chosen
from dih.routing.planner.value import POINT, Lack, by_quarter, load_of
from dih.routing.rules import ScorePart, in_words
from dih.shared.money import Euro
from dih.shared.wording import N_, Text

if TYPE_CHECKING:
    from dih.routing.plans import Facts, Open


@dataclass(frozen=True, slots=True)
class InQuarter:
    """A partner's person-days in one quarter: stated and used before, stated and used after."""

    quarter: Quarter
    stated_before: int
    before: int
    stated: int
    after: int


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One partner before and after: applications of the plan, person-days by quarter, cents of its share.

    `share_cents` is None where the partner has no share of its own.
    """

    name: str
    cases_before: int
    cases_after: int
    quarters: Sequence[InQuarter]
    cents_before: int
    cents_after: int
    share_cents: int | None

    @property
    def percent_before(self) -> Decimal | None:
        """How much of its share is used before, in percent."""
        return self._percent(self.cents_before)

    @property
    def percent_after(self) -> Decimal | None:
        """The same after."""
        return self._percent(self.cents_after)

    def _percent(self, cents: int) -> Decimal | None:
        return None if not self.share_cents else Decimal(cents * 1000 // self.share_cents) / 10


@dataclass(frozen=True, slots=True)
class OtherLine:
    """Another place for an application, and why it is not there. `place` is None where it never can be."""

    name: str
    words: Text
    place: int | None = None
    possible: bool = False
    fit: int | None = None


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One application that changes hands; gains in points."""

    application: Open
    place: int | None
    before: str
    after: str
    fit: Decimal
    relief: Decimal
    change: Decimal
    gain: Decimal
    others: Sequence[OtherLine]

    @property
    def value(self) -> str:
        """How forms name the move."""
        return as_value(self.application.id, self.place)


@dataclass(frozen=True, slots=True)
class StayLine:
    """One application that stays where it is."""

    application: Open
    name: str


def as_value(case_id: int, place: int | None) -> str:
    """A move as addresses and forms carry it: 12.3, or 12.x when nobody takes it."""
    return f"{case_id}.{'x' if place is None else place}"


def points(quarters: int) -> Decimal:
    """Points from quarter points."""
    return Decimal(quarters) / POINT


def partner_lines(
    facts: Facts, problem: Problem, before: Choice, after: Choice, supposed: Problem | None = None
) -> list[PartnerLine]:
    """All partners, before and after; `supposed` has other person-days, which count after."""
    loads = load_of(problem, before), load_of(problem, after)
    counts = [
        Counter(one.partner for case, place in zip(problem.cases, choice, strict=True) if (one := chosen(case, place)))
        for choice in (before, after)
    ]
    found = []
    for room, then in zip(problem.rooms, (supposed or problem).rooms, strict=True):
        has = facts.means[room.partner]
        used = [
            by_quarter(one, one.taken + load.days[one.partner]) for one, load in zip((room, then), loads, strict=True)
        ]
        cents = [has.taken_cents + load.cents[room.partner] for load in loads]
        quarters = [
            InQuarter(*parts) for parts in zip(facts.quarters, room.stated, used[0], then.stated, used[1], strict=True)
        ]
        found.append(
            PartnerLine(
                facts.partners[room.partner],
                counts[0][room.partner],
                counts[1][room.partner],
                quarters,
                cents[0],
                cents[1],
                has.share_cents,
            )
        )
    return found


def move_lines(facts: Facts, choice: Choice) -> list[MoveLine]:
    """What a plan moves, the largest gain first."""
    return [_move_line(facts, move) for move in moves(facts.problem, choice)]


def _move_line(facts: Facts, move: Move) -> MoveLine:
    case = move.case
    return MoveLine(
        facts.applications[case.id],
        move.place,
        name_of(facts, chosen(case, case.today)),
        name_of(facts, chosen(case, move.place)),
        points(move.fit),
        points(move.relief),
        points(move.change),
        points(move.gain),
        _other_lines(facts, case, _nearest(case, move)),
    )


def _nearest(case: Case, move: Move) -> list[Other]:
    """Of the ways that each other partner leads, the nearest one."""
    found: dict[int, Other] = {}
    for way in move.others:
        if way.place is not None:
            found.setdefault(case.options[way.place].partner, way)
    leader = chosen(case, move.place)
    return [way for partner, way in found.items() if leader is None or partner != leader.partner]


def stay_lines(facts: Facts, choice: Choice) -> list[StayLine]:
    """What a plan leaves where it is, in the order of the applications."""
    return [
        StayLine(facts.applications[case.id], name_of(facts, chosen(case, place)))
        for case, place in zip(facts.problem.cases, choice, strict=True)
        if place == case.today
    ]


def other_lines(facts: Facts, choice: Choice, case: Case, place: int | None) -> list[OtherLine]:
    """The other places for one application in a plan, and why it is not there."""
    return _other_lines(facts, case, others(facts.problem, choice, case, place))


def _other_lines(facts: Facts, case: Case, ways: Sequence[Other]) -> list[OtherLine]:
    able = [_able_line(facts, case, way) for way in ways if way.place is not None]
    known = {option.partner for option in case.options}
    return able + [
        OtherLine(facts.partners[partner_id], why_not(scores[0].parts))
        for partner_id, scores in facts.scores[case.id].items()
        if partner_id not in known
    ]


def _able_line(facts: Facts, case: Case, way: Other) -> OtherLine:
    option = case.options[way.place or 0]
    name = name_of(facts, option)
    if way.lacks:
        lack = way.lacks[0]
        return OtherLine(name, lack_in_words(lack, facts.partners[lack.partner]), way.place, fit=option.fit)
    words = N_("Worth the same.")
    if way.loss:
        words = N_("%(points)s points less.") if way.loss > 0 else N_("%(points)s points more.")
    values = {"points": points(abs(way.loss))} if way.loss else {}
    return OtherLine(name, Text(words, values), way.place, possible=True, fit=option.fit)


def why_not(parts: Sequence[ScorePart]) -> Text:
    """Why a partner could not deliver at all: the first of its reasons that decides by itself."""
    deciding = {part.key: part for part in parts}
    part = deciding.get("conflict") or deciding.get("remark") or deciding["services"]
    return in_words(part.message, part.values)


def lack_in_words(lack: Lack, partner: str) -> Text:
    """What a partner would lack."""
    if lack.days:
        return Text(N_("%(partner)s would lack %(days)s person-days."), {"partner": partner, "days": lack.days})
    over = {"partner": partner, "sum": Euro(lack.cents)}
    return Text(N_("%(partner)s would exceed its share of the budget by %(sum)s."), over)


def name_of(facts: Facts, option: Option | None) -> str:
    """Who delivers: the leader, and its helpers; "" for nobody."""
    if option is None:
        return ""
    helpers = sorted({facts.partners[partner] for _service, partner in option.helpers})
    return " + ".join([facts.partners[option.partner], *helpers])


@dataclass(frozen=True, slots=True)
class Difference:
    """One application that two plans put to different partners."""

    application: Open
    before: str
    after: str


def differences(facts: Facts, before: Choice, after: Choice) -> list[Difference]:
    """Where two plans of the same facts differ, in the order of the applications."""
    return [
        Difference(facts.applications[case.id], name_of(facts, chosen(case, old)), name_of(facts, chosen(case, new)))
        for case, old, new in zip(facts.problem.cases, before, after, strict=True)
        if old != new
    ]

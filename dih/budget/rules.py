"""Pure decisions about budget lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dih.budget.vocabulary import Dimension
from dih.shared.errors import BrokenRule
from dih.shared.money import Euro
from dih.shared.wording import N_, Text
from dih.taxonomy.vocabulary import CATEGORY_LABELS, Category, TargetGroup


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its balances in cents. An empty key (None) means: for all."""

    id: int
    code: str
    name: dict[str, str]
    parent_id: int | None
    divides_by: Dimension | None
    target_group: TargetGroup | None
    category: Category | None
    partner_id: int | None
    ceiling_cents: int
    allocated_cents: int
    reserved_cents: int
    spent_cents: int

    @property
    def free_cents(self) -> int:
        """What may still be reserved here, or allocated below."""
        return self.ceiling_cents - self.allocated_cents - self.reserved_cents - self.spent_cents


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose hands a deed passed through: the person, and the one for whom a deputy acted. Ids of persons."""

    person_id: int | None
    deputy_for: int | None = None

    def touch(self, other: Hands) -> bool:
        """Whether somebody stands on both sides, as a deputy too: then the two are no four eyes."""
        mine = {self.person_id, self.deputy_for} - {None}
        return bool(mine & {other.person_id, other.deputy_for})


def second_needed(cents: int, four_eyes_euro: int) -> bool:
    """Whether an amount needs a second manager: it lies above the setting in whole euro; at 0 nothing does."""
    return four_eyes_euro > 0 and cents > four_eyes_euro * 100


def leaves(lines: Sequence[Line]) -> list[Line]:
    """The lines that no other line divides: money is reserved on these only."""
    parents = {line.parent_id for line in lines}
    return [line for line in lines if line.id not in parents]


def leaf_for(lines: Sequence[Line], target_group: TargetGroup, category: Category, partner_id: int | None) -> Line:
    """The most specific leaf that fits a service of `category` for `target_group` by `partner_id`.

    Of equally specific leaves the first made. Raises BrokenRule when none fits: nothing climbs by itself.
    """
    fitting = [
        line
        for line in leaves(lines)
        if line.target_group in (None, target_group)
        and line.category in (None, category)
        and line.partner_id in (None, partner_id)
    ]
    if not fitting:
        raise BrokenRule.because(
            N_("No budget line pays for “%(category)s” of this target group and partner. The hub has to open one."),
            category=Text(CATEGORY_LABELS[category]),
        )
    return max(fitting, key=lambda line: (_specific(line), -line.id))


def _specific(line: Line) -> int:
    return sum(key is not None for key in (line.target_group, line.category, line.partner_id))


KEYS = tuple(dimension.key for dimension in Dimension)


def keys_below(parent: Mapping[str, Any], divides_by: Dimension | None, own: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a line below `parent`: the parent's, and one more by the one dimension that divides the parent.

    `parent` and `own` hold values by key; `divides_by` is None while the parent has no children. Raises BrokenRule
    when `own` leaves out that dimension, adds another one, or says something else than the parent.
    """
    keys = {key: own.get(key) if own.get(key) is not None else parent.get(key) for key in KEYS}
    added = [
        dimension for dimension in Dimension if parent.get(dimension.key) is None and keys[dimension.key] is not None
    ]
    same = all(parent.get(key) in (None, keys[key]) for key in KEYS)
    if len(added) != 1 or not same or divides_by not in (None, added[0]):
        raise BrokenRule.because(
            N_("The lines below one line divide it by one dimension: target group, category or partner."), "part"
        )
    return keys


@dataclass(frozen=True, slots=True)
class Change:
    """By how many cents a line's ceiling and what it has allocated below change."""

    ceiling: int = 0
    allocated: int = 0


def flow(parents: Mapping[int, int | None], source: int | None, target: int | None, cents: int) -> dict[int, Change]:
    """What changes on each line when `cents` of ceiling go from `source` to `target`; None is outside of the envelope.

    Every line on the way up to the first common one gives or takes the same: a line bears what its children hold.
    """
    gives, takes = list(_upwards(parents, source)), list(_upwards(parents, target))
    found: dict[int, Change] = defaultdict(Change)
    for way, sign in ((gives, -1), (takes, 1)):
        other = takes if sign < 0 else gives
        for line in way:
            if line in other:
                continue
            found[line] = replace(found[line], ceiling=found[line].ceiling + sign * cents)
            if (parent := parents[line]) is not None:
                found[parent] = replace(found[parent], allocated=found[parent].allocated + sign * cents)
    return {line: change for line, change in found.items() if change != Change()}


def _upwards(parents: Mapping[int, int | None], line: int | None) -> Iterator[int]:
    while line is not None:
        yield line
        line = parents[line]


def refusal(line: Line, *, ceiling: int, needed: int) -> BrokenRule:
    """Why a line cannot bear a move that changes its ceiling by `ceiling` cents and takes `needed` of what is free."""
    free = line.free_cents
    if ceiling < 0 and needed > free:
        return BrokenRule.because(
            N_(
                "The budget line %(line)s cannot give %(asked)s: of its %(ceiling)s it has %(allocated)s allocated,"
                " %(reserved)s reserved and %(spent)s spent. At most %(free)s can go."
            ),
            "amount",
            line=line.code,
            asked=Euro(-ceiling),
            ceiling=Euro(line.ceiling_cents),
            allocated=Euro(line.allocated_cents),
            reserved=Euro(line.reserved_cents),
            spent=Euro(line.spent_cents),
            free=Euro(free),
        )
    if needed > free:
        return BrokenRule.because(
            N_("The budget line %(line)s has %(free)s free, %(missing)s less than needed."),
            "amount",
            line=line.code,
            free=Euro(free),
            missing=Euro(needed - free),
        )
    return BrokenRule.because(
        N_("The budget line %(line)s cannot bear this move: it has %(reserved)s reserved and %(spent)s spent."),
        "amount",
        line=line.code,
        reserved=Euro(line.reserved_cents),
        spent=Euro(line.spent_cents),
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """One line before and after a change."""

    before: Line
    after: Line


def preview(lines: Sequence[Line], source: int | None, target: int | None, cents: int) -> list[Preview]:
    """The lines that a change touches, before and after, parents first. Raises BrokenRule when one cannot bear it."""
    changes = flow({line.id: line.parent_id for line in lines}, source, target, cents)
    for line in lines:
        change = changes.get(line.id, Change())
        needed = change.allocated - change.ceiling
        if needed > line.free_cents or (change.allocated > 0 and line.reserved_cents + line.spent_cents):
            raise refusal(line, ceiling=change.ceiling, needed=needed)
    return [
        Preview(
            line,
            replace(
                line,
                ceiling_cents=line.ceiling_cents + changes[line.id].ceiling,
                allocated_cents=line.allocated_cents + changes[line.id].allocated,
            ),
        )
        for line in lines
        if line.id in changes
    ]


def tree(lines: Sequence[Line]) -> list[tuple[Line, int]]:
    """The lines as they stand below one another, each with its depth (0: the envelope)."""
    below: dict[int | None, list[Line]] = defaultdict(list)
    for line in lines:
        below[line.parent_id].append(line)

    def walk(parent: int | None, depth: int) -> Iterator[tuple[Line, int]]:
        for line in below[parent]:
            yield line, depth
            yield from walk(line.id, depth + 1)

    return list(walk(None, 0))


def with_all_below(lines: Sequence[Line], line_id: int) -> set[int]:
    """The ids of a line and of every line below it."""
    found = {line_id}
    for line, _ in tree(lines):
        if line.parent_id in found:
            found.add(line.id)
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """What is reserved and spent on a line and on every line below it, in cents."""

    reserved_cents: int
    spent_cents: int

    @property
    def used_cents(self) -> int:
        """Both together."""
        return self.reserved_cents + self.spent_cents


def held(lines: Sequence[Line]) -> dict[int, Held]:
    """What each line holds, by its id. Money lies on leaves: what divides others shows theirs."""
    found = {line.id: Held(line.reserved_cents, line.spent_cents) for line in lines}
    for line, _ in reversed(tree(lines)):
        if line.parent_id is not None:
            above, own = found[line.parent_id], found[line.id]
            found[line.parent_id] = Held(above.reserved_cents + own.reserved_cents, above.spent_cents + own.spent_cents)
    return found

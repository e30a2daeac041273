"""Pure decisions about budget lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dih.taxonomy.vocabulary import Category, TargetGroup


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its balances in cents. An empty key (None) means: for all."""

    id: int
    code: str
    name: dict[str, str]
    parent_id: int | None
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

    Of equally specific leaves the first made. Raises LookupError when no leaf fits: nothing climbs by itself.
    """
    fitting = [
        line
        for line in leaves(lines)
        if line.target_group in (None, target_group)
        and line.category in (None, category)
        and line.partner_id in (None, partner_id)
    ]
    if not fitting:
        raise LookupError(f"no budget line for {target_group}, {category}, partner {partner_id}")
    return max(fitting, key=lambda line: (_specific(line), -line.id))


def _specific(line: Line) -> int:
    return sum(key is not None for key in (line.target_group, line.category, line.partner_id))

"""Pure decisions of the meeting: where the money ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """What one application asks of each line, in cents."""

    application_id: int
    by_line: dict[int, int]


def money_line(asked_in_order: Sequence[Asked], free_by_line: dict[int, int]) -> set[int]:
    """The applications that the money reaches, in order; one that does not fit is passed over, a later may fit."""
    left = dict(free_by_line)
    reached = set()
    for asked in asked_in_order:
        if all(left.get(line, 0) >= cents for line, cents in asked.by_line.items()):
            for line, cents in asked.by_line.items():
                left[line] -= cents
            reached.add(asked.application_id)
    return reached

"""Transition tables: every edge of a life, with who may take it. The diagrams in docs/ are generated from them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from dih.shared.access import Actor, Permission
from dih.shared.errors import Forbidden, Stale


@dataclass(frozen=True, slots=True)
class Transition:
    """One edge: `action` leads from `source` to `target` for actors with `permission` (None: the platform alone)."""

    action: str
    source: enum.StrEnum
    target: enum.StrEnum
    permission: Permission | None


def target_of(table: Sequence[Transition], action: str, source: enum.StrEnum, actor: Actor) -> enum.StrEnum:
    """Where `action` leads from `source`.

    Raises Stale when no such edge leaves `source` (somebody was faster), Forbidden when the actor may not take it.
    """
    forbidden = False
    for edge in table:
        if edge.action == action and edge.source == source:
            if actor.may(edge.permission) if edge.permission is not None else actor.person_id is None:
                return edge.target
            forbidden = True
    if forbidden:
        raise Forbidden
    raise Stale


def open_actions(table: Sequence[Transition], source: enum.StrEnum, actor: Actor) -> list[str]:
    """The actions that `actor` may take from `source`, in the table's order."""
    mine = (e for e in table if e.source == source and e.permission is not None and actor.may(e.permission))
    return list(dict.fromkeys(edge.action for edge in mine))

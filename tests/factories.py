"""Rows for tests, made inside a unit of work of the test. Names are roles, addresses end in .test."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from dih.accounts.models import Membership, Person
from dih.accounts.rules import PERMISSIONS
from dih.extensions.database import db
from dih.shared.access import HUB_ROLES, ORGANISATION_ROLES, Actor, Role, ScopeKind

_numbers = itertools.count(1)


def person(now: dt.datetime, **more: Any) -> Person:
    """Somebody with a confirmed address, who reads Romanian."""
    number = next(_numbers)
    made = Person(
        **{
            "email": f"person{number}@example.test",
            "name": f"Person {number}",
            "language": "ro",
            "fs_uniquifier": f"uniquifier-{number}",
            "confirmed_at": now,
            "created_at": now,
            **more,
        }
    )
    db.session.add(made)
    db.session.flush()
    return made


def member(role: Role, now: dt.datetime, scope_id: int = 0, **more: Any) -> tuple[Person, Membership]:
    """A person with one membership: of the hub, or of the organisation or partner `scope_id`."""
    holder = person(now, **more)
    kind = ScopeKind.PARTNER
    if role in HUB_ROLES:
        kind = ScopeKind.HUB
    elif role in ORGANISATION_ROLES:
        kind = ScopeKind.ORGANISATION
    membership = Membership(person_id=holder.id, role=role, scope_kind=kind, scope_id=scope_id, created_at=now)
    db.session.add(membership)
    db.session.flush()
    return holder, membership


def actor(holder: Person, membership: Membership) -> Actor:
    """The Actor that a person is in a membership, for calling operations directly."""
    return Actor(
        person_id=holder.id,
        name=holder.name,
        role=membership.role,
        scope_kind=membership.scope_kind,
        scope_id=membership.scope_id,
        membership_id=membership.id,
        permissions=PERMISSIONS[membership.role],
    )

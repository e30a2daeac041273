"""The people of the demo: named by role, addresses under .test, one password for all."""

from __future__ import annotations

import datetime as dt

from flask_security import hash_password
from sqlalchemy import select

from dih.accounts.operations import create_person, grant_membership
from dih.accounts.rules import PERMISSIONS
from dih.accounts.vocabulary import TERMS_VERSION
from dih.demo.seed import data
from dih.extensions.database import db
from dih.partners.models import Partner
from dih.reviews.models import ReviewerProfile
from dih.shared.access import SYSTEM, Actor, Role, ScopeKind

PASSWORD = "Voucher-demo-2026"  # noqa: S105 - shown on the console of `make run`, for invented people


def hire(now: dt.datetime, password_hash: str) -> dict[str, Actor]:
    """Makes the people of the hub and its partners known, in the caller's unit of work.

    Returns Actors by the code of the person and the role, such as "coordinator-utcn/coordinator".
    """
    partners = dict(db.session.execute(select(Partner.code, Partner.id)).all())
    cast: dict[str, Actor] = {}
    for row in data("people.toml")["people"]:
        person_id = create_person(
            row["name"],
            row["email"],
            SYSTEM,
            now,
            language=row["language"],
            password_hash=password_hash,
            terms_version=TERMS_VERSION,
            confirmed=True,
        )
        for membership in row["memberships"]:
            if membership["scope"] == "organisation" or "from_day" in membership:
                continue
            kind = ScopeKind(membership["scope"])
            scope_id = partners[membership["of"]] if kind is ScopeKind.PARTNER else 0
            role = Role(membership["role"])
            cast[f"{row['code']}/{role}"] = appoint(person_id, row["name"], role, kind, scope_id, now)
        if "competences" in row:
            db.session.add(ReviewerProfile(person_id=person_id, most_open=8, **row["competences"]))
    return cast


def appoint(person_id: int, name: str, role: Role, kind: ScopeKind, scope_id: int, now: dt.datetime) -> Actor:
    """Gives a person a role and returns the Actor that the person is in it."""
    membership_id = grant_membership(person_id, role, kind, scope_id, SYSTEM, now)
    return Actor(person_id, name, role, kind, scope_id, membership_id, PERMISSIONS[role])


def password_hash() -> str:
    """The hash of the demo's password; made once, before the transaction, because it takes 0.1 s."""
    return str(hash_password(PASSWORD))

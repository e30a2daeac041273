"""The facts from which the platform finds conflicts, and the bars between people and cases; constant in queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, and_, column, exists, func, literal, select, table, union

from dih.accounts.models import Membership, Person
from dih.conflicts import rules
from dih.conflicts.models import Conflict, NamedInstitution
from dih.conflicts.queries.bar import standing
from dih.conflicts.rules import CaseFacts, Found, PersonFacts
from dih.conflicts.vocabulary import FOUND_BY_KINDS, ConflictKind, ConflictSource, ConflictStatus, FoundBy
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared.access import Role, ScopeKind

_applications = table("application", column("id"), column("organisation_id"))
"""Only whose it is; the room of applications lies above this one."""
_routings = table("routing", column("id"), column("application_id"), column("status"))
_helpers = table("routing_helper", column("routing_id"), column("partner_id"))
"""Only who delivers; the room of routing lies above too."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands between a person and a case; `conflict_id` is None while it is found but not recorded yet."""

    kind: ConflictKind
    source: ConflictSource
    found_by: FoundBy | None
    conflict_id: int | None


def bars(cases: Sequence[CaseFacts], person_ids: Collection[int], day: dt.date) -> dict[tuple[int, int], list[Bar]]:
    """All that keeps these people from reviewing these applications on `day`, by (person, application).

    `cases` come without their domains. Pairs without a bar are absent.
    """
    organisations = {case.organisation_id for case in cases}
    rows = db.session.execute(
        select(
            Conflict.id,
            Conflict.person_id,
            Conflict.organisation_id,
            Conflict.application_id,
            Conflict.kind,
            Conflict.source,
            Conflict.found_by,
            Conflict.status,
            and_(*standing(day)).label("stands"),
        ).where(Conflict.person_id.in_(person_ids), Conflict.organisation_id.in_(organisations))
    ).all()
    known = {
        Found(row.person_id, row.organisation_id, row.application_id, row.found_by)
        for row in rows
        if not (row.found_by is FoundBy.SAME_PARTNER and row.status is ConflictStatus.ENDED)
    }
    against: dict[tuple[int, int], list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        if row.stands:
            against[row.person_id, row.organisation_id].append(row)
    people = people_facts(person_ids)
    barred: dict[tuple[int, int], list[Bar]] = {}
    for case in with_domains(cases):
        application_id = case.application_id or 0
        for person in people:
            found = [
                Bar(row.kind, row.source, row.found_by, row.id)
                for row in against[person.person_id, case.organisation_id]
                if row.application_id in (None, application_id)
            ] + [
                Bar(FOUND_BY_KINDS[one.found_by], ConflictSource.FOUND, one.found_by, None)
                for one in rules.not_found_yet(rules.found(case, person), known)
            ]
            if found:
                barred[person.person_id, application_id] = found
    return barred


def people_facts(person_ids: Collection[int]) -> list[PersonFacts]:
    """What is known of these people, in one query; numbers are those of the partners that they work for."""
    emails: dict[int, str] = {}
    reviews: set[int] = set()
    member_of: dict[int, set[int]] = defaultdict(set)
    staff_of: dict[int, set[int]] = defaultdict(set)
    numbers: dict[int, set[str]] = defaultdict(set)
    rows = db.session.execute(
        select(Person.id, Person.email, Membership.role, Membership.scope_kind, Membership.scope_id, Partner.cui)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.ended_at.is_(None)))
        .outerjoin(Partner, and_(Membership.scope_kind == ScopeKind.PARTNER, Partner.id == Membership.scope_id))
        .where(Person.id.in_(person_ids))
        .order_by(Person.id)
    )
    for row in rows:
        emails[row.id] = row.email
        if row.scope_kind is ScopeKind.ORGANISATION:
            member_of[row.id].add(row.scope_id)
        elif row.scope_kind is ScopeKind.PARTNER:
            staff_of[row.id].add(row.scope_id)
            numbers[row.id] |= {row.cui} - {"", None}
            if row.role is Role.REVIEWER:
                reviews.add(row.id)
    return [
        PersonFacts(
            person_id,
            email,
            frozenset(member_of[person_id]),
            person_id in reviews,
            frozenset(staff_of[person_id]),
            frozenset(numbers[person_id]),
        )
        for person_id, email in emails.items()
    ]


def with_domains(cases: Sequence[CaseFacts]) -> list[CaseFacts]:
    """The cases with their organisations' own domains and numbers, and the partners that are named or help.

    Two queries.
    """
    websites: dict[int, str] = {}
    numbers: dict[int, str] = {}
    owners: dict[int, list[str]] = defaultdict(list)
    owns = and_(
        Membership.scope_kind == ScopeKind.ORGANISATION,
        Membership.scope_id == Organisation.id,
        Membership.role == Role.OWNER,
        Membership.ended_at.is_(None),
    )
    rows = db.session.execute(
        select(Organisation.id, Organisation.website, Organisation.cui, Person.email)
        .outerjoin(Membership, owns)
        .outerjoin(Person, Person.id == Membership.person_id)
        .where(Organisation.id.in_({case.organisation_id for case in cases}))
    )
    for organisation_id, website, cui, email in rows:
        websites[organisation_id], numbers[organisation_id] = website, cui
        owners[organisation_id].append(email or "")
    named, helping, house = _around([case.application_id for case in cases if case.application_id is not None])
    return [
        replace(
            case,
            domains=rules.own_domains(owners[case.organisation_id], websites.get(case.organisation_id, ""), house),
            cui=numbers.get(case.organisation_id, ""),
            named=frozenset(named[case.application_id]),
            helpers=frozenset(helping[case.application_id]),
        )
        for case in cases
    ]


def _around(
    application_ids: Collection[int],
) -> tuple[dict[int | None, set[int]], dict[int | None, set[int]], set[str]]:
    """By application the partners that its applicant named and those that deliver a part of its open routing.

    And the domains of the hub and its partners; all in one query.
    """
    ids = list(application_ids)
    named = select(literal("named"), NamedInstitution.application_id, NamedInstitution.partner_id, literal("")).where(
        NamedInstitution.application_id.in_(ids)
    )
    helping = (
        select(literal("helping"), _routings.c.application_id, _helpers.c.partner_id, literal(""))
        .join(_helpers, _helpers.c.routing_id == _routings.c.id)
        .where(_routings.c.application_id.in_(ids), _routings.c.status.in_(["proposed", "accepted"]))
    )
    partners = [
        select(literal("partner"), literal(0), literal(0), one) for one in (Partner.email, Partner.email_domain)
    ]
    hub = (
        select(literal("hub"), Person.id, literal(0), Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.scope_kind == ScopeKind.HUB, Membership.ended_at.is_(None))
    )
    found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for kind, *rest in db.session.execute(union(named, helping, *partners, hub)):
        found[kind].append((rest[0], rest[1], rest[2]))
    by_case: dict[str, dict[int | None, set[int]]] = {"named": defaultdict(set), "helping": defaultdict(set)}
    for kind, sets in by_case.items():
        for application_id, partner_id, _text in found[kind]:
            sets[application_id].add(partner_id)
    house = rules.house_domains((one[2] for one in found["partner"]), ((one[0], one[2]) for one in found["hub"]))
    return by_case["named"], by_case["helping"], set(house)


def known_found(person_ids: Collection[int], organisation_ids: Iterable[int]) -> set[Found]:
    """What the platform has found about these before, whatever became of it: a cleared one is not found again."""
    rows = db.session.execute(
        select(Conflict.person_id, Conflict.organisation_id, Conflict.application_id, Conflict.found_by).where(
            Conflict.person_id.in_(person_ids),
            Conflict.organisation_id.in_(list(organisation_ids)),
            Conflict.found_by.is_not(None),
        )
    )
    return {Found(*row[:3], row.found_by) for row in rows if row.found_by}


def staff_ids() -> list[int]:
    """Everybody with a role at a partner or the hub."""
    return list(
        db.session.scalars(
            select(Membership.person_id)
            .where(Membership.scope_kind.in_([ScopeKind.PARTNER, ScopeKind.HUB]), Membership.ended_at.is_(None))
            .distinct()
            .order_by(Membership.person_id)
        )
    )


def staff_of(partner_id: int) -> list[int]:
    """Everybody with a role at one partner."""
    return list(
        db.session.scalars(
            select(Membership.person_id)
            .where(
                Membership.scope_kind == ScopeKind.PARTNER,
                Membership.scope_id == partner_id,
                Membership.ended_at.is_(None),
            )
            .distinct()
            .order_by(Membership.person_id)
        )
    )


def managers_left(organisation_id: int, day: dt.date) -> int:
    """How many active managers have no conflict with the organisation or one of its applications on `day`."""
    own = exists().where(Conflict.person_id == Person.id, Conflict.organisation_id == organisation_id, *standing(day))
    managers = (
        select(func.count(Person.id.distinct()))
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.role == Role.MANAGER, Membership.ended_at.is_(None), Person.active, ~own)
    )
    return db.session.scalar(managers) or 0


def cases_with_names() -> list[CaseFacts]:
    """The applications whose applicants named an institution, without the partner that delivers."""
    rows = db.session.execute(
        select(_applications.c.id, _applications.c.organisation_id)
        .where(exists().where(NamedInstitution.application_id == _applications.c.id))
        .order_by(_applications.c.id)
    )
    return [CaseFacts(application_id, organisation_id, None) for application_id, organisation_id in rows]


def organisations_of_staff(staff: Sequence[PersonFacts]) -> list[int]:
    """The organisations with which staff may have to do: own ones, those that share a mail domain or a number."""
    mine = {organisation_id for person in staff for organisation_id in person.member_of}
    numbers = {number for person in staff for number in person.numbers}
    mine |= set(db.session.scalars(select(Organisation.id).where(Organisation.cui.in_(numbers))))
    domains = {rules.domain_of(person.email) for person in staff} - rules.PUBLIC_MAIL - {""}
    for domain in sorted(domains):
        addressed = (
            select(Membership.scope_id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.scope_kind == ScopeKind.ORGANISATION,
                Membership.ended_at.is_(None),
                Person.email.endswith(f"@{domain}", autoescape=True),
            )
        )
        sited = select(Organisation.id).where(Organisation.website.contains(domain, autoescape=True))
        mine |= set(db.session.scalars(union(addressed, sited)))
    return sorted(mine)

"""Deactivating a person: what is still open in that person's hands, and the account closed once nothing is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from dih.accounts import operations as accounts
from dih.accounts.models import Membership, Person
from dih.applications.models import Application
from dih.applications.vocabulary import PIPELINE, ApplicationStatus
from dih.decisions.models import Appeal
from dih.decisions.vocabulary import AppealStatus
from dih.extensions.database import db
from dih.reviews.models import Review
from dih.reviews.vocabulary import OPEN_REVIEWS
from dih.shared.access import Actor, Role, ScopeKind
from dih.shared.errors import BrokenRule, NotFound, Problem
from dih.shared.wording import N_, Text


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person who is to be deactivated, and what must be handed over first."""

    person_id: int
    name: str
    email: str
    open_work: list[Text]


def leaving(person_id: int) -> Leaving:
    """The person with all open work that nobody else could do. Raises NotFound for nobody, or who is gone already."""
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise NotFound
    return Leaving(person.id, person.name, person.email, _open_work(person.id))


def deactivate(person_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Closes the account. Raises BrokenRule naming all open work, or without a reason."""
    db.session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    problems = [Problem("", text) for text in leaving(person_id).open_work]
    if not reason.strip():
        problems.append(Problem("reason", Text(N_("Give a reason: it is kept in the records."))))
    if problems:
        raise BrokenRule(*problems)
    accounts.deactivate(person_id, actor, now, reason.strip())


def _open_work(person_id: int) -> list[Text]:
    reviews = _count(
        select(func.count()).select_from(Review).where(Review.reviewer_id == person_id, Review.status.in_(OPEN_REVIEWS))
    )
    found = []
    if reviews:
        found.append(
            Text(
                N_("%(num)s review is open: take it back and give it to somebody else."),
                plural=N_("%(num)s reviews are open: take them back and give them to somebody else."),
                count=reviews,
            )
        )
    hearings = _count(
        select(func.count())
        .select_from(Appeal)
        .where(Appeal.heard_by == person_id, Appeal.status == AppealStatus.IN_HEARING)
    )
    if hearings:
        found.append(
            Text(
                N_("%(num)s appeal is to be heard by this person: let somebody else hear it."),
                plural=N_("%(num)s appeals are to be heard by this person: let somebody else hear them."),
                count=hearings,
            )
        )
    for membership in db.session.scalars(_held_alone(person_id)):
        cases = _count(_cases(membership))
        if cases:
            found.append(
                Text(
                    N_("%(num)s case depends on this person alone: give the role to somebody else first."),
                    plural=N_("%(num)s cases depend on this person alone: give the role to somebody else first."),
                    count=cases,
                )
            )
    return found


def _held_alone(person_id: int) -> Select[Membership]:
    """Roles as owner, coordinator or manager that no other active person holds in the same scope."""
    other, colleague = aliased(Membership), aliased(Person)
    others = (
        select(other.id)
        .join(colleague, colleague.id == other.person_id)
        .where(
            other.role == Membership.role,
            other.scope_kind == Membership.scope_kind,
            other.scope_id == Membership.scope_id,
            other.person_id != person_id,
            other.ended_at.is_(None),
            colleague.active,
        )
    )
    return select(Membership).where(
        Membership.person_id == person_id,
        Membership.ended_at.is_(None),
        Membership.role.in_([Role.OWNER, Role.COORDINATOR, Role.MANAGER]),
        ~others.exists(),
    )


def _cases(membership: Membership) -> Select[int]:
    """How many cases under way there are in the scope of a role."""
    under_way = Application.status.in_([*PIPELINE, ApplicationStatus.DRAFT]) | (
        (Application.status == ApplicationStatus.APPROVED) & Application.closed_at.is_(None)
    )
    wanted = select(func.count()).select_from(Application).where(under_way)
    if membership.scope_kind is ScopeKind.ORGANISATION:
        return wanted.where(Application.organisation_id == membership.scope_id)
    if membership.scope_kind is ScopeKind.PARTNER:
        return wanted.where(Application.partner_id == membership.scope_id)
    return wanted


def _count(wanted: Select[int]) -> int:
    return db.session.scalar(wanted) or 0

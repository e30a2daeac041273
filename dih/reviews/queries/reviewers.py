"""Who reviews: people with that role at a partner, what they know and how much they have to do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select

from dih.accounts.models import Membership, Person, Scope
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.reviews.models import Review, ReviewerProfile
from dih.reviews.rules.affinity import Competence
from dih.reviews.vocabulary import OPEN_REVIEWS
from dih.shared.access import Role, ScopeKind

USUAL_LOAD = 8
"""Open reviews that somebody without a profile takes at most."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person who reviews; `load` counts the open reviews, of `most` at a time."""

    person_id: int
    name: str
    partner: str
    competence: Competence
    load: int
    most: int
    away_reason: str = ""

    @property
    def room(self) -> int:
        """How many more reviews fit; none while the person is away."""
        return 0 if self.away_reason else max(0, self.most - self.load)


def reviewers() -> list[Reviewer]:
    """All who may be asked, by partner and name; one query."""
    load = (
        select(func.count())
        .select_from(Review)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.reviewer_id == Person.id,
            Review.status.in_(OPEN_REVIEWS),
            Application.status == ApplicationStatus.IN_REVIEW,
        )
        .correlate(Person)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Person.id, Person.name, Scope.name.label("partner"), load.label("load"), ReviewerProfile)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(Scope, (Scope.kind == Membership.scope_kind) & (Scope.scope_id == Membership.scope_id))
        .outerjoin(ReviewerProfile, ReviewerProfile.person_id == Person.id)
        .where(
            Membership.scope_kind == ScopeKind.PARTNER,
            Membership.role == Role.REVIEWER,
            Membership.ended_at.is_(None),
            Person.active,
        )
        .order_by(Scope.name, Person.name, Person.id)
    )
    found: dict[int, Reviewer] = {}
    for row in rows:
        known = found.get(row.id)
        if known is not None:
            found[row.id] = replace(known, partner=f"{known.partner}, {row.partner or ''}")
            continue
        profile = row.ReviewerProfile
        competence = (
            Competence(profile.sectors, profile.areas, profile.technologies, profile.languages)
            if profile is not None
            else Competence()
        )
        most = USUAL_LOAD if profile is None else profile.most_open
        away = "" if profile is None else profile.away_reason
        found[row.id] = Reviewer(row.id, row.name, row.partner or "", competence, row.load, most, away)
    return list(found.values())

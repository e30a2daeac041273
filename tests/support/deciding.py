"""Thirty reviewed applications that wait for a decision, and money for eighteen of them; for journeys.

python -m tests.support.deciding     prints as JSON who may appeal in the end: the case and the owner's address
"""

from __future__ import annotations

import json

from sqlalchemy import select

from dih.applications.models import Application
from dih.applications.operations import move
from dih.budget import ledger
from dih.budget import queries as budget
from dih.budget.ledger import Part
from dih.calls.content import CallContent
from dih.calls.models import Call, CallVersion
from dih.catalogue.models import Service
from dih.demo.demo import enter
from dih.demo.people import hire, password_hash
from dih.demo.seed import data
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.reviews.models import Review
from dih.reviews.vocabulary import ReviewStatus
from dih.shared import clock
from dih.shared.access import SYSTEM, Actor, Role
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.live_wsgi import app

WAITING, PAID = 30, 18
APPELLANT = 24
"""The place of the organisation whose owner can sign in: the money does not reach it."""


def tell(cast: dict[str, Actor], hashed: str) -> dict[str, str]:
    """The applications in their order, each better than the next; one has an owner who can sign in."""
    now = clock.now()
    call = db.session.scalars(select(Call).where(Call.code == "sme-production")).one()
    version = db.session.get_one(CallVersion, call.current_version_id)
    service = db.session.scalars(select(Service).where(Service.code == "ROB-STUDY")).one()
    partner = db.session.scalars(select(Partner).where(Partner.code == "utcn")).one()
    row = next(one for one in data("organisations.toml")["organisations"] if one["legal_nature"] == "enterprise")
    owner = enter(row, now.year - 1, now, hashed)
    reviewers = [one for one in cast.values() if one.role is Role.REVIEWER and one.partner_id != partner.id][:2]
    filler, told = factories.person(now), {}
    for place in range(WAITING):
        own = place == APPELLANT - 1
        of = db.session.get_one(Organisation, owner.scope_id) if own else factories.organisation(now)
        made = factories.application(now, of, version, [service], by=filler, partner_id=partner.id)
        _review(made, CallContent.model_validate(version.content), place, reviewers)
        if own:
            told = {"uuid": str(made.uuid), "reference": made.reference or "", "owner": row["email"]}
    line = next(one for one in budget.lines() if one.code == "SME-TEST")
    over = line.free_cents - PAID * service.price_cents
    ledger.reserve([Part(line.id, over)], "other cases", SYSTEM, now, application_id=0)
    return told


def _review(made: Application, content: CallContent, place: int, reviewers: list[Actor]) -> None:
    """Two complete reviews, the marks of later places lower, all above the thresholds."""
    now = clock.now()
    for action in ("find_eligible", "place", "start_review"):
        db.session.refresh(made)
        move(made, action, SYSTEM, now)
    assert content.grid is not None
    parts = [part for criterion in content.grid.criteria for part in criterion.sub_criteria or (criterion,)]
    marks = {part.key: part.max_points for part in parts}
    widest = max(parts, key=lambda part: part.max_points)
    marks[widest.key] -= place // 3
    for reviewer in reviewers:
        db.session.add(
            Review(
                application_id=made.id,
                reviewer_id=reviewer.person_id,
                status=ReviewStatus.SUBMITTED,
                assigned_at=now,
                due_on=clock.day_of(now),
                marks=marks,
                remarks={criterion.key: "Planul este clar." for criterion in content.grid.criteria},
                submitted_at=now,
            )
        )


def main() -> None:
    with app.app_context():
        hashed = password_hash()
        with unit_of_work():
            told = tell(hire(clock.now(), hashed), hashed)
        print(json.dumps(told))


if __name__ == "__main__":
    main()

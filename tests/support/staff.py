"""Makes the people of the hub and its partners known on the database of the environment, and three cases; for journeys.

python -m tests.support.staff          the people
python -m tests.support.staff cases    the people and the cases, which it prints as JSON
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from sqlalchemy import select

from dih.applications.models import Application
from dih.demo.demo import enter
from dih.demo.people import hire, password_hash
from dih.demo.plan import Plot
from dih.demo.seed import data
from dih.demo.story import Story
from dih.extensions.database import db
from dih.reviews import operations as reviews
from dih.reviews.models import Review
from dih.shared import clock
from dih.shared.access import Actor, Role
from dih.shared.unit_of_work import unit_of_work
from tests.support.live_wsgi import app

ENDINGS = {"reviewed": "placed", "waiting": "placed", "offered": "offered"}
"""The cases by name, each of another organisation and told as far as this; `reviewed` goes to two reviewers."""


def told(cast: dict[str, Actor], hashed: str) -> dict[str, Any]:
    """The cases: what a journey needs to know of each."""
    organisations = {row["code"]: row for row in data("organisations.toml")["organisations"]}
    groups = {"reviewed": "production_sme", "waiting": "public_institution", "offered": "public_institution"}
    taken: set[str] = set()
    cases: dict[str, Any] = {}
    for name, ending in ENDINGS.items():
        project = next(
            one
            for one in data("projects.toml")["projects"]
            if one["target_group"] == groups[name] and not taken & set(one["fits"])
        )
        code = project["fits"][0]
        taken |= set(project["fits"])
        story = Story(
            Plot(code, project, ending, 20),
            enter(organisations[code], clock.now().year - 1, clock.now(), hashed),
            cast,
            clock.now(),
            random.Random(1),
        )
        story.tell()
        application = db.session.scalars(select(Application).where(Application.uuid == story.uuid)).one()
        cases[name] = {
            "uuid": str(application.uuid),
            "reference": application.reference,
            "cents": application.requested_cents,
            "owner": organisations[code]["email"],
        }
        if name == "reviewed":
            cases[name]["reviews"] = _assign(application, cast)
    return cases


def _assign(application: Application, cast: dict[str, Actor]) -> dict[str, str]:
    """Two reviewers of partners that do not deliver: the address of the review by the reviewer's code."""
    able = {
        actor.person_id: key.partition("/")[0]
        for key, actor in cast.items()
        if actor.role is Role.REVIEWER and actor.partner_id != application.partner_id
    }
    chosen = sorted(able)[:2]
    reviews.assign([(application.id, one) for one in chosen], cast["manager-1/manager"], clock.now())
    given = db.session.scalars(select(Review).where(Review.application_id == application.id)).all()
    return {able[one.reviewer_id]: f"/reviews/{one.uuid}" for one in given}


def main() -> None:
    with app.app_context():
        hashed = password_hash()
        with unit_of_work():
            cast = hire(clock.now(), hashed)
            cases = told(cast, hashed) if sys.argv[1:] == ["cases"] else {}
        print(json.dumps(cases))


if __name__ == "__main__":
    main()

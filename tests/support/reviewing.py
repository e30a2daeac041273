"""Twelve applications that wait for reviewers, ten of them given to one reviewer; for journeys. Prints it as JSON.

python -m tests.support.reviewing
"""

from __future__ import annotations

import json
import random

from sqlalchemy import select

from dih.applications.models import Application
from dih.demo.demo import enter
from dih.demo.people import hire, password_hash
from dih.demo.plan import Plot
from dih.demo.seed import data
from dih.demo.story import Story
from dih.extensions.database import db
from dih.reviews import operations as reviews
from dih.shared import clock
from dih.shared.access import Actor, Role
from dih.shared.unit_of_work import unit_of_work
from tests.support.live_wsgi import app

PLACED, GIVEN = 12, 10
REVIEWER = "reviewer-ccibn-2"
"""Of a partner that delivers to few: gets ten reviews by hand."""


def placed(cast: dict[str, Actor], hashed: str) -> list[Application]:
    """Applications of as many organisations, each accepted by a partner that is not the reviewer's."""
    organisations = {row["code"]: row for row in data("organisations.toml")["organisations"]}
    projects = [one for one in data("projects.toml")["projects"] if one["target_group"] == "production_sme"]
    fits = {code: project for project in projects for code in project["fits"]}
    partner = next(actor.partner_id for key, actor in cast.items() if key == f"{REVIEWER}/{Role.REVIEWER}")
    found = []
    for code, project in sorted(fits.items()):
        owner = enter(organisations[code], clock.now().year - 1, clock.now(), hashed)
        story = Story(Plot(code, project, "placed", 20), owner, cast, clock.now(), random.Random(1))
        story.tell()
        application = db.session.scalars(select(Application).where(Application.uuid == story.uuid)).one()
        if application.partner_id != partner:
            found.append(application)
        if len(found) == PLACED:
            return found
    raise AssertionError(f"only {len(found)} applications are placed with other partners")


def main() -> None:
    with app.app_context():
        hashed = password_hash()
        with unit_of_work():
            cast = hire(clock.now(), hashed)
            found = placed(cast, hashed)
            reviewer = cast[f"{REVIEWER}/{Role.REVIEWER}"]
            pairs = [(one.id, reviewer.person_id or 0) for one in found[:GIVEN]]
            reviews.assign(pairs, cast["manager-1/manager"], clock.now())
        emails = {one["code"]: one["email"] for one in data("people.toml")["people"]}
        names = {one["name"]: one["email"] for one in data("people.toml")["people"]}
        references = [one.reference for one in found]
        print(json.dumps({"reviewer": emails[REVIEWER], "names": names, "references": references}))


if __name__ == "__main__":
    main()

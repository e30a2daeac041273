"""Submitted applications of one call, two of them with a partner that fits worse than another; for a journey.

python -m tests.support.planned        prints as JSON: the call, and each of the two
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from dih.applications.models import Application
from dih.demo.demo import enter
from dih.demo.people import hire, password_hash
from dih.demo.plan import Plot
from dih.demo.seed import data
from dih.demo.story import Story
from dih.extensions.database import db
from dih.routing import operations
from dih.routing.models import Routing
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.unit_of_work import unit_of_work
from tests.support.live_wsgi import app

CALL, GROUP, WANTED = "sme-production", "production_sme", 2


def submitted(cast: dict[str, Actor], hashed: str) -> Iterator[Application]:
    """One application after the other, each of another organisation, just submitted and routed."""
    organisations = {row["code"]: row for row in data("organisations.toml")["organisations"]}
    taken: set[str] = set()
    for project in data("projects.toml")["projects"]:
        free = [code for code in project["fits"] if code not in taken]
        if project["target_group"] == GROUP and free:
            taken.add(free[0])
            owner = enter(organisations[free[0]], clock.now().year - 1, clock.now(), hashed)
            story = Story(Plot(free[0], project, "submitted", 1), owner, cast, clock.now(), random.Random(1))
            story.tell()
            yield db.session.scalars(select(Application).where(Application.uuid == story.uuid)).one()


def misplaced(applications: Iterator[Application], manager: Actor) -> list[dict[str, Any]]:
    """Two of them given by a manager to the partner that fits least of those that can deliver."""
    found: list[dict[str, Any]] = []
    while len(found) < WANTED:
        application = next(applications)
        routing = db.session.scalars(select(Routing).where(Routing.application_id == application.id)).one()
        fitting = [score for score in routing.scores if score["fits"]]
        if len(fitting) > 1 and fitting[0]["total"] >= fitting[-1]["total"] + 12:
            operations.override(application.uuid, fitting[-1]["partner_id"], "Proba drumului.", manager, clock.now())
            found.append({"uuid": str(application.uuid), "reference": application.reference})
    return found


if __name__ == "__main__":
    with app.app_context():
        hashed = password_hash()
        with unit_of_work():
            cast = hire(clock.now(), hashed)
            moved = misplaced(submitted(cast, hashed), cast["manager-1/manager"])
        print(json.dumps({"call": CALL, "moved": moved}))

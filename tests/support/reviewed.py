"""A call with two reviews and the grid of 75 + 15 + 10 points, its applications, and people of three partners."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dih.accounts.models import Membership, Person
from dih.applications.models import Application
from dih.applications.operations import move
from dih.calls.models import CallVersion
from dih.catalogue.models import Service
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews import operations as reviews
from dih.reviews.models import Review, ReviewerProfile
from dih.reviews.rules.scoring import Draft
from dih.shared.access import SYSTEM, Actor, Role
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.grids import GOOD, GRID


class Reviewed:
    """Rows by name, and the steps of a review, each in a unit of work of its own."""

    def __init__(self, now: dt.datetime, wanted: int = 2) -> None:
        self.now = now
        with unit_of_work():
            factories.envelope(now)
            partners = [factories.partner(now, is_lead=index == 0) for index in range(3)]
            self.partners = [one.id for one in partners]
            services = [factories.service(partners)]
            version = factories.call(now, services, method="ranked", reviews_per_application=wanted, grid=GRID)
            of = factories.organisation(now)
            self.organisation, self.version, self.call_id = of.id, version.id, version.call_id
            self.services = [one.id for one in services]
            self.people: dict[str, tuple[Person, Membership]] = {}
            for name, role, scope in (
                ("owner", Role.OWNER, of.id),
                ("colleague", Role.REVIEWER, partners[0].id),
                ("first", Role.REVIEWER, partners[1].id),
                ("second", Role.REVIEWER, partners[2].id),
                ("third", Role.REVIEWER, partners[2].id),
                ("coordinator", Role.COORDINATOR, partners[0].id),
                ("manager", Role.MANAGER, 0),
                ("other_manager", Role.MANAGER, 0),
                ("auditor", Role.AUDITOR, 0),
            ):
                self.people[name] = factories.member(role, now, scope, name=name.replace("_", " ").capitalize())
        self.code = self._code()

    def _code(self) -> str:
        from dih.calls.models import Call

        return db.session.get_one(Call, self.call_id).code

    def actor(self, name: str) -> Actor:
        return factories.actor(*self.people[name])

    def person_id(self, name: str) -> int:
        return self.people[name][0].id

    def knows(self, name: str, **more: Any) -> None:
        """Gives a reviewer a profile."""
        with unit_of_work():
            empty: dict[str, Any] = {"sectors": [], "areas": [], "technologies": [], "languages": ["ro"]}
            db.session.add(ReviewerProfile(person_id=self.person_id(name), **{**empty, **more}))

    def placed(self, organisation_id: int | None = None, partner: int = 0, **more: Any) -> Application:
        """An application that the first partner is to deliver, ready to be reviewed."""
        with unit_of_work():
            made = factories.application(
                self.now,
                db.session.get_one(Organisation, organisation_id or self.organisation),
                db.session.get_one(CallVersion, self.version),
                [db.session.get_one(Service, one) for one in self.services],
                partner_id=self.partners[partner],
                **more,
            )
            db.session.refresh(made)
            move(made, "find_eligible", SYSTEM, self.now)
            db.session.refresh(made)
            move(made, "place", SYSTEM, self.now)
        return made

    def assigned(self, *names: str, application: Application | None = None) -> Application:
        """An application given to these reviewers by the manager."""
        chosen = application or self.placed()
        with unit_of_work():
            reviews.assign([(chosen.id, self.person_id(name)) for name in names], self.actor("manager"), self.now)
        return chosen

    def review(self, application: Application, name: str) -> Review:
        return db.session.query(Review).filter_by(application_id=application.id, reviewer_id=self.person_id(name)).one()

    def submitted(self, application: Application, name: str, marks: dict[str, int] | None = None) -> Review:
        """The review of this person, filled in and handed in."""
        review = self.review(application, name)
        remarks = {"collaboration": "Slab", "effect": "Slab", "lasting": "Slab"}
        uuid, version, actor = review.uuid, review.version, self.actor(name)
        with unit_of_work():
            version = reviews.save_draft(uuid, Draft(marks or GOOD, remarks), version, actor, self.now)
        with unit_of_work():
            reviews.submit(uuid, version, actor, self.now)
        return self.review(application, name)

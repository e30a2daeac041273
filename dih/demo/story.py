"""One application of the demo, from its start to the state in which it is to be found."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import typst
from sqlalchemy import select

from dih.aid.legal_bases import basis_on
from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.rules import tasks
from dih.applications.vocabulary import Holds
from dih.calls.queries import CallView
from dih.catalogue.models import Service
from dih.decisions import operations as decisions
from dih.demo.plan import Plot
from dih.demo.vouchers import live
from dih.documents import operations as documents
from dih.extensions.database import db
from dih.partners.models import Partner
from dih.reviews import operations as reviews
from dih.reviews.models import Review
from dih.reviews.rules.scoring import Draft
from dih.routing import operations as routing
from dih.routing.models import Routing
from dih.routing.queries import deliverers
from dih.routing.vocabulary import RoutingStatus
from dih.shared import clock
from dih.shared.access import SYSTEM, Actor, Role
from dih.shared.money import plain

CALLS = {
    "production_sme": "sme-production",
    "public_institution": "public-institutions",
    "health_organisation": "health",
}


_MARKS = {"rejected": (0.2, 0.5), "waiting_list": (0.62, 0.8), "expired": (0.62, 0.8)}
"""The shares of the points given, from and to, where they are not good."""


class Story:
    """Tells one application with the real operations, each at its own moment in the past."""

    def __init__(
        self, plot: Plot, owner: Actor, cast: Mapping[str, Actor], now: dt.datetime, chance: random.Random
    ) -> None:
        self.plot, self.owner, self.cast, self.now, self.chance = plot, owner, cast, now, chance
        self.manager = cast["manager-1/manager"]
        self.submitted = now - dt.timedelta(days=plot.days_ago, minutes=chance.randrange(600))

    def tell(self) -> None:
        """From the start to the ending, at once."""
        for _moment in self.acts():
            pass

    def acts(self, *, alone: bool = True) -> Iterator[dt.datetime]:
        """From the start to the ending, or, not `alone`, up to where people act together: the plan or the meeting.

        Yields the moment of each act before it happens, so that many stories can be told at once in the order of time.
        """
        ending = self.plot.ending
        yield self.after(-0.2)
        self._start()
        if ending == "draft":
            return
        yield self.submitted
        self._submit()
        if ending == "submitted":
            return
        yield self.after(2)
        if ending == "withdrawn":
            applications.withdraw(self.uuid, "Am găsit altă soluție.", self.owner, self.after(2))
            routing.end(self._open_routing().id, self.after(2.01))
            return
        self._check(eligible=ending != "ineligible")
        if ending in ("eligible", "ineligible"):
            return
        yield from self._accept_routing()
        if ending == "placed" or (ending == "in_review" and not alone):
            return
        if self.call.content.grid is not None:
            yield from self._review(whole=ending != "in_review")
        if ending != "in_review" and alone:
            yield from self._decide()

    def after(self, days: float) -> dt.datetime:
        """A moment so many days after the submission, never in the future."""
        return min(self.submitted + dt.timedelta(days=days), self.now)

    def _start(self) -> None:
        begun = self.after(-0.2)
        call_code = CALLS[self.plot.project["target_group"]]
        self.uuid = applications.start(self.owner.organisation_id or 0, call_code, self.owner, begun)
        self.application = db.session.scalars(select(Application).where(Application.uuid == self.uuid)).one()
        self.call: CallView = applications.call_of(self.application)
        half = self.plot.ending == "draft" and self.plot.days_ago % 2
        money = {question.key for question in self.call.content.questions if question.kind == "money"}
        typed = {key: plain(value) if key in money else _typed(value) for key, value in self._answers().items()}
        if half:
            typed = dict(list(typed.items())[:4])
        applications.save_answers(self.uuid, typed, {}, self.owner, begun)
        offered = set(self.plot.project["services"]) & set(self.call.content.services)
        chosen = db.session.scalars(select(Service.id).where(Service.code.in_(offered))).all()
        applications.choose_services(self.uuid, chosen, (), self.owner, begun)
        for document in self.call.content.documents:
            if document.required and not half:
                file_id = documents.store(
                    io.BytesIO(paper(document.label["ro"])),
                    f"{document.key}.pdf",
                    ["pdf"],
                    1_000_000,
                    self.owner,
                    begun,
                )
                applications.attach(self.uuid, document.key, file_id, self.owner, begun)

    def _answers(self) -> dict[str, Any]:
        asked = {
            tasks.CONDITION + condition.key: condition.check.expected
            for condition in self.call.content.conditions
            if condition.check.kind == "asked"
        }
        answers = {**self.plot.project["answers"], **asked}
        for question in self.call.content.questions:
            if question.required and question.kind == "date" and question.key not in answers:
                answers[question.key] = (clock.day_of(self.now) + dt.timedelta(days=60)).isoformat()
        return answers

    def _submit(self) -> None:
        declared = [declaration.key for declaration in self.call.content.declarations]
        applications.submit(self.uuid, declared, self.owner, self.submitted)
        routing.route(self.application.id, self.after(0.01))

    def _check(self, *, eligible: bool) -> None:
        failing = self.call.content.conditions[-1].key if not eligible else ""
        findings = {
            condition.key: (Holds.NO if condition.key == failing else Holds.YES, "")
            for condition in self.call.content.conditions
        }
        reason = "" if eligible else "Condiția nu este îndeplinită: vedeți constatarea de mai jos."
        applications.check(self.application.id, findings, reason, self.manager, self.after(2))
        if not eligible:
            routing.end(self._open_routing().id, self.after(2.01))

    def _accept_routing(self) -> Iterator[dt.datetime]:
        if self.chance.random() < 0.12:
            yield self.after(2.5)
            step = self._open_routing()
            elsewhere = select(Partner.id).where(Partner.id != step.partner_id).order_by(Partner.id)
            others = db.session.scalars(elsewhere).all()
            coordinator = self.of_partner(step.partner_id, Role.COORDINATOR)
            routing.hand_over(
                self.uuid,
                step.id,
                self.chance.choice(others),
                "Nu avem capacitate în acest trimestru.",
                coordinator,
                self.after(2.5),
            )
        yield self.after(4)
        step = self._open_routing()
        coordinator = self.of_partner(step.partner_id, Role.COORDINATOR)
        routing.accept(self.uuid, step.id, coordinator, self.after(4))
        db.session.refresh(self.application)

    def _open_routing(self) -> Routing:
        return db.session.scalars(
            select(Routing).where(
                Routing.application_id == self.application.id, Routing.status == RoutingStatus.PROPOSED
            )
        ).one()

    def of_partner(self, partner_id: int | None, role: Role) -> Actor:
        return next(actor for actor in self.cast.values() if actor.partner_id == partner_id and actor.role is role)

    def _review(self, *, whole: bool) -> Iterator[dt.datetime]:
        yield self.after(5)
        wanted = self.call.content.reviews_per_application
        deliver = deliverers()
        delivering = set(
            db.session.scalars(select(deliver.c.partner_id).where(deliver.c.application_id == self.application.id))
        )
        able = [
            actor for actor in self.cast.values() if actor.role is Role.REVIEWER and actor.partner_id not in delivering
        ]
        chosen = self.chance.sample(able, wanted)
        pairs = [(self.application.id, actor.person_id or 0) for actor in chosen]
        reviews.assign(pairs, self.manager, self.after(5))
        for index, actor in enumerate(chosen):
            if whole or index < self.chance.randrange(wanted):
                yield self.after(9 + index)
                self.write_review(actor, self.after(9 + index))

    def write_review(self, actor: Actor, moment: dt.datetime) -> None:
        """The review of this person, filled in and handed in."""
        grid = self.call.content.grid
        if grid is None:
            return
        review = db.session.scalars(
            select(Review).where(Review.application_id == self.application.id, Review.reviewer_id == actor.person_id)
        ).one()
        low = self.plot.ending == "rejected"
        span = _MARKS.get(self.plot.ending, (0.75, 1))
        parts = [part for criterion in grid.criteria for part in criterion.sub_criteria or (criterion,)]
        marks = {part.key: round(part.max_points * self.chance.uniform(*span)) for part in parts}
        remarks = {criterion.key: "Argumentele sunt în dosar; vedeți planul de lucru." for criterion in grid.criteria}
        draft = Draft(
            marks, remarks, "Cererea este clară, iar echipa este pregătită." if not low else "Nevoia nu este clară."
        )
        version = reviews.save_draft(review.uuid, draft, review.version, actor, moment)
        reviews.submit(review.uuid, version, actor, moment)

    def _decide(self) -> Iterator[dt.datetime]:
        ending, moment = self.plot.ending, self.after(18)
        yield moment
        db.session.refresh(self.application)
        if ending == "rejected":
            decisions.reject(self.application.id, "Punctajul este sub prag la primul criteriu.", self.manager, moment)
        elif ending in ("waiting_list", "expired"):
            reason = "Proiect bun, dar banii din linie nu ajung acum."
            decisions.put_on_waiting_list(self.application.id, reason, self.manager, moment)
            if ending == "expired":
                yield self.after(200)
                db.session.refresh(self.application)
                applications.move(self.application, "expire", SYSTEM, self.after(200))
        elif self.in_force(moment):
            decisions.approve(self.application.id, "", self.manager, moment)
            yield from live(self)

    def in_force(self, moment: dt.datetime) -> bool:
        """Past the end of a legal basis of its call no aid is granted: the case then waits."""
        day = clock.day_of(moment)
        return all(basis_on(rule.legal_basis, day).in_force(day) for rule in self.call.content.money)


def _typed(value: Any) -> Any:
    """A value of the data file as somebody would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    return value


@cache
def paper(title: str) -> bytes:
    """A small PDF that stands for a document of the applicant."""
    source = '#set page(margin: 3cm)\n#set text(lang: "ro", size: 12pt)\n= #sys.inputs.title\nDocument demonstrativ.'
    return typst.compile(source.encode(), sys_inputs={"title": title})

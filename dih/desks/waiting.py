"""What waits on each role's desk: lists by deadline and how many more there are. Each list is one short query."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, func, null, select

from dih.applications.models import Application, Clarification
from dih.applications.queries import within_reach
from dih.applications.vocabulary import ApplicationStatus
from dih.conflicts.queries import in_conflict
from dih.decisions.queries import TO_DECIDE, waits_for_second
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review
from dih.reviews.vocabulary import OPEN_REVIEWS
from dih.routing.models import Routing
from dih.routing.vocabulary import RoutingStatus
from dih.shared import clock
from dih.shared.access import Actor, Role
from dih.shared.wording import N_
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus

SHOWN = 6
_NO_DAY = cast(null(), Date)
MOST_COUNTED = 100
"""A desk says "100 or more" instead of counting on: the count stays quick at any size."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: the case, whose it is, and until when."""

    case_uuid: uuid.UUID
    reference: str
    words: str
    due_on: dt.date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list of things to do; `href` leads to all of them."""

    title: str
    items: Sequence[Item]
    count: int
    href: str
    nothing: str

    @property
    def more(self) -> int:
        return self.count - len(self.items)

    @property
    def is_capped(self) -> bool:
        return self.count >= MOST_COUNTED


def lists(actor: Actor, now: dt.datetime) -> list[Waiting]:
    """The lists of the actor's role, in the order of work."""
    today = clock.day_of(now)
    return [make(actor, today) for make in _BY_ROLE.get(actor.role, ())]


def overdue(actor: Actor, now: dt.datetime) -> list[Waiting]:
    """All that is late in the hub: answers of partners, reviews, deliveries; up to MOST_COUNTED of each."""
    today = clock.day_of(now)
    return [make(actor, today, MOST_COUNTED) for make in (_unanswered, _late_reviews, _late_deliveries)]


def _waiting(
    title: str, wanted: Select[*tuple[Any, ...]], today: dt.date, href: str, nothing: str, shown: int = SHOWN
) -> Waiting:
    """`wanted` selects case uuid, reference, words and a due day, in the order in which they are to be done."""
    few = wanted.order_by(None).limit(MOST_COUNTED).subquery()
    counted = select(func.count()).select_from(few).scalar_subquery()
    rows = db.session.execute(wanted.add_columns(counted).limit(shown)).all()
    items = [Item(row[0], row[1] or "", row[2], row[3], row[3] is not None and row[3] < today) for row in rows]
    return Waiting(title, items, rows[0][4] if rows else 0, href, nothing)


def _applications(actor: Actor, today: dt.date, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Application.uuid, Application.reference, Organisation.name, _NO_DAY)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            within_reach(actor),
            ~in_conflict(actor.person_id, today, Application.id, Application.organisation_id),
            *conditions,
        )
        .order_by(Application.id)
    )


def _vouchers(actor: Actor, today: dt.date, due: Any, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Application.uuid, Application.reference, Organisation.name, due)
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            within_reach(actor),
            ~in_conflict(actor.person_id, today, Application.id, Application.organisation_id),
            *conditions,
        )
        .order_by(due, Voucher.id)
    )


def _drafts(actor: Actor, today: dt.date) -> Waiting:
    wanted = _applications(actor, today, Application.status == ApplicationStatus.DRAFT).with_only_columns(
        Application.uuid, Application.title, Application.title, _NO_DAY
    )
    return _waiting(N_("Applications to finish"), wanted, today, "/applications", N_("No draft waits for you."))


def _questions(actor: Actor, today: dt.date) -> Waiting:
    wanted = (
        select(Application.uuid, Application.reference, Clarification.question, Clarification.due_on)
        .join(Application, Application.id == Clarification.application_id)
        .where(within_reach(actor), Clarification.answered_at.is_(None), Clarification.withdrawn_at.is_(None))
        .order_by(Clarification.due_on, Clarification.id)
    )
    return _waiting(N_("Questions to answer"), wanted, today, "/applications", N_("Nobody waits for your answer."))


def _to_accept(actor: Actor, today: dt.date) -> Waiting:
    wanted = _vouchers(actor, today, Voucher.accept_by, Voucher.status == VoucherStatus.OFFERED)
    return _waiting(N_("Vouchers to accept"), wanted, today, "/applications", N_("No voucher waits for you."))


def _to_confirm(actor: Actor, today: dt.date) -> Waiting:
    wanted = _vouchers(actor, today, Voucher.valid_until, Voucher.status == VoucherStatus.DELIVERED)
    return _waiting(N_("Deliveries to confirm"), wanted, today, "/applications", N_("No delivery waits for you."))


def _to_answer(actor: Actor, today: dt.date) -> Waiting:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, Routing.due_on)
        .join(Application, Application.id == Routing.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Routing.status == RoutingStatus.PROPOSED,
            Routing.partner_id == actor.partner_id,
            ~in_conflict(actor.person_id, today, Application.id, Application.organisation_id),
        )
        .order_by(Routing.due_on, Routing.id)
    )
    return _waiting(
        N_("Applications to answer"), wanted, today, "/routing", N_("No application waits for your answer.")
    )


def _to_redeem(actor: Actor, today: dt.date) -> Waiting:
    wanted = _vouchers(actor, today, Voucher.valid_until, Voucher.status == VoucherStatus.ACTIVE)
    return _waiting(N_("Vouchers to redeem"), wanted, today, "/vouchers/redeem", N_("No voucher waits to be redeemed."))


def _to_deliver(actor: Actor, today: dt.date) -> Waiting:
    wanted = _vouchers(actor, today, Voucher.valid_until, Voucher.status == VoucherStatus.IN_DELIVERY)
    return _waiting(N_("Deliveries under way"), wanted, today, "/deliveries", N_("No delivery is under way."))


def _to_review(actor: Actor, today: dt.date) -> Waiting:
    wanted = (
        select(Application.uuid, Application.reference, Application.title, Review.due_on)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.reviewer_id == actor.person_id,
            Review.status.in_(OPEN_REVIEWS),
            ~in_conflict(actor.person_id, today, Application.id, Application.organisation_id),
        )
        .order_by(Review.due_on, Review.id)
    )
    return _waiting(N_("Reviews to write"), wanted, today, "/reviews", N_("No review waits for you."))


def _to_check(actor: Actor, today: dt.date) -> Waiting:
    wanted = _applications(actor, today, Application.status == ApplicationStatus.SUBMITTED)
    return _waiting(
        N_("Conditions to check"), wanted, today, "/applications?status=submitted", N_("Every submission is checked.")
    )


def _to_decide(actor: Actor, today: dt.date) -> Waiting:
    ready = Application.status.in_([ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW])
    wanted = _applications(actor, today, ready)
    return _waiting(N_("Decisions to take"), wanted, today, "/decisions", N_("Nothing waits for a decision."))


def _to_second(actor: Actor, today: dt.date) -> Waiting:
    wanted = _applications(actor, today, Application.status.in_(TO_DECIDE), waits_for_second(actor))
    return _waiting(
        N_("Second approvals to give"), wanted, today, "/decisions", N_("No first approval waits for a second.")
    )


def _disputes(actor: Actor, today: dt.date) -> Waiting:
    wanted = _vouchers(actor, today, Voucher.valid_until, Voucher.status == VoucherStatus.DISPUTED)
    return _waiting(
        N_("Disputes to settle"), wanted, today, "/vouchers?status=disputed", N_("No delivery is disputed.")
    )


def _unanswered(actor: Actor, today: dt.date, shown: int = SHOWN) -> Waiting:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, Routing.due_on)
        .join(Application, Application.id == Routing.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Routing.status == RoutingStatus.PROPOSED,
            Routing.due_on < today,
            ~in_conflict(actor.person_id, today, Application.id, Application.organisation_id),
        )
        .order_by(Routing.due_on, Routing.id)
    )
    return _waiting(
        N_("Partners that are late to answer"),
        wanted,
        today,
        "/routing?late=1",
        N_("Every partner answers in time."),
        shown,
    )


def _late_reviews(actor: Actor, today: dt.date, shown: int) -> Waiting:
    wanted = (
        select(Application.uuid, Application.reference, Application.title, Review.due_on)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.status.in_(OPEN_REVIEWS),
            Review.due_on < today,
            ~in_conflict(actor.person_id, today, Application.id, Application.organisation_id),
        )
        .order_by(Review.due_on, Review.id)
    )
    return _waiting(N_("Reviews that are late"), wanted, today, "/reviews", N_("Every review is in time."), shown)


def _late_deliveries(actor: Actor, today: dt.date, shown: int) -> Waiting:
    late = (Voucher.status == VoucherStatus.IN_DELIVERY, Voucher.valid_until < today)
    wanted = _vouchers(actor, today, Voucher.valid_until, *late)
    return _waiting(
        N_("Deliveries that are late"), wanted, today, "/deliveries", N_("Every delivery is in time."), shown
    )


def _to_close(actor: Actor, today: dt.date) -> Waiting:
    wanted = _vouchers(actor, today, Voucher.valid_until, Voucher.status == VoucherStatus.CONFIRMED)
    return _waiting(
        N_("Cases to close"), wanted, today, "/vouchers?status=confirmed", N_("No case waits to be closed.")
    )


_APPLICANT = (_questions, _to_accept, _to_confirm, _drafts)
_BY_ROLE = {
    Role.OWNER: _APPLICANT,
    Role.EDITOR: (_questions, _drafts),
    Role.READER: (_drafts,),
    Role.COORDINATOR: (_to_answer, _to_redeem, _to_deliver),
    Role.DELIVERER: (_to_deliver,),
    Role.REVIEWER: (_to_review,),
    Role.MANAGER: (_to_decide, _to_second, _to_check, _unanswered, _disputes, _to_close),
}

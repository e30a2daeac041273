"""What waits on each role's desk: lists by deadline and how many more there are. Each list is one short query."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, func, null, select

from dih.applications.models import Application, Clarification
from dih.applications.queries import open_to, within_reach
from dih.applications.vocabulary import ApplicationStatus
from dih.decisions.appeals.queries import waits_for as waits_for_hearing
from dih.decisions.models import Appeal, FirstApproval
from dih.decisions.queries import TO_DECIDE, first_waits
from dih.delivery.models import DeliveryReport
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review
from dih.reviews.queries.reach import unbarred
from dih.reviews.vocabulary import OPEN_REVIEWS
from dih.routing.models import Routing
from dih.routing.vocabulary import RoutingStatus
from dih.shared import clock, paging
from dih.shared.access import Actor, Role
from dih.shared.paging import Among
from dih.shared.wording import N_
from dih.vouchers.models import Voucher
from dih.vouchers.queries.reach import no_conflict
from dih.vouchers.queries.reach import within_reach as vouchers_within_reach
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
    """All that is late in the hub: answers of partners, reviews, deliveries, answers to reports; up to MOST_COUNTED."""
    today = clock.day_of(now)
    return [make(actor, today, MOST_COUNTED) for make in (_unanswered, _late_reviews, _late_deliveries, _silent)]


@dataclass(frozen=True, slots=True)
class _Work:
    """`wanted` selects case uuid, reference, words and a due day; `order` and `among` as `paging.first` takes them."""

    wanted: Select[*tuple[Any, ...]]
    order: tuple[Any, ...]
    among: Among | None = None


def _waiting(title: str, work: _Work, today: dt.date, href: str, nothing: str, shown: int = SHOWN) -> Waiting:
    """The first `shown` of the work, and how much there is, counted up to MOST_COUNTED."""
    every = work.wanted if work.among is None else work.wanted.where(work.among[0].in_(work.among[1]))
    counted = select(func.count()).select_from(every.limit(MOST_COUNTED).subquery()).scalar_subquery()
    few = paging.first(work.wanted, shown, *work.order, among=work.among).add_columns(counted)
    rows = db.session.execute(few).all()
    items = [Item(row[0], row[1] or "", row[2], row[3], row[3] is not None and row[3] < today) for row in rows]
    return Waiting(title, items, rows[0][4] if rows else 0, href, nothing)


def _applications(actor: Actor, today: dt.date, *states: ApplicationStatus) -> _Work:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, _NO_DAY)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(open_to(actor, today))
    )
    return _Work(wanted, (Application.id,), (Application.status, states))


def _vouchers(
    actor: Actor,
    today: dt.date,
    status: VoucherStatus,
    *conditions: ColumnElement[bool],
    due: Any = Voucher.valid_until,
) -> _Work:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, due)
        .select_from(Voucher)
        .outerjoin(Application, Application.id == Voucher.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Voucher.status == status,
            vouchers_within_reach(actor),
            no_conflict(actor, today),
            *conditions,
        )
    )
    return _Work(wanted, (due, Voucher.id))


def _routings(actor: Actor, today: dt.date, condition: ColumnElement[bool]) -> _Work:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, Routing.due_on)
        .select_from(Routing)
        .outerjoin(Application, Application.id == Routing.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Routing.status == RoutingStatus.PROPOSED,
            condition,
            no_conflict(actor, today),
        )
    )
    return _Work(wanted, (Routing.due_on, Routing.id))


def _reviews(actor: Actor, today: dt.date, condition: ColumnElement[bool]) -> _Work:
    wanted = (
        select(Application.uuid, Application.reference, Application.title, Review.due_on)
        .select_from(Review)
        .outerjoin(Application, Application.id == Review.application_id)
        .where(condition, no_conflict(actor, today))
    )
    return _Work(wanted, (Review.due_on, Review.id), (Review.status, OPEN_REVIEWS))


def _drafts(actor: Actor, today: dt.date) -> Waiting:
    work = _applications(actor, today, ApplicationStatus.DRAFT)
    titled = work.wanted.with_only_columns(Application.uuid, Application.title, Application.title, _NO_DAY)
    work = replace(work, wanted=titled)
    return _waiting(N_("Applications to finish"), work, today, "/applications", N_("No draft waits for you."))


def _questions(actor: Actor, today: dt.date) -> Waiting:
    wanted = (
        select(Application.uuid, Application.reference, Clarification.question, Clarification.due_on)
        .join(Application, Application.id == Clarification.application_id)
        .where(within_reach(actor), Clarification.answered_at.is_(None), Clarification.withdrawn_at.is_(None))
    )
    work = _Work(wanted, (Clarification.due_on, Clarification.id))
    return _waiting(N_("Questions to answer"), work, today, "/applications", N_("Nobody waits for your answer."))


def _to_accept(actor: Actor, today: dt.date) -> Waiting:
    work = _vouchers(actor, today, VoucherStatus.OFFERED, due=Voucher.accept_by)
    return _waiting(N_("Vouchers to accept"), work, today, "/applications", N_("No voucher waits for you."))


def _to_pay(actor: Actor, today: dt.date) -> Waiting:
    work = _vouchers(actor, today, VoucherStatus.AWAITING_PAYMENT)
    return _waiting(N_("Shares to pay"), work, today, "/applications", N_("No share waits to be paid."))


def _to_confirm(actor: Actor, today: dt.date) -> Waiting:
    work = _vouchers(actor, today, VoucherStatus.DELIVERED)
    return _waiting(N_("Deliveries to confirm"), work, today, "/applications", N_("No delivery waits for you."))


def _to_answer(actor: Actor, today: dt.date) -> Waiting:
    work = _routings(actor, today, Routing.partner_id == actor.partner_id)
    return _waiting(N_("Applications to answer"), work, today, "/routing", N_("No application waits for your answer."))


def _to_redeem(actor: Actor, today: dt.date) -> Waiting:
    work = _vouchers(actor, today, VoucherStatus.ACTIVE)
    return _waiting(N_("Vouchers to redeem"), work, today, "/vouchers/redeem", N_("No voucher waits to be redeemed."))


def _to_deliver(actor: Actor, today: dt.date) -> Waiting:
    work = _vouchers(actor, today, VoucherStatus.IN_DELIVERY)
    return _waiting(N_("Deliveries under way"), work, today, "/deliveries", N_("No delivery is under way."))


def _to_review(actor: Actor, today: dt.date) -> Waiting:
    work = _reviews(actor, today, (Review.reviewer_id == actor.person_id) & unbarred(actor, today))
    return _waiting(N_("Reviews to write"), work, today, "/reviews", N_("No review waits for you."))


def _to_check(actor: Actor, today: dt.date) -> Waiting:
    work = _applications(actor, today, ApplicationStatus.SUBMITTED)
    return _waiting(
        N_("Conditions to check"), work, today, "/applications?status=submitted", N_("Every submission is checked.")
    )


def _to_decide(actor: Actor, today: dt.date) -> Waiting:
    work = _applications(actor, today, ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW)
    return _waiting(N_("Decisions to take"), work, today, "/decisions", N_("Nothing waits for a decision."))


def _to_second(actor: Actor, today: dt.date) -> Waiting:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, _NO_DAY)
        .select_from(FirstApproval)
        .join(Application, first_waits(Application))
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            FirstApproval.given_by != actor.person_id,
            Application.status.in_(TO_DECIDE),
            no_conflict(actor, today),
        )
    )
    work = _Work(wanted, (FirstApproval.id,))
    return _waiting(
        N_("Second approvals to give"), work, today, "/decisions", N_("No first approval waits for a second.")
    )


def _appeals(actor: Actor, today: dt.date) -> Waiting:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, Appeal.due_on)
        .select_from(Appeal)
        .join(Application, Application.id == Appeal.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(waits_for_hearing(actor), open_to(actor, today))
    )
    work = _Work(wanted, (Appeal.due_on, Appeal.id))
    return _waiting(N_("Appeals to hear"), work, today, "/decisions/appeals", N_("No appeal waits to be heard."))


def _disputes(actor: Actor, today: dt.date) -> Waiting:
    work = _vouchers(actor, today, VoucherStatus.DISPUTED)
    return _waiting(N_("Disputes to settle"), work, today, "/vouchers?status=disputed", N_("No delivery is disputed."))


def _unanswered(actor: Actor, today: dt.date, shown: int = SHOWN) -> Waiting:
    work = _routings(actor, today, Routing.due_on < today)
    return _waiting(
        N_("Partners that are late to answer"),
        work,
        today,
        "/routing?late=1",
        N_("Every partner answers in time."),
        shown,
    )


def _late_reviews(actor: Actor, today: dt.date, shown: int) -> Waiting:
    work = _reviews(actor, today, Review.due_on < today)
    return _waiting(N_("Reviews that are late"), work, today, "/reviews", N_("Every review is in time."), shown)


def _late_deliveries(actor: Actor, today: dt.date, shown: int) -> Waiting:
    work = _vouchers(actor, today, VoucherStatus.IN_DELIVERY, Voucher.valid_until < today)
    return _waiting(N_("Deliveries that are late"), work, today, "/deliveries", N_("Every delivery is in time."), shown)


def _silent(actor: Actor, today: dt.date, shown: int) -> Waiting:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, DeliveryReport.answer_by)
        .select_from(DeliveryReport)
        .join(Voucher, Voucher.id == DeliveryReport.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(DeliveryReport.answered_at.is_(None), DeliveryReport.answer_by < today, no_conflict(actor, today))
    )
    work = _Work(wanted, (DeliveryReport.answer_by, DeliveryReport.id))
    return _waiting(
        N_("Delivery reports without an answer"),
        work,
        today,
        "/deliveries?status=delivered",
        N_("Every report is answered in time."),
        shown,
    )


def _to_close(actor: Actor, today: dt.date) -> Waiting:
    work = _vouchers(actor, today, VoucherStatus.CONFIRMED)
    return _waiting(N_("Cases to close"), work, today, "/vouchers?status=confirmed", N_("No case waits to be closed."))


_APPLICANT = (_questions, _to_accept, _to_pay, _to_confirm, _drafts)
_BY_ROLE = {
    Role.OWNER: _APPLICANT,
    Role.EDITOR: (_questions, _drafts),
    Role.READER: (_drafts,),
    Role.COORDINATOR: (_to_answer, _to_redeem, _to_deliver),
    Role.DELIVERER: (_to_deliver,),
    Role.REVIEWER: (_to_review,),
    Role.MANAGER: (_to_decide, _to_second, _appeals, _to_check, _unanswered, _disputes, _to_close),
}

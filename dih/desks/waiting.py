"""What waits on each role's desk: lists by deadline and how many more there are, all in one query."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, null, select

from dih.applications.models import Application, Clarification
from dih.applications.queries import open_to, within_reach
from dih.applications.vocabulary import PIPELINE, ApplicationStatus
from dih.decisions.appeals.queries import waits_for as waits_for_hearing
from dih.decisions.models import Appeal, FirstApproval
from dih.delivery.models import DeliveryReport
from dih.desks import money_lists
from dih.desks.worklists import MOST_COUNTED, SHOWN, Waiting, Work, WorkList, read
from dih.organisations.models import Organisation
from dih.reviews.models import OpinionAsked, Review
from dih.reviews.queries.opinions import still_asked
from dih.reviews.queries.reach import unbarred
from dih.reviews.vocabulary import OPEN_REVIEWS
from dih.routing.models import Routing
from dih.routing.vocabulary import RoutingStatus
from dih.shared import clock
from dih.shared.access import Actor, Role
from dih.shared.wording import N_
from dih.vouchers.models import Voucher
from dih.vouchers.queries.reach import no_conflict
from dih.vouchers.queries.reach import within_reach as vouchers_within_reach
from dih.vouchers.vocabulary import VoucherStatus

_NO_DAY = cast(null(), Date)


def lists(actor: Actor, now: dt.datetime) -> list[Waiting]:
    """The lists of the actor's role, in the order of work."""
    today = clock.day_of(now)
    return read([make(actor, today) for make in _BY_ROLE.get(actor.role, ())], today, SHOWN)


def overdue(actor: Actor, now: dt.datetime) -> list[Waiting]:
    """All that is late in the hub: answers of partners, reviews, deliveries, answers to reports; up to MOST_COUNTED."""
    today = clock.day_of(now)
    late = (_unanswered, _late_reviews, _late_deliveries, _silent)
    return read([make(actor, today) for make in late], today, MOST_COUNTED)


def _applications(actor: Actor, today: dt.date, *states: ApplicationStatus) -> Work:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, _NO_DAY)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(open_to(actor, today))
    )
    return Work(wanted, (Application.id,), (Application.status, states))


def _vouchers(
    actor: Actor,
    today: dt.date,
    status: VoucherStatus,
    *conditions: ColumnElement[bool],
    due: Any = Voucher.valid_until,
) -> Work:
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
    return Work(wanted, (due, Voucher.id))


def _routings(actor: Actor, today: dt.date, condition: ColumnElement[bool]) -> Work:
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
    return Work(wanted, (Routing.due_on, Routing.id))


def _reviews(actor: Actor, today: dt.date, condition: ColumnElement[bool]) -> Work:
    wanted = (
        select(Application.uuid, Application.reference, Application.title, Review.due_on)
        .select_from(Review)
        .outerjoin(Application, Application.id == Review.application_id)
        .where(condition, no_conflict(actor, today))
    )
    return Work(wanted, (Review.due_on, Review.id), (Review.status, OPEN_REVIEWS))


def _titled(work: Work, first: Any = Application.title) -> Work:
    """For people of one organisation its name says nothing: the project's does."""
    return replace(work, wanted=work.wanted.with_only_columns(Application.uuid, first, Application.title, _NO_DAY))


def _under_way(actor: Actor, today: dt.date) -> WorkList:
    mine = _titled(_applications(actor, today), Application.reference).wanted
    # Not `among` the states: of one organisation there are few, of one state in the whole hub there are many.
    work = Work(mine.where(Application.status.in_(sorted(PIPELINE))), (Application.submitted_at, Application.id))
    return WorkList(N_("Applications on their way"), work, "/applications", N_("No application waits for an answer."))


def _drafts(actor: Actor, today: dt.date) -> WorkList:
    work = _titled(_applications(actor, today, ApplicationStatus.DRAFT))
    return WorkList(N_("Applications to finish"), work, "/applications", N_("No draft waits for you."))


def _questions(actor: Actor, today: dt.date) -> WorkList:
    wanted = (
        select(Application.uuid, Application.reference, Clarification.question, Clarification.due_on)
        .join(Application, Application.id == Clarification.application_id)
        .where(within_reach(actor), Clarification.answered_at.is_(None), Clarification.withdrawn_at.is_(None))
    )
    work = Work(wanted, (Clarification.due_on, Clarification.id))
    return WorkList(N_("Questions to answer"), work, "/applications", N_("Nobody waits for your answer."))


def _to_accept(actor: Actor, today: dt.date) -> WorkList:
    work = _vouchers(actor, today, VoucherStatus.OFFERED, due=Voucher.accept_by)
    return WorkList(N_("Vouchers to accept"), work, "/applications", N_("No voucher waits for you."))


def _to_pay(actor: Actor, today: dt.date) -> WorkList:
    work = _vouchers(actor, today, VoucherStatus.AWAITING_PAYMENT)
    return WorkList(N_("Shares to pay"), work, "/applications", N_("No share waits to be paid."))


def _to_confirm(actor: Actor, today: dt.date) -> WorkList:
    work = _vouchers(actor, today, VoucherStatus.DELIVERED)
    return WorkList(N_("Deliveries to confirm"), work, "/applications", N_("No delivery waits for you."))


def _to_answer(actor: Actor, today: dt.date) -> WorkList:
    work = _routings(actor, today, Routing.partner_id == actor.partner_id)
    return WorkList(N_("Applications to answer"), work, "/routing", N_("No application waits for your answer."))


def _to_redeem(actor: Actor, today: dt.date) -> WorkList:
    work = _vouchers(actor, today, VoucherStatus.ACTIVE)
    rest = "/vouchers/redeem" if actor.partner_id else "/applications"
    return WorkList(N_("Vouchers to redeem"), work, rest, N_("No voucher waits to be redeemed."))


def _to_deliver(actor: Actor, today: dt.date) -> WorkList:
    work = _vouchers(actor, today, VoucherStatus.IN_DELIVERY)
    return WorkList(N_("Deliveries under way"), work, "/deliveries", N_("No delivery is under way."))


def _to_review(actor: Actor, today: dt.date) -> WorkList:
    work = _reviews(actor, today, (Review.reviewer_id == actor.person_id) & unbarred(actor, today))
    return WorkList(N_("Reviews to write"), work, "/reviews", N_("No review waits for you."))


def _to_opine(actor: Actor, today: dt.date) -> WorkList:
    wanted = (
        select(Application.uuid, Application.reference, Application.title, OpinionAsked.due_on)
        .select_from(OpinionAsked)
        .join(Review, Review.id == OpinionAsked.review_id)
        .join(Application, Application.id == Review.application_id)
        .where(OpinionAsked.person_id == actor.person_id, still_asked(today))
    )
    work = Work(wanted, (OpinionAsked.due_on, OpinionAsked.id))
    return WorkList(N_("Second opinions to give"), work, "/reviews", N_("No second opinion is asked of you."))


def _to_check(actor: Actor, today: dt.date) -> WorkList:
    work = _applications(actor, today, ApplicationStatus.SUBMITTED)
    return WorkList(
        N_("Conditions to check"), work, "/applications?status=submitted", N_("Every submission is checked.")
    )


def _to_decide(actor: Actor, today: dt.date) -> WorkList:
    work = _applications(actor, today, ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW)
    return WorkList(N_("Decisions to take"), work, "/decisions", N_("Nothing waits for a decision."))


def _to_second(actor: Actor, today: dt.date) -> WorkList:
    # A changed case has other moves. Asked so that SQLite begins with the few that wait, not with every case there is.
    unchanged = FirstApproval.moves == func.coalesce(Application.moves, -1)
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, _NO_DAY)
        .select_from(FirstApproval)
        .outerjoin(Application, Application.id == FirstApproval.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            FirstApproval.ended_at.is_(None),
            unchanged,
            FirstApproval.given_by != actor.person_id,
            no_conflict(actor, today),
        )
    )
    work = Work(wanted, (FirstApproval.id,))
    return WorkList(N_("Second approvals to give"), work, "/decisions", N_("No first approval waits for a second."))


def _appeals(actor: Actor, today: dt.date) -> WorkList:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, Appeal.due_on)
        .select_from(Appeal)
        .join(Application, Application.id == Appeal.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(waits_for_hearing(actor), open_to(actor, today))
    )
    work = Work(wanted, (Appeal.due_on, Appeal.id))
    return WorkList(N_("Appeals to hear"), work, "/decisions/appeals", N_("No appeal waits to be heard."))


def _disputes(actor: Actor, today: dt.date) -> WorkList:
    work = _vouchers(actor, today, VoucherStatus.DISPUTED)
    return WorkList(N_("Disputes to settle"), work, "/vouchers?status=disputed", N_("No delivery is disputed."))


def _unanswered(actor: Actor, today: dt.date) -> WorkList:
    work = _routings(actor, today, (Routing.due_on < today) & Routing.partner_id.is_not(None))
    return WorkList(
        N_("Partners that are late to answer"), work, "/routing?late=1", N_("Every partner answers in time.")
    )


def _without_partner(actor: Actor, today: dt.date) -> WorkList:
    work = _routings(actor, today, Routing.partner_id.is_(None))
    return WorkList(
        N_("Applications that no partner can take"),
        work,
        "/routing?mode=managers_desk",
        N_("Every application has a partner to ask."),
    )


def _late_reviews(actor: Actor, today: dt.date) -> WorkList:
    work = _reviews(actor, today, Review.due_on < today)
    return WorkList(N_("Reviews that are late"), work, "/reviews", N_("Every review is in time."))


def _late_deliveries(actor: Actor, today: dt.date) -> WorkList:
    work = _vouchers(actor, today, VoucherStatus.IN_DELIVERY, Voucher.valid_until < today)
    return WorkList(N_("Deliveries that are late"), work, "/deliveries", N_("Every delivery is in time."))


def _silent(actor: Actor, today: dt.date) -> WorkList:
    wanted = (
        select(Application.uuid, Application.reference, Organisation.name, DeliveryReport.answer_by)
        .select_from(DeliveryReport)
        .join(Voucher, Voucher.id == DeliveryReport.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(DeliveryReport.answered_at.is_(None), DeliveryReport.answer_by < today, no_conflict(actor, today))
    )
    work = Work(wanted, (DeliveryReport.answer_by, DeliveryReport.id))
    return WorkList(
        N_("Delivery reports without an answer"),
        work,
        "/deliveries?status=delivered",
        N_("Every report is answered in time."),
    )


def _to_close(actor: Actor, today: dt.date) -> WorkList:
    work = _vouchers(actor, today, VoucherStatus.CONFIRMED)
    return WorkList(N_("Cases to close"), work, "/vouchers?status=confirmed", N_("No case waits to be closed."))


_MONEY = (money_lists.matches, money_lists.refunds, money_lists.disputes)
_APPLICANT = (_questions, _to_accept, _to_pay, _to_redeem, _to_confirm, _drafts, _under_way)
_BY_ROLE = {
    Role.OWNER: _APPLICANT,
    Role.EDITOR: (_questions, _drafts, _under_way),
    Role.READER: (_under_way,),
    Role.COORDINATOR: (_to_answer, _to_redeem, _to_deliver),
    Role.DELIVERER: (_to_deliver,),
    Role.REVIEWER: (_to_review, _to_opine),
    Role.MANAGER: (
        _to_decide,
        _to_second,
        _appeals,
        _to_check,
        _without_partner,
        _unanswered,
        _disputes,
        *_MONEY,
        _to_close,
    ),
}

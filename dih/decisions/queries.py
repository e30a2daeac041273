"""The meeting's list: who waits for a decision in a call, in the call's order, and where the money ends."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, select

from dih.accounts.models import Person
from dih.aid import queries as aid
from dih.aid.legal_bases import codes_with_ceiling
from dih.aid.queries import Advice
from dih.applications import queries as applications
from dih.applications.models import Application, RequestedService
from dih.applications.vocabulary import ApplicationStatus
from dih.budget import queries as budget
from dih.budget.rules import Line, second_needed
from dih.budget.settings import FOUR_EYES_EURO
from dih.calls import queries as calls
from dih.calls.models import Call, CallVersion
from dih.calls.vocabulary import CallMethod
from dih.conflicts.queries import in_conflict
from dih.decisions import rules
from dih.decisions.models import FirstApproval
from dih.decisions.rules import Trial
from dih.decisions.waiting_list import somebody_payable
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.reviews import queries as reviews
from dih.reviews.models import ReviewTerms
from dih.reviews.queries import Standing
from dih.shared import paging, settings
from dih.shared.access import Actor
from dih.shared.paging import FRONT, Page, Place
from dih.shared.wording import Text

SHOWN = 50
"""Applications of a call on one page; ranked and held against the money are all."""
TO_DECIDE = (ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW, ApplicationStatus.WAITING_LIST)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One application that waits for a decision; `by_line` are envelope cents by line id.

    `score` is the weighted mean in percent (None without reviews), `failed` names the thresholds that it is below,
    `unjudged`: its reviews are not complete, so that no money reaches it yet, or the actor's own one is still open,
    `aid_cents` is the State aid in what it asks for, where that was worked out.
    `reached` may be a trial, `reached_now` is as things are.
    `takes_two`: an approval needs two managers; `first_by` names who gave the first, `first_mine`: it was the actor.
    """

    id: int
    uuid: uuid.UUID
    reference: str | None
    title: str
    organisation: str
    partner: str
    status: ApplicationStatus
    submitted_at: dt.datetime | None
    requested_cents: int
    first_by: str | None
    first_mine: bool
    by_line: Mapping[int, int]
    reached: bool
    reached_now: bool
    takes_two: bool
    score: Fraction | None
    failed: Sequence[Text]
    unjudged: bool
    aid_cents: int

    @property
    def envelope_cents(self) -> int:
        return sum(self.by_line.values())


@dataclass(frozen=True, slots=True)
class Meeting:
    """The list of one call with the lines that pay for it, as they stand now; `left` on each by those reached."""

    call_code: str
    call_title: Mapping[str, str]
    method: CallMethod
    candidates: Sequence[Candidate]
    lines: Sequence[Line]
    four_eyes_euro: int
    left: Mapping[int, int]
    asked_aid: Mapping[int, aid.Asked]
    next_id: int | None

    @property
    def reached(self) -> list[Candidate]:
        """Those that the money reaches."""
        return [one for one in self.candidates if one.reached]

    @property
    def beyond(self) -> list[Candidate]:
        """Those above every threshold that the money does not reach, and that are not on the waiting list yet."""
        waits = ApplicationStatus.WAITING_LIST
        return [
            one for one in self.candidates if not (one.reached or one.failed or one.unjudged or one.status is waits)
        ]

    @property
    def next_payable(self) -> Candidate | None:
        """The first on the waiting list whom what is free now pays for, whoever stands before it in the list.

        None too where it is a case that a conflict closes to the actor: who comes after it does not take its money.
        """
        return next((one for one in self.candidates if one.id == self.next_id), None)

    def asking(self, line_id: int, *, reached: bool = False) -> int:
        """How many ask for money of a line; with `reached` only those that the money reaches."""
        return sum(line_id in one.by_line and (one.reached or not reached) for one in self.candidates)


@dataclass(frozen=True, slots=True)
class CallToDecide:
    """A call with how many applications wait for a decision; `pays`: of the waiting list somebody can be paid now."""

    code: str
    title: Mapping[str, str]
    method: CallMethod
    waiting: int
    pays: bool


def calls_to_decide(actor: Actor, today: dt.date, place: Place = FRONT) -> Page[CallToDecide]:
    """Calls in which somebody waits for a decision, by code, a page in one query."""
    waiting = (Application.call_id == Call.id, Application.status.in_(TO_DECIDE))
    counted = select(func.count()).select_from(Application).where(*waiting).scalar_subquery()
    wanted = (
        select(
            Call.code, CallVersion.title, CallVersion.method, counted, somebody_payable(actor, today, Call.id), Call.id
        )
        .outerjoin(CallVersion, CallVersion.id == Call.current_version_id)
        .where(exists().where(*waiting))
    )
    return paging.read(wanted, place, Call.code, Call.id).each(lambda row: CallToDecide(*row[:5]))


def meeting(
    call_code: str,
    actor: Actor,
    today: dt.date,
    trial: Trial | None = None,
    chosen: Collection[int] | None = None,
    with_aid: bool = True,
) -> Meeting | None:
    """The meeting's list of a call, without the cases in which the actor has a conflict; None for an unknown call.

    Those cases keep their place and their money: who is left out changes nothing for the others. A ranked call is
    listed by its ranking, with what is not in it after, and any other in order of arrival. `trial`: how far the money
    would reach with other sums. `chosen`: only these (ids), neither ranked nor held against the money. `with_aid`: the
    aid of each is worked out too. Nine queries, six without the aid, however many wait.
    """
    call = calls.current(call_code)
    if call is None:
        return None
    rows = _rows(call.call_id, actor, today, *(() if chosen is None else (Application.id.in_(chosen),)))
    by_line, prices = _asked(call.call_id)
    is_ranked = call.method is CallMethod.RANKED and chosen is None
    standings = {one.application_id: one for one in reviews.standings(call, rows)} if is_ranked else {}
    place = {application_id: index for index, application_id in enumerate(standings)}
    ordered = sorted(rows, key=lambda row: place.get(row.id, len(place)))
    lines = budget.lines() if chosen is None else ()
    used = {line for row in rows for line in by_line[row.id]}
    now_free = free = {line.id: line.free_cents for line in lines}
    passing = [row.id for row in ordered if not is_ranked or _passes(standings.get(row.id))]
    as_asked = listed = [rules.Asked(one, by_line[one]) for one in passing]
    reached_now = reached = rules.money_line(listed, free)
    if trial is not None:
        free, listed = {**free, **trial.free}, [trial.at(one) for one in listed]
        reached = rules.money_line(listed, free)
    shown = [row for row in ordered if not row.closed]
    asked_aid = applications.aid_asked(shown, prices, today) if with_aid else {}
    above = settings.read(FOUR_EYES_EURO)

    def candidate(row: Any) -> Candidate:
        judged = standings[row.id].ranked if row.id in standings and not row.sealed else None
        failed = judged.failed if judged else ()
        brings = asked_aid.get(row.id)
        return Candidate(
            id=row.id,
            uuid=row.uuid,
            reference=row.reference,
            title=row.title,
            organisation=row.organisation,
            partner=row.partner,
            status=row.status,
            submitted_at=row.submitted_at,
            requested_cents=row.requested_cents,
            first_by=row.first_by,
            first_mine=row.first_mine,
            by_line=by_line[row.id],
            reached=row.id in reached,
            reached_now=row.id in reached_now,
            takes_two=second_needed(sum(by_line[row.id].values()), above),
            score=judged.mean if judged else None,
            failed=failed,
            unjudged=row.sealed or (row.id not in passing and not failed),
            aid_cents=brings.amount_cents if brings and brings.code in codes_with_ceiling() else 0,
        )

    paying = [line for line in lines if line.id in used]
    left = rules.left_over(listed, reached, free)
    candidates = [candidate(row) for row in shown]
    waits = {row.id for row in rows if row.status is ApplicationStatus.WAITING_LIST}
    next_id = _first_payable([asked for asked in as_asked if asked.application_id in waits], now_free)
    return Meeting(call_code, call.title, call.method, candidates, paying, above, left, asked_aid, next_id)


def _first_payable(waiting: Sequence[rules.Asked], free: Mapping[int, int]) -> int | None:
    """The first that what is free pays for alone, by id."""
    fits = (one for one in waiting if all(free.get(line, 0) >= cents for line, cents in one.by_line.items()))
    return next((one.application_id for one in fits), None)


def _rows(call_id: int, actor: Actor, today: dt.date, *more: ColumnElement[bool]) -> Sequence[Any]:
    """Who waits for a decision, in order of arrival; `closed`: by a conflict of the actor. `more` narrows it."""
    return db.session.execute(
        select(
            Application.id,
            Application.uuid,
            Application.reference,
            Application.title,
            Application.organisation_id,
            Application.call_version_id,
            Organisation.name.label("organisation"),
            Partner.short_name.label("partner"),
            Application.status,
            Application.submitted_at,
            Application.requested_cents,
            ReviewTerms.wanted,
            Person.name.label("first_by"),
            func.coalesce(FirstApproval.given_by == actor.person_id, false()).label("first_mine"),
            reviews.still_writes(actor, Application.id).label("sealed"),
            in_conflict(actor.person_id, today, Application.id, Application.organisation_id).label("closed"),
        )
        .outerjoin(FirstApproval, first_waits(Application))
        .outerjoin(Person, Person.id == FirstApproval.given_by)
        .outerjoin(ReviewTerms, ReviewTerms.application_id == Application.id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Partner, Partner.id == Application.partner_id)
        .where(
            Application.call_id == call_id,
            Application.status.in_(TO_DECIDE),
            *more,
        )
        .order_by(Application.submitted_at, Application.id)
    ).all()


def _passes(place: Standing | None) -> bool:
    """Whether the money may reach a ranked application: above the thresholds, with as many reviews as are wanted."""
    return place is not None and not place.ranked.failed and place.ranked.count >= place.wanted


def first_waits(application: type[Application]) -> ColumnElement[bool]:
    """Joins the first approval that waits for a second, if it still is about the application as it stands."""
    return and_(
        FirstApproval.application_id == application.id,
        FirstApproval.ended_at.is_(None),
        FirstApproval.moves == application.moves,
    )


def _asked(call_id: int) -> tuple[Mapping[int, dict[int, int]], Mapping[int, list[int]]]:
    """By application that waits: cents asked of the envelope by line id, and the prices of its services in cents."""
    by_line: dict[int, dict[int, int]] = defaultdict(dict)
    prices: dict[int, list[int]] = defaultdict(list)
    for row in db.session.execute(
        select(
            RequestedService.application_id,
            RequestedService.line_id,
            RequestedService.envelope_cents,
            RequestedService.price_cents,
        )
        .join(Application, Application.id == RequestedService.application_id)
        .where(Application.call_id == call_id, Application.status.in_(TO_DECIDE))
    ):
        prices[row.application_id].append(row.price_cents)
        if row.line_id is not None:
            lines = by_line[row.application_id]
            lines[row.line_id] = lines.get(row.line_id, 0) + row.envelope_cents
    return by_line, prices


def aid_of(shown: Meeting, chosen: Sequence[Candidate], today: dt.date) -> dict[int, Advice]:
    """Whether the aid of each chosen application fits today, by its id; without those that get no State aid."""
    return aid.advices([shown.asked_aid[one.id] for one in chosen if one.id in shown.asked_aid], today)

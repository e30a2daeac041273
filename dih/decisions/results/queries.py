"""What results say: who is supported, with how much, on which basis; of all others only how many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, func, select

from dih.aid.legal_bases import codes_with_ceiling
from dih.applications.models import Application
from dih.applications.queries import closed_to
from dih.applications.vocabulary import ApplicationStatus
from dih.calls.models import Call, CallVersion
from dih.decisions.models import Publication
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import NotFound
from dih.vouchers.models import Voucher

COUNTED = (
    ApplicationStatus.APPROVED,
    ApplicationStatus.WAITING_LIST,
    ApplicationStatus.REJECTED,
    ApplicationStatus.INELIGIBLE,
)


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a call; `published_at` is None for what would be published now."""

    code: str
    title: Mapping[str, str]
    content: Mapping[str, Any]
    published_at: dt.datetime | None


def published(code: str) -> Results:
    """The results last published. Raises NotFound for an unknown call and before they are published."""
    row = db.session.execute(
        select(Call.code, CallVersion.title, Publication.content, Publication.published_at)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .join(Publication, Publication.call_id == Call.id)
        .where(Call.code == code)
        .order_by(Publication.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Results(*row)


def all_published() -> Sequence[tuple[str, Mapping[str, str], dt.datetime]]:
    """The calls with published results, as (code, title, last published at), the newest first."""
    newest = select(Publication.call_id, func.max(Publication.published_at).label("at")).group_by(Publication.call_id)
    last = newest.subquery()
    rows = db.session.execute(
        select(Call.code, CallVersion.title, last.c.at)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .join(last, last.c.call_id == Call.id)
        .order_by(last.c.at.desc(), Call.code)
    )
    return [(row.code, row.title, row.at) for row in rows]


def is_published(code: str) -> bool:
    """Whether the results of a call were published."""
    wanted = select(Publication.id).join(Call, Call.id == Publication.call_id).where(Call.code == code).limit(1)
    return db.session.scalar(wanted) is not None


def to_publish(code: str) -> Results:
    """What would be published now, whole. Raises NotFound for an unknown call."""
    return _to_publish(code, false())


def preview(code: str, actor: Actor, today: dt.date) -> Results:
    """The same for the screen: of cases that a conflict of interest closes to the actor only sums, basis and day."""
    return _to_publish(code, closed_to(actor, today))


def _to_publish(code: str, closed: ColumnElement[bool]) -> Results:
    call = db.session.execute(
        select(Call.id, CallVersion.title)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .where(Call.code == code)
    ).one_or_none()
    if call is None:
        raise NotFound
    counts = db.session.execute(
        select(Application.status, func.count())
        .where(Application.call_id == call.id, Application.status.in_(COUNTED))
        .group_by(Application.status)
    ).all()
    known = {row[0]: row[1] for row in counts}
    return Results(
        code,
        call.title,
        {"supported": _supported(call.id, closed), "counts": {one.value: known.get(one, 0) for one in COUNTED}},
        None,
    )


def _supported(call_id: int, closed: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Who, how much aid, on which basis, when, as article 9 and annex III of Regulation (EU) 651/2014 ask."""
    with_aid = codes_with_ceiling()
    rows = db.session.execute(
        select(
            Organisation.name,
            Organisation.cui,
            Organisation.county,
            Application.title,
            Voucher.value_cents,
            Voucher.eu_cents,
            Voucher.national_cents,
            Voucher.legal_basis,
            Voucher.issued_at,
            closed.label("closed"),
        )
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.call_id == call_id, Application.status == ApplicationStatus.APPROVED)
        .order_by(func.lower(Organisation.name), Application.id)
    )
    return [
        {
            **_whose(row),
            "value_cents": row.value_cents,
            "grant_cents": row.eu_cents + row.national_cents,
            "aid_cents": row.national_cents if row.legal_basis in with_aid else 0,
            "basis": row.legal_basis,
            "granted_on": clock.day_of(row.issued_at).isoformat(),
        }
        for row in rows
    ]


def _whose(row: Any) -> dict[str, str]:
    names = ("cui", "county", "title")
    if row.closed:
        return {"organisation": "", **dict.fromkeys(names, "")}
    return {"organisation": row.name, **{name: getattr(row, name) for name in names}}

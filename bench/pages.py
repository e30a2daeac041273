"""What the bench visits: pages by kind, with the person who reads each, found in the demo data at hand."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

MOST = {"list": 15, "detail": 15, "form": 20, "dashboard": 20, "public": 15}
"""How many times the bare page a page may take, by its kind."""

MANAGER = "manager1@dih4society.test"


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, its kind, and the e-mail address of its reader ("" for nobody in particular)."""

    name: str
    kind: str
    path: str
    reader: str = ""


_OWNED = """SELECT a.uuid, p.email FROM application a JOIN membership m ON m.scope_kind = 'organisation'
    AND m.scope_id = a.organisation_id AND m.role = 'owner' AND m.ended_at IS NULL
    JOIN person p ON p.id = m.person_id"""
_CLOSED = f"{_OWNED} JOIN voucher v ON v.application_id = a.id WHERE v.status = 'closed' ORDER BY a.id LIMIT 1"
_DRAFT = f"{_OWNED} WHERE a.status = 'draft' AND a.title <> '' ORDER BY a.id LIMIT 1"
_WHOLE = f"""{_OWNED} JOIN call c ON c.id = a.call_id WHERE a.status = 'submitted' AND c.status = 'published'
    ORDER BY a.id LIMIT 1"""
_REVIEW = """SELECT r.uuid, p.email FROM review r JOIN person p ON p.id = r.reviewer_id JOIN application a
    ON a.id = r.application_id WHERE r.status IN ('assigned', 'draft') AND a.status = 'in_review'
    ORDER BY r.id LIMIT 1"""
_WAITS = """SELECT a.id, a.uuid FROM application a JOIN call c ON c.id = a.call_id WHERE c.code = :call
    AND a.status IN ('placed', 'in_review') ORDER BY a.id LIMIT 1"""
_PARTNER = """SELECT p.email FROM person p JOIN membership m ON m.person_id = p.id WHERE m.role = 'coordinator'
    ORDER BY p.id LIMIT 1"""


def visits(connection: Connection) -> list[Visit]:
    """The pages of the table, in its order."""
    closed, owner = _one(connection, _CLOSED)
    draft, drafter = _one(connection, _DRAFT)
    review, reviewer = _one(connection, _REVIEW)
    coordinator = connection.scalar(text(_PARTNER)) or ""
    call = connection.scalar(text("SELECT code FROM call WHERE status = 'published' ORDER BY id DESC LIMIT 1"))
    waits = connection.execute(text(_WAITS), {"call": call}).one()
    section = _section(connection, draft)
    return [
        Visit("applications, manager", "list", "/applications", MANAGER),
        Visit("applications in one state", "list", "/applications?status=placed", MANAGER),
        Visit("applications, applicant", "list", "/applications", owner),
        Visit("routed here, coordinator", "list", "/routing", coordinator),
        Visit("vouchers, manager", "list", "/vouchers", MANAGER),
        Visit("vouchers, coordinator", "list", "/vouchers", coordinator),
        Visit("deliveries, coordinator", "list", "/deliveries", coordinator),
        Visit("reviews, reviewer", "list", "/reviews", reviewer),
        Visit("decisions of a call", "list", f"/decisions/{call}", MANAGER),
        Visit("moves of money", "list", "/budget/moves", MANAGER),
        Visit("audit", "list", "/audit", MANAGER),
        Visit("case, manager", "detail", f"/cases/{closed}", MANAGER),
        Visit("case that waits, manager", "detail", f"/cases/{uuid.UUID(str(waits.uuid))}", MANAGER),
        Visit("case, applicant", "detail", f"/cases/{closed}", owner),
        Visit("application, manager", "detail", f"/applications/{closed}", MANAGER),
        Visit("application, applicant", "detail", f"/applications/{draft}", drafter),
        Visit("review, reviewer", "detail", f"/reviews/{review}", reviewer),
        Visit("check your answers", "form", f"/applications/{draft}/check", drafter),
        Visit("services of an application", "form", f"/applications/{draft}/tasks/services", drafter),
        Visit("task of an application", "form", f"/applications/{draft}/tasks/section-{section}", drafter),
        Visit("organisation, edit", "form", "/organisation/edit", owner),
        Visit("decision", "form", f"/decisions/{call}/decide?chosen={waits.id}&outcome=approved", MANAGER),
        Visit("desk, manager", "dashboard", "/desk", MANAGER),
        Visit("desk, coordinator", "dashboard", "/desk", coordinator),
        Visit("desk, applicant", "dashboard", "/desk", owner),
        Visit("budget", "dashboard", "/budget", MANAGER),
        Visit("start page", "public", "/"),
        Visit("catalogue", "public", "/services"),
        Visit("calls", "public", "/calls"),
        Visit("one call", "public", f"/calls/{call}"),
    ]


def to_submit(connection: Connection) -> tuple[str, str, list[str]]:
    """A submitted application of an open call that can be reopened and submitted again: uuid, owner, declarations."""
    found, owner = _one(connection, _WHOLE)
    return found, owner, [declaration["key"] for declaration in _content(connection, found)["declarations"]]


def _section(connection: Connection, application: str) -> str:
    return str(_content(connection, application)["sections"][0]["key"])


def _content(connection: Connection, application: str) -> dict[str, Any]:
    whole = text(
        "SELECT v.content FROM call_version v JOIN application a ON a.call_version_id = v.id WHERE a.uuid = :id"
    )
    name = application if connection.dialect.name == "postgresql" else application.replace("-", "")
    content = connection.scalar(whole, {"id": name})
    return dict(json.loads(content) if isinstance(content, str) else content or {})


def _one(connection: Connection, query: str) -> tuple[str, str]:
    row = connection.execute(text(query)).one()
    return str(uuid.UUID(str(row[0]))), row[1]

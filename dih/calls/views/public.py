"""Calls and services for anyone: everything a call says and asks, before one starts."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from dih.aid.vocabulary import SIZE_LABELS
from dih.calls import queries
from dih.calls.queries import CallView
from dih.calls.views import blueprint
from dih.calls.vocabulary import (
    CALL_METHOD_LABELS,
    LEGAL_BASIS_LABELS,
    CallPhase,
)
from dih.catalogue import queries as catalogue
from dih.catalogue.queries import ServiceView
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import NotFound
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place
from dih.taxonomy.vocabulary import AREA_LABELS, CATEGORY_LABELS, TARGET_GROUP_LABELS


@blueprint.get("/calls")
@access.public
def calls() -> str:
    """The open, coming and closed calls."""
    now = clock.now()
    closed = queries.closed(now, place())
    return render_template(
        "calls/calls.html",
        calls=queries.to_come(now),
        closed=closed,
        **beside(closed),
        method_labels=CALL_METHOD_LABELS,
        target_group_labels=TARGET_GROUP_LABELS,
    )


@blueprint.get("/calls/<code>")
@access.public
def call(code: str) -> str:
    """One call, whole: dates, rules, money, every question, document, declaration and criterion."""
    found = queries.current(code)
    if found is None:
        raise NotFound
    return call_page(found, queries.services_of(found.id), preview=False)


def call_page(found: CallView, services: Sequence[ServiceView], preview: bool) -> str:
    """The page of a call; a `preview` shows a version that is not published and leads nowhere."""
    now = clock.now()
    content = found.content
    return render_template(
        "calls/call.html",
        call=found,
        preview=preview,
        content=content,
        phase=found.phase(now),
        is_open=found.phase(now) is CallPhase.OPEN and not preview,
        days_left=(clock.day_of(found.closes_at) - clock.day_of(now)).days,
        free_cents=queries.free_money(found),
        services=services,
        paragraphs={language: words.split("\n\n") for language, words in content.description.items()},
        method_labels=CALL_METHOD_LABELS,
        target_group_labels=TARGET_GROUP_LABELS,
        category_labels=CATEGORY_LABELS,
        size_labels=SIZE_LABELS,
        basis_labels=LEGAL_BASIS_LABELS,
    )


@blueprint.get("/calls/<code>/apply")
@access.signed_in
def apply(code: str) -> Response:
    """The way from a call to an application of it: by the organisation's form for who acts for none yet."""
    if queries.current(code) is None:
        raise NotFound
    target = f"/applications/start?call={code}"
    actor = the_actor()
    if actor.may(Permission.EDIT_APPLICATION) or actor.may(Permission.ENTER_FOR_APPLICANT):
        return redirect(target)
    return redirect(url_for("organisations.new", next=target))


@blueprint.get("/services/<code>")
@access.public
def service(code: str) -> str:
    """One service of the catalogue, with the calls that pay for it."""
    found, now = catalogue.by_code(code), clock.now()
    if found is None or not found.active:
        raise NotFound
    return render_template(
        "calls/service.html",
        service=found,
        calls=[(call, call.is_open(now)) for call in queries.paying_for(found.id, now)],
        category_labels=CATEGORY_LABELS,
        area_labels=AREA_LABELS,
        target_group_labels=TARGET_GROUP_LABELS,
    )

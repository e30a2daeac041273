"""The list of what was routed, the answer of a partner's coordinator, and a manager's override."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import escape

from dih.partners import queries as partners
from dih.routing import operations, queries
from dih.routing.forms import AnswerForm, OverrideForm
from dih.routing.queries import Filters
from dih.routing.rules import MOVABLE
from dih.routing.views import Page, blueprint
from dih.routing.vocabulary import (
    ANSWER_WORDS,
    MANAGERS_WORDS,
    MODE_WORDS,
    PART_LABELS,
    ROUTING_MODE_LABELS,
    ROUTING_STATUS_COLOURS,
    ROUTING_STATUS_LABELS,
    RoutingMode,
    RoutingStatus,
)
from dih.shared import access, asked, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place
from dih.shared.paging import as_id
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import Text
from dih.taxonomy import terms

WORDS = {
    "status_labels": ROUTING_STATUS_LABELS,
    "status_colours": ROUTING_STATUS_COLOURS,
    "mode_labels": ROUTING_MODE_LABELS,
    "part_labels": PART_LABELS,
}


def _filters() -> Filters:
    """The filters in the address; what is none of them is passed over."""
    return Filters(
        status=asked.member(RoutingStatus, "status") if "status" in request.args else RoutingStatus.PROPOSED,
        partner_id=asked.row_id("partner"),
        county=asked.words("county"),
        mode=asked.member(RoutingMode, "mode"),
        late=asked.flag("late"),
    )


@blueprint.get("/routing")
@access.requires(Permission.SEE_ROUTED, Permission.SEE_ALL)
def routed() -> str:
    """What was routed to the partner, or to all of them for the hub; what waits for an answer first."""
    actor, filters = the_actor(), _filters()
    page = queries.page(actor, filters, clock.now(), place())
    everywhere = actor.may(Permission.SEE_ALL)
    return render_template(
        "routing/routed.html",
        page=page,
        filters=filters,
        everywhere=everywhere,
        partner_choices=partners.choices() if everywhere else (),
        county_choices=[(county.code, escape(county.name)) for county in terms.all_counties()],
        county_name=terms.county_name,
        **beside(page),
        **WORDS,
    )


@blueprint.route("/routing/<uuid:application_uuid>", methods=["GET", "POST"])
@access.requires(Permission.SEE_ROUTED, Permission.SEE_ALL)
def answer(application_uuid: uuid.UUID) -> Page:
    """Why an application came to a partner, and the coordinator's answer."""
    actor, now = the_actor(), clock.now()
    case = queries.case(application_uuid, actor, clock.day_of(now))
    form = AnswerForm(_others(case), data={"routing": case.step.id})
    may_answer = actor.may(Permission.ANSWER_ROUTING) and actor.partner_id == case.step.partner_id and case.step.waits
    if form.validate_on_submit():
        try:
            done = _answer(application_uuid, form)
            flash(done, "success")
            return redirect(url_for("routing.routed"))
        except BrokenRule as rule:
            form.refuse(rule)
    page = render_template(
        "routing/answer.html",
        case=case,
        form=form,
        may_answer=may_answer,
        movable=case.application.status in MOVABLE,
        story=_story(case),
        services=queries.requested(case.application.id),
        county=terms.county_name(case.application.county),
        **WORDS,
    )
    return (page, 422) if request.method == "POST" else page


def _others(case: queries.Case) -> list[tuple[int, Mapping[str, str]]]:
    return [(number, name) for number, name in partners.choices() if number != case.step.partner_id]


def _story(case: queries.Case) -> list[dict[str, Any]]:
    """The proposals and answers so far as a timeline, newest first."""
    entries: list[dict[str, Any]] = []
    for step in case.steps:
        partner = step.partner_short
        if step.answered_at is not None:
            entries.append(
                {
                    "at": step.answered_at,
                    "words": Text((ANSWER_WORDS if partner else MANAGERS_WORDS)[step.status], {"partner": partner}),
                    "who": escape(step.answered_by or "DIH4Society"),
                    "reason": step.answer_reason,
                    "tone": "good" if step.status is RoutingStatus.ACCEPTED else "",
                }
            )
        entries.append(
            {
                "at": step.proposed_at,
                "words": Text(MODE_WORDS[step.mode], {"partner": partner}),
                "who": escape(step.proposed_by or "DIH4Society"),
            }
        )
    return entries


def _answer(application_uuid: uuid.UUID, form: AnswerForm) -> str:
    actor, now = the_actor(), clock.now()
    routing_id = as_id(form.routing.data or "") or 0
    with unit_of_work():
        if form.answer.data == "accept":
            operations.accept(application_uuid, routing_id, actor, now)
            return _("The application is yours.")
        if form.answer.data == "decline":
            operations.decline(application_uuid, routing_id, form.reason.data or "", actor, now, form.refusal())
            return _("Declined. Another partner is asked.")
        operations.hand_over(
            application_uuid, routing_id, form.partner.data or 0, form.reason.data or "", actor, now, form.refusal()
        )
        return _("Proposed. The other partner is asked.")


@blueprint.route("/routing/<uuid:application_uuid>/override", methods=["GET", "POST"])
@access.requires(Permission.OVERRIDE_ROUTING)
def override(application_uuid: uuid.UUID) -> Page:
    """A manager gives the application to another partner."""
    actor, now = the_actor(), clock.now()
    case = queries.case(application_uuid, actor, clock.day_of(now))
    form = OverrideForm(_others(case))
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.override(application_uuid, form.partner.data, form.reason.data, actor, now)
            flash(_("The other partner is asked."), "success")
            return redirect(url_for("routing.answer", application_uuid=application_uuid))
        except BrokenRule as rule:
            form.refuse(rule)
    page = render_template(
        "routing/override.html", case=case, form=form, movable=case.application.status in MOVABLE, **WORDS
    )
    return (page, 422) if request.method == "POST" else page

"""One delivery, and what the partner plans, records and reports."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.delivery import operations, queries
from dih.delivery.forms import EvidenceForm, MilestoneForm, WorkForm, report_form
from dih.delivery.rules import tenths_of
from dih.delivery.views import Page, blueprint
from dih.documents import storage
from dih.documents.download import download
from dih.documents.vocabulary import FileKind
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, Problem
from dih.shared.forms import Form
from dih.shared.gate import the_actor
from dih.shared.money import parse_cents
from dih.shared.unit_of_work import unit_of_work

may_see = access.requires(Permission.RECORD_DELIVERY, Permission.SEE_ALL, Permission.SEE_OWN_APPLICATIONS)
records = access.requires(Permission.RECORD_DELIVERY)

LARGEST_EVIDENCE = 20_000_000


@blueprint.get("/deliveries/<uuid:voucher_uuid>")
@may_see
def delivery(voucher_uuid: uuid.UUID) -> Page:
    """The plan, the work, the evidence and the reports."""
    return _page(voucher_uuid)


@blueprint.post("/deliveries/<uuid:voucher_uuid>/milestones")
@records
def plan(voucher_uuid: uuid.UUID) -> Page:
    """Adds a step."""
    form = MilestoneForm()

    def deed() -> None:
        with unit_of_work():
            operations.plan_milestone(voucher_uuid, form.title.data, form.due_on.data, the_actor(), clock.now())

    return _done(voucher_uuid, form, deed, "plan")


@blueprint.post("/deliveries/<uuid:voucher_uuid>/milestones/<int:milestone_id>")
@records
def tick(voucher_uuid: uuid.UUID, milestone_id: int) -> Page:
    """Ticks a step, opens it again, or takes it out."""
    actor, now, action = the_actor(), clock.now(), request.form.get("action")
    with unit_of_work():
        if action == "remove":
            operations.remove_milestone(voucher_uuid, milestone_id, actor, now)
        else:
            operations.finish_milestone(voucher_uuid, milestone_id, action == "done", actor, now)
    return redirect(url_for("delivery.delivery", voucher_uuid=voucher_uuid, _anchor="plan"))


@blueprint.post("/deliveries/<uuid:voucher_uuid>/work")
@records
def work(voucher_uuid: uuid.UUID) -> Page:
    """Records hours."""
    actor, now = the_actor(), clock.now()
    form = WorkForm(queries.case(voucher_uuid, actor, clock.day_of(now)).services)

    def deed() -> None:
        tenths = tenths_of(form.hours.data)
        with unit_of_work():
            operations.record_work(
                voucher_uuid, form.service.data, form.day.data, tenths, form.note.data or "", actor, now
            )

    return _done(voucher_uuid, form, deed, "work")


@blueprint.post("/deliveries/<uuid:voucher_uuid>/work/<int:work_id>/remove")
@records
def remove_work(voucher_uuid: uuid.UUID, work_id: int) -> Page:
    """Takes out one's own entry."""
    with unit_of_work():
        operations.remove_work(voucher_uuid, work_id, the_actor(), clock.now())
    return redirect(url_for("delivery.delivery", voucher_uuid=voucher_uuid, _anchor="work"))


@blueprint.post("/deliveries/<uuid:voucher_uuid>/evidence")
@records
def add_evidence(voucher_uuid: uuid.UUID) -> Page:
    """Takes in a file; it lies on disk before the transaction begins."""
    actor, now = the_actor(), clock.now()
    queries.case(voucher_uuid, actor, clock.day_of(now))
    form = EvidenceForm()

    def deed() -> None:
        upload = form.file.data
        received = storage.receive(upload.stream, upload.filename or "", list(FileKind), LARGEST_EVIDENCE)
        with unit_of_work():
            operations.add_evidence(voucher_uuid, received, form.about.data or "", actor, now)

    return _done(voucher_uuid, form, deed, "evidence")


@blueprint.get("/deliveries/<uuid:voucher_uuid>/evidence/<int:evidence_id>")
@may_see
def evidence(voucher_uuid: uuid.UUID, evidence_id: int) -> Response:
    """A file of evidence."""
    return download(queries.evidence_file(voucher_uuid, evidence_id, the_actor(), clock.day_of(clock.now())))


@blueprint.route("/deliveries/<uuid:voucher_uuid>/report", methods=["GET", "POST"])
@records
def report(voucher_uuid: uuid.UUID) -> Page:
    """States that the delivery is done."""
    actor, now = the_actor(), clock.now()
    case = queries.case(voucher_uuid, actor, clock.day_of(now))
    form = report_form(case.services)
    if form.validate_on_submit():
        try:
            delivered = _amounts(case, form)
            with unit_of_work():
                operations.report(voucher_uuid, form.summary.data, delivered, actor, now)
            flash(_("The report is with the beneficiary, who confirms it or says what is wrong."), "success")
            return redirect(url_for("delivery.delivery", voucher_uuid=voucher_uuid))
        except BrokenRule as rule:
            form.refuse(rule)
    page = render_template("delivery/report.html", case=case, form=form, here={"voucher_uuid": voucher_uuid})
    return (page, 422) if request.method == "POST" else page


def _amounts(case: queries.Case, form: Form) -> dict[int, int]:
    delivered: dict[int, int] = {}
    problems: list[Problem] = []
    for service in case.services:
        name = f"delivered-{service.service_id}"
        try:
            delivered[service.service_id] = parse_cents(form[name].data, name)
        except BrokenRule as rule:
            problems.extend(rule.problems)
    if problems:
        raise BrokenRule(*problems)
    return delivered


def _done(voucher_uuid: uuid.UUID, form: Form, deed: Any, anchor: str) -> Page:
    """Does what the form asks and comes back to it, or shows the page again with what stands in the way."""
    if form.validate_on_submit():
        try:
            deed()
            return redirect(url_for("delivery.delivery", voucher_uuid=voucher_uuid, _anchor=anchor))
        except BrokenRule as rule:
            form.refuse(rule)
    return _page(voucher_uuid, form), 422


def _page(voucher_uuid: uuid.UUID, refused: Form | None = None) -> str:
    actor, now = the_actor(), clock.now()
    today = clock.day_of(now)
    case = queries.case(voucher_uuid, actor, today)
    forms = {
        "plan": refused if isinstance(refused, MilestoneForm) else MilestoneForm(formdata=None),
        "work": refused
        if isinstance(refused, WorkForm)
        else WorkForm(case.services, formdata=None, data={"day": today}),
        "evidence": refused if isinstance(refused, EvidenceForm) else EvidenceForm(formdata=None),
    }
    return render_template(
        "delivery/delivery.html",
        case=case,
        panel=case,
        entry=forms,
        form=refused,
        today=today,
        here={"voucher_uuid": voucher_uuid},
        own=actor.organisation_id is not None,
    )

"""Clarifications: staff ask, the applicant answers on one page with just the fields that were named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.applications import forms, operations, queries
from dih.applications.queries import Clarifying
from dih.applications.rules import answers, standing, tasks
from dih.applications.rules.answers import Seen, Typed
from dih.applications.views import Page, blueprint
from dih.applications.views.opening import Opened, opened, opened_to_fill
from dih.applications.views.tasks import FILLS_IN, as_shown, picked, service_choice
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Problem
from dih.shared.free_days import free_days
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


@blueprint.route("/applications/<uuid:application_uuid>/clarifications/new", methods=["GET", "POST"])
@access.requires(Permission.DECIDE)
def ask(application_uuid: UUID) -> Page:
    """A manager asks, and names the fields that may be changed for the answer."""
    found = opened(application_uuid)
    question, named = request.form.get("question", ""), request.form.getlist("fields")
    if request.method == "POST":
        try:
            with unit_of_work():
                operations.ask_clarification(found.case.id, question, named, the_actor(), clock.now())
            flash(_("The question is on its way to the applicant."), "success")
            return redirect(url_for("applications.show", application_uuid=application_uuid))
        except BrokenRule as rule:
            return _ask_page(found, question, named, rule.problems), 422
    return _ask_page(found, question, named)


@blueprint.get("/applications/<uuid:application_uuid>/clarifications/<int(max=2147483647):clarification_id>")
@access.requires(*FILLS_IN)
def clarification(application_uuid: UUID, clarification_id: int) -> Page:
    """The question with the fields that it names, ready to be changed."""
    found = opened_to_fill(application_uuid)
    asked = _asked(found, clarification_id)
    if not asked.open:
        return redirect(url_for("applications.show", application_uuid=application_uuid))
    fields = _fields(found, asked)
    stored = found.whole.stored
    seen = {
        one.key: Seen(stored[one.key].version, answers.digest(stored[one.key].value))
        for one in fields
        if one.key in stored
    }
    return _answer_page(found, asked, forms.as_stored(fields, found.whole.answers), seen, "")


@blueprint.post("/applications/<uuid:application_uuid>/clarifications/<int(max=2147483647):clarification_id>")
@access.requires(*FILLS_IN)
def answer(application_uuid: UUID, clarification_id: int) -> Page:
    """Saves the named fields and sends the answer."""
    found = opened_to_fill(application_uuid)
    asked = _asked(found, clarification_id)
    seen = forms.read_version(request.form.get(forms.VERSION, ""))
    typed = forms.typed_in(request.form, _fields(found, asked), seen)
    text = request.form.get("answer", "")
    actor, now = the_actor(), clock.now()
    try:
        if typed:
            with unit_of_work():
                saved = operations.save_answers(application_uuid, typed, seen, actor, now)
            seen = {**seen, **saved.seen}
            if saved.conflicts:
                return _answer_page(found, asked, typed, seen, text, saved.problems, saved.conflicts, saved.who), 409
            if saved.problems:
                return _answer_page(found, asked, typed, seen, text, saved.problems), 422
        with unit_of_work():
            operations.answer_clarification(
                clarification_id, text, actor, now, request.form.getlist("declared"), picked()
            )
    except BrokenRule as rule:
        return _answer_page(found, asked, typed, seen, text, rule.problems), 422
    flash(_("Thank you. Your answer has been sent."), "success")
    return redirect(url_for("applications.show", application_uuid=application_uuid))


@blueprint.post("/applications/<uuid:application_uuid>/clarifications/<int(max=2147483647):clarification_id>/withdraw")
@access.requires(Permission.DECIDE)
def take_back(application_uuid: UUID, clarification_id: int) -> Page:
    """A manager takes the question back."""
    _asked(opened(application_uuid), clarification_id)
    with unit_of_work():
        operations.withdraw_clarification(clarification_id, the_actor(), clock.now())
    flash(_("The question is taken back."), "success")
    return redirect(url_for("applications.show", application_uuid=application_uuid))


def _asked(found: Opened, clarification_id: int) -> Clarifying:
    asked = next((one for one in queries.clarifications(found.case.id) if one.id == clarification_id), None)
    if asked is None:
        raise NotFound
    return asked


def _fields(found: Opened, asked: Clarifying) -> list[answers.Asked]:
    return [field for key, field in tasks.all_asked(found.call.content).items() if key in asked.fields]


def _ask_page(found: Opened, question: str, named: Sequence[str], problems: Sequence[Problem] = ()) -> str:
    content = found.call.content
    days = content.days.clarification_working_days
    return render_template(
        "applications/ask.html",
        found=found,
        question=question,
        named=named,
        problems=problems,
        questions=tasks.all_asked(content).values(),
        choice=tasks.CHOICE if found.case.status in standing.EXCHANGEABLE else "",
        due_on=clock.add_working_days(clock.day_of(clock.now()), days, free_days()),
    )


def _answer_page(
    found: Opened,
    asked: Clarifying,
    typed: Mapping[str, Typed],
    seen: Mapping[str, Seen],
    text: str,
    problems: Sequence[Problem] = (),
    theirs: Mapping[str, Any] | None = None,
    who: str = "",
) -> str:
    fields = _fields(found, asked)
    form = forms.answers_form(fields, typed)
    elsewhere = [one for one in problems if one.field in ("answer", tasks.SERVICES) or _declared(one.field)]
    form.refuse(problem for problem in problems if problem not in elsewhere)
    made = request.form.getlist("declared") if request.method == "POST" else _made(found)
    documents = [one for one in found.call.content.documents if one.key in asked.fields]
    ticked = picked()[0] if request.method == "POST" else None
    exchanged = tasks.CHOICE in asked.fields and found.case.status in standing.EXCHANGEABLE
    return render_template(
        "applications/clarification.html",
        found=found,
        asked=asked,
        fields=fields,
        form=form,
        version=forms.write_version(seen),
        text=text,
        problems=elsewhere,
        theirs=as_shown(fields, theirs or {}),
        who=who,
        documents=documents,
        declarations=[one for one in found.call.content.declarations if tasks.DECLARATION + one.key in asked.fields],
        declared=made,
        attached=found.whole.documents,
        choice=service_choice(found, ticked) if exchanged else None,
    )


def _declared(field: str) -> bool:
    return field.startswith(tasks.DECLARATION)


def _made(found: Opened) -> list[str]:
    """The keys of the declarations made so far."""
    kept = found.whole.answers
    return [one.key for one in found.call.content.declarations if kept.get(tasks.DECLARATION + one.key) is True]

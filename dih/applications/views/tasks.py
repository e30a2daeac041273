"""One page for each task of an application, with its autosave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import jsonify, redirect, render_template, request, url_for

from dih.applications import forms, operations, queries
from dih.applications.rules import answers, tasks
from dih.applications.rules.answers import Asked, Seen, Typed
from dih.applications.views import Page, blueprint
from dih.applications.views.opening import Opened, opened_to_fill
from dih.calls import eligibility
from dih.calls import queries as calls
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Problem
from dih.shared.gate import the_actor
from dih.shared.speech import say
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy.vocabulary import Category

FILLS_IN = (Permission.EDIT_APPLICATION, Permission.ENTER_FOR_APPLICANT)


@blueprint.get("/applications/<uuid:application_uuid>/tasks/<key>")
@access.requires(*FILLS_IN)
def task(application_uuid: UUID, key: str) -> Page:
    """The page of one task. A submission that is no draft any more shows its own page instead."""
    if key == tasks.SUBMIT:
        return redirect(url_for("applications.check", application_uuid=application_uuid))
    found = opened_to_fill(application_uuid)
    if not found.is_draft:
        return redirect(url_for("applications.show", application_uuid=application_uuid))
    if key == tasks.SERVICES:
        return services_page(found)
    if key == tasks.DOCUMENTS:
        return documents_page(found)
    fields = _fields(found, key)
    return _fields_page(found, key, forms.as_stored(fields, found.whole.answers), _seen(found, fields))


@blueprint.post("/applications/<uuid:application_uuid>/tasks/<key>")
@access.requires(*FILLS_IN)
def save_task(application_uuid: UUID, key: str) -> Page:
    """Saves a page of answers and goes on; what cannot be read comes back with its reason, kept as typed."""
    if key == tasks.SERVICES:
        return _save_services(application_uuid)
    found = opened_to_fill(application_uuid)
    fields = _fields(found, key)
    seen = forms.read_version(request.form.get(forms.VERSION, ""))
    typed = forms.typed_in(request.form, fields, seen)
    try:
        with unit_of_work():
            saved = operations.save_answers(application_uuid, typed, seen, the_actor(), clock.now())
    except BrokenRule as rule:
        return _fields_page(found, key, typed, seen, rule.problems), 422
    now_seen = {**seen, **saved.seen}
    if saved.conflicts:
        return _fields_page(found, key, typed, now_seen, saved.problems, saved.conflicts, saved.who), 409
    if saved.problems:
        return _fields_page(found, key, typed, now_seen, saved.problems), 422
    return _onwards(application_uuid, key)


@blueprint.post("/applications/<uuid:application_uuid>/autosave/<key>")
@access.requires(*FILLS_IN)
def autosave(application_uuid: UUID, key: str) -> Page:
    """The same for the page's script, in JSON: 200 with the version, 409 with the other's text, 422 with reasons."""
    found = opened_to_fill(application_uuid)
    fields = _fields(found, key)
    seen = forms.read_version(request.form.get(forms.VERSION, ""))
    typed = forms.typed_in(request.form, fields, seen)
    try:
        with unit_of_work():
            saved = operations.save_answers(application_uuid, typed, seen, the_actor(), clock.now())
    except BrokenRule as rule:
        return jsonify(problems=[say(problem.text) for problem in rule.problems]), 422
    version = forms.write_version({**seen, **saved.seen})
    if saved.conflicts:
        theirs = forms.as_stored([one for one in fields if one.key in saved.conflicts], saved.conflicts)
        return jsonify(version=version, values=theirs, who=saved.who), 409
    return jsonify(version=version, problems=[say(problem.text) for problem in saved.problems])


def services_page(found: Opened, ticked: set[int] | None = None, problems: Sequence[Problem] = ()) -> str:
    """The picker: the services of the call with their prices, those chosen ticked, and the most that fits."""
    return render_template(
        "applications/services.html",
        found=found,
        key=tasks.SERVICES,
        choice=service_choice(found, ticked),
        problems=problems,
    )


def service_choice(found: Opened, ticked: set[int] | None = None) -> dict[str, Any]:
    """What the picker shows; `ticked` are the ids chosen on the page at hand, None for those that are stored."""
    chosen = {one.service_id: one for one in found.whole.services}
    offered = [one for one in calls.services_of(found.call.id) if one.active]
    prices = {one.id: one.price_cents for one in offered} | {key: one.price_cents for key, one in chosen.items()}
    taken = set(chosen) if ticked is None else ticked
    return {
        "offered": [(category, [one for one in offered if one.category is category]) for category in Category],
        "withdrawn": [one for one in found.whole.services if not one.offered],
        "seen": sorted(chosen),
        "ticked": taken,
        "total_cents": sum(cents for service_id, cents in prices.items() if service_id in taken),
        "rule": eligibility.money_rule(found.call.content, found.whole.facts),
    }


def picked() -> tuple[set[int], set[int]]:
    """What the picker sent: the ids ticked, and those that its page had shown as chosen."""
    return set(request.form.getlist("service", type=int)), set(request.form.getlist("seen", type=int))


def documents_page(found: Opened, problems: Sequence[Problem] = ()) -> str:
    """Which documents the call asks for, what is attached, and a way to attach more."""
    attached: dict[str, list[queries.Attachment]] = {}
    for one in found.whole.documents:
        attached.setdefault(one.key, []).append(one)
    return render_template(
        "applications/documents.html",
        found=found,
        key=tasks.DOCUMENTS,
        attached=attached,
        problems=problems,
        following=tasks.next_task(found.tasks, tasks.DOCUMENTS),
    )


def as_shown(fields: Sequence[Asked], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What others stored under some of the fields of a page, as people read it."""
    return {one.key: answers.as_shown(one, stored[one.key]) for one in fields if one.key in stored}


def _save_services(application_uuid: UUID) -> Page:
    ticked, seen = picked()
    try:
        with unit_of_work():
            operations.choose_services(application_uuid, ticked, seen, the_actor(), clock.now())
    except BrokenRule as rule:
        return services_page(opened_to_fill(application_uuid), ticked, rule.problems), 422
    found = opened_to_fill(application_uuid)
    problems = tasks.services_problems(found.call.content, found.whole.draft)
    if problems and ticked:
        return services_page(found, None, problems), 422
    return _onwards(application_uuid, tasks.SERVICES)


def _onwards(application_uuid: UUID, key: str) -> Page:
    if request.form.get("then") == "list":
        return redirect(url_for("applications.show", application_uuid=application_uuid))
    following = tasks.next_task(opened_to_fill(application_uuid).tasks, key)
    return redirect(url_for("applications.task", application_uuid=application_uuid, key=following))


def _fields(found: Opened, key: str) -> list[Asked]:
    fields = tasks.asked_in(found.call.content, key)
    if not fields and key != tasks.ORGANISATION:
        raise NotFound
    return fields


def _seen(found: Opened, fields: Sequence[Asked]) -> dict[str, Seen]:
    stored = found.whole.stored
    return {
        one.key: Seen(stored[one.key].version, answers.digest(stored[one.key].value))
        if one.key in stored
        else answers.NOTHING_SEEN
        for one in fields
    }


def _fields_page(
    found: Opened,
    key: str,
    typed: Mapping[str, Typed],
    seen: Mapping[str, Seen],
    problems: Sequence[Problem] = (),
    theirs: Mapping[str, Any] | None = None,
    who: str = "",
) -> str:
    fields = _fields(found, key)
    form = forms.answers_form(fields, typed)
    form.refuse(problems)
    organisation = advice = None
    if key == tasks.ORGANISATION:
        organisation = eligibility.assess(found.call.content, found.whole.facts)
        advice = queries.aid_advice(found.case, found.call, found.whole, clock.day_of(found.now))
    return render_template(
        "applications/task.html",
        found=found,
        key=key,
        fields=fields,
        form=form,
        version=forms.write_version(seen),
        theirs=as_shown(fields, theirs or {}),
        theirs_typed=forms.as_stored([one for one in fields if one.key in (theirs or {})], theirs or {}),
        who=who,
        assessed=organisation,
        advice=advice,
    )

"""Declaring and ending conflicts of the own; the manager's list and clearing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.conflicts import operations, queries
from dih.conflicts.forms import DeclareForm, LastDayForm, ReasonForm
from dih.conflicts.operations import Declaration
from dih.conflicts.queries import Filters
from dih.conflicts.vocabulary import DECLARING, ConflictKind, ConflictSource, ConflictStatus
from dih.shared import access, asked, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place
from dih.shared.unit_of_work import unit_of_work

blueprint = Blueprint("conflicts", __name__)


@blueprint.get("/conflicts")
@access.requires(*DECLARING)
def mine() -> str:
    """The own conflicts: declared, found, and named by applicants."""
    return render_template("conflicts/mine.html", rows=queries.mine(the_actor()), today=clock.day_of(clock.now()))


@blueprint.post("/conflicts/confirm")
@access.requires(*DECLARING)
def confirm() -> Any:
    """All of it is right: the next reminder comes in a year."""
    with unit_of_work():
        operations.confirm(the_actor(), clock.now())
    flash(_("Thank you. We ask again in a year."), "success")
    return redirect(url_for("conflicts.mine"))


@blueprint.get("/conflicts/new")
@access.requires(*DECLARING)
def look_up() -> str:
    """The organisation with which there is a relation, by CUI or name."""
    words = asked.words("words")
    return render_template("conflicts/look_up.html", words=words, found=queries.organisations_named(words))


@blueprint.route("/conflicts/new/<uuid:organisation_uuid>", methods=["GET", "POST"])
@access.requires(*DECLARING)
def declare(organisation_uuid: UUID) -> Any:
    """Declares a conflict with all that an organisation applies for."""
    organisation = queries.organisation(organisation_uuid)
    form = DeclareForm()
    if form.validate_on_submit():
        declaration = Declaration(
            organisation.id, None, ConflictKind(form.kind.data), form.note.data, form.expires_on.data
        )
        try:
            with unit_of_work():
                operations.declare(declaration, the_actor(), clock.now())
            flash(
                _("Declared. The cases of %(name)s are closed to you from now on.", name=organisation.name), "success"
            )
            return redirect(url_for("conflicts.mine"))
        except BrokenRule as rule:
            form.refuse(rule)
    return _answer(form, "conflicts/declare.html", organisation=organisation)


@blueprint.route("/conflicts/<int:conflict_id>/end", methods=["GET", "POST"])
@access.requires(*DECLARING)
def end(conflict_id: int) -> Any:
    """Ends a conflict that one declared oneself."""
    row = queries.own(conflict_id, the_actor())
    form = ReasonForm()
    if form.validate_on_submit():
        with unit_of_work():
            operations.end(conflict_id, form.reason.data, the_actor(), clock.now())
        flash(
            _("The conflict has ended. New cases of %(name)s may come to you again.", name=row.organisation), "success"
        )
        return redirect(url_for("conflicts.mine"))
    return _answer(form, "conflicts/end.html", row=row)


@blueprint.route("/conflicts/<int:conflict_id>/last-day", methods=["GET", "POST"])
@access.requires(*DECLARING)
def last_day(conflict_id: int) -> Any:
    """Another last day for a conflict that one declared oneself."""
    row = queries.own(conflict_id, the_actor())
    form = LastDayForm(data={"expires_on": row.expires_on})
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.change_last_day(conflict_id, form.expires_on.data, the_actor(), clock.now())
            flash(_("The last day is kept."), "success")
            return redirect(url_for("conflicts.mine"))
        except BrokenRule as rule:
            form.refuse(rule)
    return _answer(form, "conflicts/last_day.html", row=row)


@blueprint.get("/conflicts/all")
@access.requires(Permission.MANAGE_CONFLICTS, Permission.SEE_ALL)
def everyone() -> str:
    """All conflicts, for managers and auditors."""
    filters = Filters(
        status=asked.member(ConflictStatus, "status") if "status" in request.args else ConflictStatus.STANDING,
        source=asked.member(ConflictSource, "source"),
        kind=asked.member(ConflictKind, "kind"),
        person=asked.words("person"),
        routine="routine" in request.args,
    )
    today = clock.day_of(clock.now())
    page = queries.page(the_actor(), filters, today, place())
    return render_template(
        "conflicts/all.html",
        page=page,
        filters=filters,
        today=today,
        **beside(page),
    )


@blueprint.route("/conflicts/<int:conflict_id>/clear", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_CONFLICTS)
def clear(conflict_id: int) -> Any:
    """Lifts the conflict of somebody else with a reason."""
    now = clock.now()
    row = queries.for_manager(conflict_id, the_actor(), clock.day_of(now))
    form = ReasonForm()
    if form.validate_on_submit():
        with unit_of_work():
            operations.clear(conflict_id, form.reason.data, the_actor(), now)
        flash(_("Cleared. %(name)s may work on the case again.", name=row.person), "success")
        return redirect(url_for("conflicts.everyone"))
    return _answer(form, "conflicts/clear.html", row=row, today=clock.day_of(now))


def _answer(form: Any, template: str, **context: Any) -> Any:
    return render_template(template, form=form, **context), 422 if form.errors else 200

"""Relations to one case: staff declare their own, applicants name a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from dih.applications import queries as applications
from dih.conflicts import queries as conflicts
from dih.conflicts.forms import INSTITUTION, NameForm
from dih.conflicts.vocabulary import DECLARING, ConflictKind
from dih.reviews import operations
from dih.reviews.forms import RelationForm
from dih.reviews.operations import Relation
from dih.reviews.views import blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


@blueprint.route("/applications/<uuid:application_uuid>/conflict", methods=["GET", "POST"])
@access.requires(*DECLARING)
def declare_conflict(application_uuid: UUID) -> Any:
    """The actor has a relation with this applicant: the case closes at once."""
    actor, now = the_actor(), clock.now()
    case = operations.reachable(application_uuid, actor, now)
    form = RelationForm()
    if form.validate_on_submit():
        relation = Relation(
            ConflictKind(form.kind.data), form.note.data, form.expires_on.data, whole=bool(form.whole.data)
        )
        try:
            with unit_of_work():
                operations.declare_conflict(application_uuid, relation, actor, now)
            flash(_("Declared. %(reference)s is closed to you from now on.", reference=case.reference), "success")
            return redirect(url_for("reviews.queue") if actor.may(Permission.REVIEW) else url_for("conflicts.mine"))
        except BrokenRule as rule:
            form.refuse(rule)
    return render_template("reviews/declare_conflict.html", case=case, form=form), 422 if form.errors else 200


@blueprint.route("/applications/<uuid:application_uuid>/name-conflict", methods=["GET", "POST"])
@access.requires(Permission.SUBMIT_APPLICATION)
def name_conflict(application_uuid: UUID) -> Any:
    """The applicant names somebody of the hub or a partner, or a whole partner, who must not work on the case."""
    actor, now = the_actor(), clock.now()
    case = applications.find(application_uuid, actor, clock.day_of(now))
    form = NameForm().offer(conflicts.staff(), conflicts.institutions())
    if form.validate_on_submit():
        relation = Relation(ConflictKind(form.kind.data), form.note.data)
        try:
            _name(application_uuid, form.person.data, relation)
            flash(_("Noted. Who you named has no access to your case from now on."), "success")
            return redirect(url_for("applications.show", application_uuid=application_uuid))
        except BrokenRule as rule:
            form.refuse(rule)
    return render_template("reviews/name_conflict.html", case=case, form=form), 422 if form.errors else 200


def _name(application_uuid: UUID, who: str, relation: Relation) -> None:
    with unit_of_work():
        if who.startswith(INSTITUTION):
            partner_id = int(who.removeprefix(INSTITUTION))
            operations.name_institution(application_uuid, partner_id, relation.note, the_actor(), clock.now())
        else:
            operations.name_conflict(application_uuid, int(who), relation, the_actor(), clock.now())

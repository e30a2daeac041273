"""Organisations for staff: reading one, entering one for an applicant, changing it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.accounts.rules import local_path
from dih.organisations import operations, queries, rules
from dih.organisations.operations import AlreadyEntered
from dih.organisations.views import blueprint, filling
from dih.organisations.views.filling import Page
from dih.organisations.views.own import edited
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


@blueprint.route("/organisations/new", methods=["GET", "POST"])
@access.requires(Permission.ENTER_FOR_APPLICANT)
def new_for_applicant() -> Page:
    """Enters an organisation for an applicant; `cui` comes filled in, `next` says where to go on."""
    now = clock.now()
    today = clock.day_of(now)
    form = filling.blank_form({}, today)
    if request.method == "GET":
        form.cui.data = request.args.get("cui", "")
    going_on = local_path(request.values.get("next"), "")
    if filling.asks_anaf():
        filling.fill_in_from_anaf(form, today)
    elif request.method == "POST":
        try:
            facts, figures = filling.read(form, today)
            with unit_of_work():
                organisation_id, _none = operations.enter(facts, figures, the_actor(), now, for_applicant=True)
            flash(_("%(name)s is entered. Invite its people when you know them.", name=facts.name), "success")
            return redirect(
                going_on or url_for("organisations.show", organisation_uuid=queries.by_id(organisation_id).uuid)
            )
        except AlreadyEntered:
            known = queries.by_cui(rules.cui(form.cui.data))
            flash(_("This organisation is in the platform already. Here it is."), "info")
            return redirect(url_for("organisations.show", organisation_uuid=known.uuid))
        except BrokenRule as rule:
            form.refuse(rule)
    return filling.show(form, "organisations/new.html", for_applicant=True, next=going_on)


@blueprint.get("/organisations/<uuid:organisation_uuid>")
@access.requires(Permission.SEE_ALL)
def show(organisation_uuid: UUID) -> Page:
    actor = the_actor()
    organisation = queries.within_reach(organisation_uuid, actor, clock.day_of(clock.now()))
    may_edit = actor.may(Permission.ENTER_FOR_APPLICANT)
    address = url_for("organisations.edit_for_applicant", organisation_uuid=organisation_uuid)
    return render_template(
        "organisations/show.html", organisation=organisation, edit=address if may_edit else "", for_staff=True
    )


@blueprint.route("/organisations/<uuid:organisation_uuid>/edit", methods=["GET", "POST"])
@access.requires(Permission.ENTER_FOR_APPLICANT)
def edit_for_applicant(organisation_uuid: UUID) -> Page:
    organisation = queries.within_reach(organisation_uuid, the_actor(), clock.day_of(clock.now()))
    return edited(organisation, url_for("organisations.show", organisation_uuid=organisation_uuid))

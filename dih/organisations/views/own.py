"""The organisation one acts for: its page and changing it."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.organisations import operations, queries
from dih.organisations.queries import OrganisationView
from dih.organisations.rules import last_closed_year
from dih.organisations.views import blueprint, filling
from dih.organisations.views.filling import Page
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, Stale
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


@blueprint.get("/organisation")
@access.requires(Permission.SEE_OWN_ORGANISATION)
def own() -> Page:
    actor = the_actor()
    return render_template(
        "organisations/show.html",
        organisation=queries.own(actor),
        edit=url_for("organisations.edit") if actor.may(Permission.EDIT_OWN_ORGANISATION) else "",
    )


@blueprint.route("/organisation/edit", methods=["GET", "POST"])
@access.requires(Permission.EDIT_OWN_ORGANISATION)
def edit() -> Page:
    return edited(queries.own(the_actor()), url_for("organisations.own"))


def edited(organisation: OrganisationView, back: str) -> Page:
    """Shows the form of an organisation and changes it; a stale tab gets a comparison and overwrites nothing."""
    now = clock.now()
    today = clock.day_of(now)
    last_year = last_closed_year(today)
    form = filling.filled_form(organisation.as_typed(last_year), organisation.version, last_year)
    form.cui.data = organisation.facts.cui
    differences: list[tuple[str, object, object]] = []
    if filling.asks_anaf():
        filling.fill_in_from_anaf(form, today)
    elif request.method == "POST":
        try:
            facts, figures = filling.read(form, today)
            with unit_of_work():
                operations.change(organisation.id, _version(form), facts, figures, the_actor(), now)
            flash(_("Your changes are saved."), "success")
            return redirect(back)
        except BrokenRule as rule:
            form.refuse(rule)
        except Stale:
            stored = queries.by_id(organisation.id)
            mine = replace(stored, facts=facts, figures=figures).as_typed(last_year)
            differences = filling.differences(form, mine, stored.as_typed(last_year))
            form.version.data = str(stored.version)
    page = filling.show(form, "organisations/edit.html", organisation=organisation, back=back, differences=differences)
    return (page, 409) if differences and isinstance(page, str) else page


def _version(form: filling.OrganisationForm) -> int:
    text = str(form.version.data or "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0

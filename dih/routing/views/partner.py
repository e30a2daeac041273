"""A partner's own page: what it is at home in, its capacity and what of it is promised, its people and services."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import escape
from werkzeug.wrappers import Response

from dih.accounts import queries as accounts
from dih.partners import operations
from dih.partners import queries as partners
from dih.partners.forms import SpecialismsForm, capacity_form
from dih.partners.rules import QUARTERS_SHOWN, quarter_of, quarters_from
from dih.partners.vocabulary import SPECIALISM_LABELS, SpecialismKind
from dih.routing import operations as route_operations
from dih.routing import queries
from dih.routing.views import Page, blueprint
from dih.routing.vocabulary import REASON_KIND_LABELS
from dih.shared import access, clock
from dih.shared.access import ROLE_LABELS, Permission, ScopeKind
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import AREA_LABELS, Area

CODE_LABELS = {
    SpecialismKind.SECTOR: terms.sector_label,
    SpecialismKind.AREA: lambda code: AREA_LABELS[Area(code)],
    SpecialismKind.TECHNOLOGY: terms.technology_label,
    SpecialismKind.COUNTY: lambda code: escape(terms.county_name(code)),
}


def _show(code: str | None) -> str:
    actor, today = the_actor(), clock.day_of(clock.now())
    page = queries.partner_page(code, actor, today)
    return render_template(
        "routing/partner.html",
        page=page,
        partner=page.profile.partner,
        quarters=quarters_from(quarter_of(today), QUARTERS_SHOWN),
        people=accounts.people_of(ScopeKind.PARTNER, page.profile.partner.id),
        role_labels=ROLE_LABELS,
        specialism_labels=SPECIALISM_LABELS,
        code_labels=CODE_LABELS,
        county_name=terms.county_name,
        reason_labels=REASON_KIND_LABELS,
        own=actor.partner_id == page.profile.partner.id and actor.may(Permission.MANAGE_PARTNER),
    )


@blueprint.get("/partner")
@access.requires(Permission.MANAGE_PARTNER, Permission.SEE_ROUTED)
def own_partner() -> str:
    """The partner one works for."""
    return _show(None)


@blueprint.get("/partners")
@access.requires(Permission.SEE_ALL)
def all_partners() -> str:
    """All partners, for the hub."""
    found = queries.partners_overview(clock.day_of(clock.now()))
    return render_template("routing/partners.html", partners=found, county_name=terms.county_name)


@blueprint.get("/partners/<code>")
@access.requires(Permission.SEE_ALL)
def one_partner(code: str) -> str:
    """One partner, for the hub."""
    return _show(code)


@blueprint.route("/partners/<code>/capacity", methods=["GET", "POST"])
@access.requires(Permission.OVERRIDE_ROUTING)
def capacity_of(code: str) -> Page:
    """A partner's person-days by quarter and its share of the budget, for the hub's managers."""
    return _capacity(code)


@blueprint.post("/routing/remarks/<int:remark_id>/lift")
@access.requires(Permission.MANAGE_PARTNER, Permission.OVERRIDE_ROUTING)
def lift_remark(remark_id: int) -> Response:
    """What the partner said when it declined no longer counts."""
    actor = the_actor()
    with unit_of_work():
        code = route_operations.lift(remark_id, actor, clock.now())
    flash(_("It no longer counts."), "success")
    if actor.partner_id is not None:
        return redirect(url_for("routing.own_partner"))
    return redirect(url_for("routing.one_partner", code=code))


@blueprint.route("/partner/specialisms", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_PARTNER)
def specialisms() -> Page:
    """What the partner is at home in."""
    actor = the_actor()
    profile = partners.own_profile(actor)
    form = SpecialismsForm(data={kind.value: list(profile.specialisms.get(kind, ())) for kind in SpecialismKind})
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.set_specialisms(profile.partner.id, form.chosen(), actor, clock.now())
            flash(_("The specialisms are saved. They count from the next application on."), "success")
            return redirect(url_for("routing.own_partner"))
        except BrokenRule as rule:
            form.refuse(rule)
    page = render_template("routing/specialisms.html", form=form, partner=profile.partner)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/partner/capacity", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_PARTNER)
def capacity() -> Page:
    """The partner's person-days by quarter."""
    return _capacity(None)


def _capacity(code: str | None) -> Page:
    """The form for the own partner (None), or for the partner of that code with its share of the budget."""
    actor, today = the_actor(), clock.day_of(clock.now())
    found = queries.partner_page(code, actor, today)
    partner, quarters = found.profile.partner, quarters_from(quarter_of(today), QUARTERS_SHOWN)
    form = capacity_form(quarters, found.profile.capacity, None if code is None else (partner.share_percent,))
    back = url_for("routing.own_partner") if code is None else url_for("routing.one_partner", code=code)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.set_capacity(partner.id, form.days(), actor, clock.now())
                if code is not None:
                    operations.set_share(partner.id, form["share"].data, actor, clock.now())
            flash(_("The capacity is saved. It counts from the next application on."), "success")
            return redirect(back)
        except BrokenRule as rule:
            form.refuse(rule)
    page = render_template("routing/capacity.html", form=form, page=found, quarters=quarters, back=back)
    return (page, 422) if request.method == "POST" else page

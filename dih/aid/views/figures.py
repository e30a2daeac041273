"""Size figures of partner and linked enterprises that are not in the platform, one year of one at a time."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import escape

from dih.aid import operations, queries
from dih.aid.forms import FiguresForm
from dih.aid.queries import Party
from dih.aid.views import Page, blueprint, the_organisation
from dih.aid.views.stating import SHEET, states
from dih.organisations.figures import YearFigures
from dih.organisations.figures import figures as read_figures
from dih.organisations.queries import OrganisationView
from dih.organisations.rules import last_closed_year
from dih.organisations.vocabulary import LegalNature
from dih.shared import clock, rates
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_


@blueprint.route(f"{SHEET}/figures", methods=["GET", "POST"])
@states
def figures(organisation_uuid: UUID) -> Page:
    """Enters the figures of a related enterprise, or corrects them."""
    organisation = the_organisation(organisation_uuid)
    now = clock.now()
    form = FiguresForm(request.form if request.method == "POST" else request.args)
    parties = lacking(organisation, clock.day_of(now))
    years = _years(organisation, clock.day_of(now))
    form.party.choices = [(str(one.id), escape(one.label)) for one in parties]
    form.year.choices = [(str(year), escape(str(year))) for year in years]
    if request.method == "POST":
        try:
            typed, party = _read(form, years), _chosen(form, parties)
            with unit_of_work():
                operations.enter_figures(organisation.id, party, typed, the_actor(), now)
            flash(_("The figures are entered. The size counts with them from now on."), "success")
            return redirect(url_for("aid.sheet", organisation_uuid=organisation_uuid, _anchor="size"))
        except BrokenRule as rule:
            form.refuse(rule)
    sheet = url_for("aid.sheet", organisation_uuid=organisation_uuid)
    page = render_template("aid/figures.html", form=form, organisation=organisation, parties=parties, sheet=sheet)
    return (page, 422) if request.method == "POST" else page


def lacking(organisation: OrganisationView, day: dt.date) -> list[Party]:
    """The partner and linked enterprises that do not give their figures in the platform themselves."""
    tied = queries.graph_of(queries.party_of(organisation))
    return [party for party, _relation in queries.related_parties(tied, day) if party.organisation_id is None]


def _years(organisation: OrganisationView, today: dt.date) -> list[int]:
    last = last_closed_year(today)
    return sorted({last, last - 1, *(one.year for one in organisation.figures[:2])}, reverse=True)


def _chosen(form: FiguresForm, parties: list[Party]) -> int:
    for party in parties:
        if party.id is not None and str(party.id) == form.party.data:
            return party.id
    raise BrokenRule.because(N_("Choose the enterprise."), "party")


def _read(form: FiguresForm, years: list[int]) -> YearFigures:
    if form.year.data not in map(str, years):
        raise BrokenRule.because(N_("Choose the year."), "year")
    typed = {name: form[name].data for name in ("figures_currency", "last_staff", "last_turnover", "last_balance")}
    (read,) = read_figures(typed, int(form.year.data), LegalNature.ENTERPRISE, rates.to_euro)
    return read

"""The form of an organisation, as entering and changing share it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask import flash, render_template, request
from flask_babel import gettext as _
from markupsafe import escape
from werkzeug.wrappers import Response

from dih.organisations import anaf, rules
from dih.organisations.figures import YearFigures, figures
from dih.organisations.forms import OrganisationForm
from dih.organisations.rules import OrganisationFacts
from dih.shared import clock, rates
from dih.shared.currency import EURO, LEU
from dih.shared.errors import BrokenRule, Problem
from dih.shared.pages import reader_language
from dih.shared.unit_of_work import let_go

Page = Response | str | tuple[str, int]
"""What a view answers with: a page, a redirect, or either with a status."""

CARRIED = ("legal_nature", "economic_activity", "county", "caen_code", "caen_revision")
"""What the eligibility check before sign-up already knows of an organisation."""

WHERE = ("county", "locality", "address", "phone")
"""Fields about the place, in which the applicant's word counts before the register's."""


def blank_form(carried: Mapping[str, str], today: dt.date) -> OrganisationForm:
    """A form for a new organisation, with what is already known filled in."""
    known = {name: carried[name] for name in CARRIED if name in carried}
    year = rules.last_closed_year(today)
    known |= {"year": str(year), "figures_currency": usual_currency(year)}
    return OrganisationForm(reader_language(), data=known)


def usual_currency(year: int) -> str:
    """The currency of most accounts here, lei; euro while no rate for the end of `year` is loaded."""
    try:
        return rates.to_euro(0, LEU, dt.date(year, 12, 31)).rate.currency
    except BrokenRule:
        return EURO


def filled_form(typed: Mapping[str, str], version: int, last_year: int) -> OrganisationForm:
    """A form that shows what is stored, unless something was just typed."""
    return OrganisationForm(reader_language(), data={**typed, "version": str(version), "year": str(last_year)})


def year_of(form: OrganisationForm, today: dt.date) -> int:
    """The last year of the figures as the form showed it; today's when that was tampered with."""
    shown, last = str(form.year.data or ""), rules.last_closed_year(today)
    return int(shown) if shown in (str(last), str(last - 1)) else last


def read(form: OrganisationForm, today: dt.date) -> tuple[OrganisationFacts, list[YearFigures]]:
    """What the form says. Raises BrokenRule with everything that is wrong in it."""
    form.validate()
    problems: list[Problem] = []
    try:
        facts = rules.facts(form.data)
    except BrokenRule as rule:
        problems.extend(rule.problems)
    try:
        years = figures(form.data, year_of(form, today), form.legal_nature.data, rates.to_euro)
    except BrokenRule as rule:
        problems.extend(rule.problems)
    if problems:
        raise BrokenRule(*problems)
    return facts, years


def fill_in_from_anaf(form: OrganisationForm, today: dt.date) -> None:
    """Puts what ANAF knows into the form. Refusals land at the form.

    What ANAF does not know stays as typed, and so does where one is: the seat in the register may be another place.
    """
    try:
        number = rules.cui(form.cui.data or "")
        let_go()
        found = anaf.look_up(number, today)
    except BrokenRule as rule:
        form.refuse(rule)
        return
    for name, text in found.items():
        if name not in WHERE or not form[name].data:
            form[name].data = text
    flash(_("Filled in from ANAF. Check it, and complete what is missing."), "success")


def show(form: OrganisationForm, template: str, **context: object) -> Page:
    """The page with the form; 422 when something in it was refused."""
    today = clock.day_of(clock.now())
    page = render_template(template, form=form, last_year=year_of(form, today), look_up=anaf.offered(), **context)
    return (page, 422) if request.method == "POST" and form.errors else page


def asks_anaf() -> bool:
    """Whether the button for the look-up was pressed."""
    return "look_up" in request.form and anaf.offered()


def differences(
    form: OrganisationForm, mine: Mapping[str, str], stored: Mapping[str, str]
) -> list[tuple[str, object, object]]:
    """Where one says something else than what is stored by now, in the form's order: (label, mine, stored) each."""
    pairs = {field.name: (mine.get(field.name, ""), stored.get(field.name, "")) for field in form}
    return [
        (form[name].label.text, shown(form, name, own), shown(form, name, now))
        for name, (own, now) in pairs.items()
        if own != now
    ]


def shown(form: OrganisationForm, name: str, value: str) -> object:
    """A value as people read it: of a choice its label, a text as it is."""
    for choice in getattr(form[name], "choices", None) or ():
        if choice.value == value:
            return choice.label
    return escape(value)

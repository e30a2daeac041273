"""The administrator's screens: all people, one person, the settings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from markupsafe import escape
from wtforms import SelectChoice

from dih.accounts import operations, queries, rules
from dih.accounts.forms import GiveRoleForm, ReasonForm, SettingForm
from dih.accounts.queries import Happened
from dih.accounts.views import Page, again, blueprint
from dih.accounts.vocabulary import HISTORY_WORDS
from dih.shared import access, asked, clock, settings
from dih.shared.access import ROLE_LABELS, Permission, Role, ScopeKind
from dih.shared.errors import BrokenRule, NotFound, Problem
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place
from dih.shared.speech import day
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_, Text

ACTIVE = {"yes": True, "no": False}

reads_people = access.requires(Permission.MANAGE_PEOPLE, Permission.SEE_AUDIT)
"""Who audits reads who holds which role, and changes nothing."""


@blueprint.get("/admin/people")
@reads_people
def all_people() -> str:
    filters = asked.kept("q", "role", "active")
    role = asked.member(Role, "role")
    page = queries.people(asked.words("q"), role, ACTIVE.get(asked.words("active")), place())
    return render_template(
        "accounts/all_people.html",
        page=page,
        filters=filters,
        roles=[(role.value, ROLE_LABELS[role]) for role in rules.ACTING_ORDER],
        **beside(page),
    )


@blueprint.get("/admin/people/<int:person_id>")
@reads_people
def person(person_id: int) -> str:
    profile = queries.profile_of(person_id)
    return render_template(
        "accounts/person.html",
        profile=profile,
        history=[_told(record) for record in profile.history],
        can_deactivate="desks.deactivate" in current_app.view_functions,
    )


def _told(record: Happened) -> dict[str, Any]:
    """A record as the timeline shows it."""
    words: str | Text = HISTORY_WORDS.get(record.action, record.action)
    if role := (record.after or record.before).get("role"):
        words = Text(N_("%(what)s: %(role)s"), {"what": Text(str(words)), "role": Text(ROLE_LABELS[Role(role)])})
    changed = [
        (label, escape(record.before[name]), escape(record.after.get(name, "")))
        for name, label in (("email", N_("E-mail address")), ("name", N_("Name")))
        if name in record.before
    ]
    return {"at": record.at, "who": escape(record.who), "words": words, "reason": record.reason, "changes": changed}


@blueprint.route("/admin/people/<int:person_id>/role", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_PEOPLE)
def give_role(person_id: int) -> Page:
    profile = queries.profile_of(person_id)
    kind = asked.member(ScopeKind, "kind") or ScopeKind.HUB
    words = asked.words("q")
    form = GiveRoleForm()
    form.role.choices = [SelectChoice(role.value, ROLE_LABELS[role]) for role in rules.roles_in(kind)]
    scopes = [] if kind is ScopeKind.HUB else queries.scopes_named(kind, words)
    form.scope.choices = [SelectChoice(str(scope_id), escape(name)) for scope_id, name in scopes]
    if form.validate_on_submit():
        try:
            scope_id = 0 if kind is ScopeKind.HUB else _scope_id(form.scope.data)
            with unit_of_work():
                operations.grant_membership(person_id, Role(form.role.data), kind, scope_id, the_actor(), clock.now())
            flash(_("The role is given."), "success")
            return redirect(url_for("accounts.person", person_id=person_id))
        except BrokenRule as rule:
            form.refuse(rule)
    return again("accounts/give_role.html", form, profile=profile, kind=kind, words=words)


def _scope_id(chosen: str | None) -> int:
    if not chosen or not chosen.isdecimal():
        raise BrokenRule.because(N_("Choose where the role holds."), "scope")
    return int(chosen)


@blueprint.post("/admin/people/<int:person_id>/activate")
@access.requires(Permission.MANAGE_PEOPLE)
def activate(person_id: int) -> Page:
    with unit_of_work():
        operations.activate(person_id, the_actor(), clock.now())
    flash(_("The account is active again."), "success")
    return redirect(url_for("accounts.person", person_id=person_id))


@blueprint.route("/admin/people/<int:person_id>/second-step", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_PEOPLE)
def second_step_off(person_id: int) -> Page:
    profile = queries.profile_of(person_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with unit_of_work():
            operations.switch_second_step_off(person_id, the_actor(), clock.now(), form.reason.data)
        flash(_("The second step is off. The person signs in with the password alone."), "success")
        return redirect(url_for("accounts.person", person_id=person_id))
    return again("accounts/second_step_off.html", form, profile=profile)


@blueprint.get("/admin/settings")
@access.requires(Permission.MANAGE_SETTINGS, Permission.SEE_AUDIT)
def all_settings() -> str:
    return render_template(
        "accounts/settings.html", groups=settings.groups(), values=settings.read_all(), value_words=value_words
    )


@blueprint.route("/admin/settings/<name>", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_SETTINGS)
def change_setting(name: str) -> Page:
    setting = settings.find(name)
    if setting is None:
        raise NotFound
    value = settings.read(setting)
    form = SettingForm.of(setting, value)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                settings.change(name, form.typed(setting), the_actor(), clock.now())
            flash(_("The setting is saved. It counts from now on."), "success")
            return redirect(url_for("accounts.all_settings"))
        except BrokenRule as rule:
            form.refuse(BrokenRule(*(Problem("value", problem.text) for problem in rule.problems)))
    history = [_changed(record, setting) for record in queries.setting_history(name)]
    return again("accounts/setting.html", form, setting=setting, history=history)


def _changed(record: Happened, setting: settings.Setting) -> dict[str, Any]:
    """A change of a setting as the timeline shows it; the record keeps a day in its ISO form."""
    values = [kept[setting.name] for kept in (record.before, record.after)]
    if isinstance(setting.default, dt.date):
        values = [dt.date.fromisoformat(value) for value in values]
    elif isinstance(setting.default, frozenset):
        values = [frozenset(map(dt.date.fromisoformat, value)) for value in values]
    before, after = map(value_words, values)
    change = (N_("Value"), before, after)
    return {"at": record.at, "who": escape(record.who), "words": N_("Setting changed"), "changes": [change]}


def value_words(value: Any) -> str:
    """The value of a setting as it is read: a word of ours, or what somebody typed, marked as such."""
    if isinstance(value, bool):
        return N_("Yes") if value else N_("No")
    if isinstance(value, dt.date):
        return escape(day(value))
    if isinstance(value, frozenset):
        return escape(", ".join(day(one) for one in sorted(value)) or "–")
    return escape(", ".join(value) if isinstance(value, list) else str(value))

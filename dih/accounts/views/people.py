"""The people of the organisation, the partner or the hub that one acts for: who they are, inviting, ending a role."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import escape
from wtforms import SelectChoice

from dih.accounts import operations, queries, rules
from dih.accounts.forms import DeputyForm, InviteForm, ReasonForm
from dih.accounts.views import Page, again, blueprint
from dih.accounts.vocabulary import ROLE_HINTS
from dih.extensions.web import limiter
from dih.shared import access, clock
from dih.shared.access import Actor, Permission, Role, ScopeKind
from dih.shared.errors import BrokenRule, Forbidden
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work

looks_after_people = access.requires(Permission.MANAGE_OWN_PEOPLE, Permission.MANAGE_PARTNER, Permission.MANAGE_PEOPLE)


def _scope(actor: Actor) -> tuple[ScopeKind, int]:
    """Where the actor looks after people: the scope that is acted in."""
    if actor.scope_kind is None or actor.scope_id is None:
        raise Forbidden
    return actor.scope_kind, actor.scope_id


@blueprint.get("/people")
@looks_after_people
def people() -> str:
    kind, scope_id = _scope(the_actor())
    members = queries.people_of(kind, scope_id)
    return render_template(
        "accounts/people.html",
        scope_name=queries.scope_name(kind, scope_id) or "DIH4Society",
        members=members,
        deputies=queries.deputies_of([m.membership_id for m in members], clock.day_of(clock.now())),
        invitations=queries.invitations_to(kind, scope_id, clock.now()),
    )


@blueprint.route("/people/invite", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
@looks_after_people
def invite() -> Page:
    actor = the_actor()
    kind, scope_id = _scope(actor)
    form = InviteForm(kind)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.invite(
                    form.email.data,
                    Role(form.role.data),
                    kind,
                    scope_id,
                    actor,
                    clock.now(),
                    language=form.language.data,
                    note=form.note.data or "",
                )
            flash(_("The invitation is on its way to %(email)s.", email=form.email.data), "success")
            return redirect(url_for("accounts.people"))
        except BrokenRule as rule:
            form.refuse(rule)
    name = queries.scope_name(kind, scope_id) or "DIH4Society"
    return again("accounts/invite.html", form, scope_name=name, role_hints=ROLE_HINTS)


@blueprint.post("/people/invitations/<int:invitation_id>/withdraw")
@looks_after_people
def withdraw_invitation(invitation_id: int) -> Page:
    with unit_of_work():
        operations.withdraw_invitation(invitation_id, the_actor(), clock.now())
    flash(_("The invitation is withdrawn. Its link works no more."), "success")
    return redirect(url_for("accounts.people"))


@blueprint.route("/roles/<int:membership_id>/end", methods=["GET", "POST"])
@access.signed_in
def end_role(membership_id: int) -> Page:
    actor = the_actor()
    held = queries.held_role(membership_id, actor)
    back = rules.local_path(request.args.get("back"), url_for("accounts.account"))
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.end_membership(membership_id, actor, clock.now(), form.reason.data)
            flash(_("The role is ended."), "success")
            return redirect(back)
        except BrokenRule as rule:
            form.refuse(rule)
    return again("accounts/end_role.html", form, held=held, back=back)


@blueprint.route("/roles/<int:membership_id>/deputy", methods=["GET", "POST"])
@access.signed_in
def deputy(membership_id: int) -> Page:
    actor = the_actor()
    held = queries.held_role(membership_id, actor)
    colleagues = {
        member.person_id: member.name
        for member in queries.people_of(held.scope_kind, held.scope_id)
        if member.person_id != held.person_id
    }
    form = DeputyForm(starts_on=clock.day_of(clock.now()))
    form.person.choices = [SelectChoice(person_id, escape(name)) for person_id, name in colleagues.items()]
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.appoint_deputy(
                    membership_id, form.person.data, form.starts_on.data, form.ends_on.data, actor, clock.now()
                )
            flash(_("The deputy is appointed."), "success")
            return redirect(url_for("accounts.deputy", membership_id=membership_id))
        except BrokenRule as rule:
            form.refuse(rule)
    present = queries.deputies_of([membership_id], clock.day_of(clock.now())).get(membership_id, [])
    return again("accounts/deputy.html", form, held=held, deputies=present, colleagues=colleagues)


@blueprint.post("/roles/<int:membership_id>/deputy/<int:deputy_id>/end")
@access.signed_in
def end_deputy(membership_id: int, deputy_id: int) -> Page:
    with unit_of_work():
        operations.end_deputy(deputy_id, the_actor(), clock.now())
    flash(_("The deputy's time is ended."), "success")
    return redirect(url_for("accounts.deputy", membership_id=membership_id))

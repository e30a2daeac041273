"""Registering, and confirming an e-mail address by a button on a page that the mail leads to."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_security import hash_password, login_user, verify_password

from dih.accounts import operations, queries, tokens
from dih.accounts.forms import AddressForm, RegisteredPasswordForm, RegisterForm
from dih.accounts.rules import local_path
from dih.accounts.views import Page, again, blueprint
from dih.accounts.vocabulary import TERMS_VERSION
from dih.extensions.web import limiter
from dih.shared import access, clock
from dih.shared.errors import BrokenRule
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_

REGISTERED_HERE = "registered_here"
"""The mark of the registration made in this browser: who confirms just that one here chose its password a moment ago.

Anybody can register an address of somebody else, so that only the password tells whose registration a mail is about.
"""
MAIL_TO = "mail_to"
"""The address as typed in this browser, shown again: a slip in it is the commonest reason why no mail comes."""


@blueprint.route("/register", methods=["GET", "POST"])
@limiter.limit("10 per minute; 40 per hour", methods=["POST"])
@access.public
def register() -> Page:
    form = RegisterForm(next=local_path(request.args.get("next"), ""))
    if form.validate_on_submit():
        password_hash = hash_password(form.password.data)
        try:
            with unit_of_work():
                mark = operations.register(
                    form.name.data,
                    form.email.data,
                    password_hash,
                    language=str(get_locale()),
                    terms_version=TERMS_VERSION,
                    back=local_path(form.next.data, ""),
                    now=clock.now(),
                )
            session[REGISTERED_HERE] = mark
            session[MAIL_TO] = form.email.data
            return redirect(url_for("accounts.check_mail"))
        except BrokenRule as rule:
            form.refuse(rule)
    return again("accounts/register.html", form)


@blueprint.get("/register/check-mail")
@access.public
def check_mail() -> str:
    return render_template(
        "accounts/check_mail.html", address=session.get(MAIL_TO, ""), registered_here=REGISTERED_HERE in session
    )


@blueprint.route("/confirm-email", methods=["GET", "POST"])
@limiter.limit("5 per minute; 20 per hour", methods=["POST"])
@access.public
def resend_confirmation() -> Page:
    form = AddressForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.ask_to_confirm(form.email.data, clock.now())
            session[MAIL_TO] = form.email.data
            return redirect(url_for("accounts.check_mail"))
        except BrokenRule as rule:
            form.refuse(rule)
    return again("accounts/resend_confirmation.html", form)


@blueprint.route("/confirm-email/<token>", methods=["GET", "POST"])
@limiter.limit("10 per minute; 40 per hour", methods=["POST"])
@access.public
def confirm_address(token: str) -> Page:
    try:
        mark, email, back = tokens.read(tokens.CONFIRM, token)
        here = session.get(REGISTERED_HERE) == mark
        chosen = None if here else queries.password_waiting(mark)
        form = RegisteredPasswordForm() if chosen else None
        if form and chosen and request.method == "POST" and not _knows_password(form, chosen):
            return again("accounts/confirm_address.html", form, email=email)
        if request.method == "POST":
            with unit_of_work():
                person_id = operations.confirm_address(mark, email, clock.now())
            session.pop(REGISTERED_HERE, None)
            session.pop(MAIL_TO, None)
            if person_id is None or not (here or chosen):
                flash(_("Thank you. Your e-mail address is confirmed. Sign in now."), "success")
                return redirect(url_for("security.login", next=local_path(back, "") or None))
            login_user(current_app.extensions["security"].datastore.find_user(id=person_id), authn_via=["confirm"])
            flash(_("Thank you. Your e-mail address is confirmed."), "success")
            return redirect(local_path(back, "/desk"))
    except BrokenRule as rule:
        return render_template(
            "accounts/bad_link.html", refused=rule, again=url_for("accounts.resend_confirmation")
        ), 422
    return render_template("accounts/confirm_address.html", email=email, form=form)


def _knows_password(form: RegisteredPasswordForm, chosen: str) -> bool:
    """Whether the password of the registration was typed; what is wrong lands at the field."""
    if not form.validate_on_submit():
        return False
    typed = current_app.extensions["security"].password_util.normalize(form.password.data)
    if verify_password(typed, chosen):
        return True
    form.refuse(
        BrokenRule.because(
            N_("This is not the password of this registration. If you did not choose it, register again."), "password"
        )
    )
    return False

"""The shape of what people type about themselves and others. Labels lie in the templates."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from flask_security import LoginForm, VerifyForm
from flask_security.utils import get_message
from wtforms import BooleanField, EmailField, Field, HiddenField, PasswordField, RadioField, SelectChoice, StringField

from dih.accounts.rules import local_path
from dih.shared.forms import Form, at_most, needed
from dih.shared.wording import N_


class _BackHere:
    """A hidden `next` that never leads elsewhere; a bad one is dropped without a word."""

    next = HiddenField()

    def validate_next(self, field: Field) -> None:
        field.data = local_path(field.data, "")


class SignInForm(_BackHere, LoginForm):
    """E-mail address and password; an address that is not confirmed yet cannot sign in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = local_path(self.next.data or request.args.get("next"), "")
        self.password.description = ""

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        if self.user.confirmed_at is None:
            self.form_errors.append(get_message("CONFIRMATION_REQUIRED")[0])
            return False
        return True


class ConfirmIdentityForm(_BackHere, VerifyForm):
    """The password once more, before something sensitive."""


class RegisterForm(Form):
    """Who registers: name, address, password and the terms."""

    next = HiddenField()
    name = StringField(validators=[needed(N_("Enter your name.")), at_most(200)])
    email = EmailField(validators=[needed(N_("Enter your e-mail address.")), at_most(255)])
    password = PasswordField(validators=[needed(N_("Choose a password."))])
    terms = BooleanField(validators=[needed(N_("Read and accept the terms to go on."))])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        shape = super().validate(*args, **kwargs)
        return check_new_password(self.password, email=self.email.data, name=self.name.data) and shape


class AddressForm(Form):
    """One e-mail address."""

    email = EmailField(validators=[needed(N_("Enter the e-mail address.")), at_most(255)])


class ProfileForm(Form):
    """How a person is called and in which language we write."""

    name = StringField(validators=[needed(N_("Enter your name.")), at_most(200)])
    language = RadioField(choices=[SelectChoice("ro", "Română"), SelectChoice("en", "English")])


def check_new_password(field: Field, **own: str | None) -> bool:
    """Holds a new password against the rules and puts it into its normal form; faults land at the field."""
    if not field.data:
        return not field.errors
    faults, field.data = current_app.extensions["security"].password_util.validate(field.data, True, **own)
    field.errors = [*field.errors, *(faults or [])]
    return not field.errors

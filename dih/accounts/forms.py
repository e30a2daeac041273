"""The shape of what people type about themselves and others. Labels lie in the templates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import current_app, request
from flask_security import (
    LoginForm,
    MfRecoveryForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    VerifyForm,
    WebAuthnRegisterForm,
)
from flask_security.utils import get_message
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import StopValidation

from dih.accounts.rules import days_typed, email_address, local_path, recovery_code, roles_in
from dih.shared.access import ROLE_LABELS, ScopeKind
from dih.shared.errors import BrokenRule
from dih.shared.forms import Form, at_most, needed
from dih.shared.settings import Setting
from dih.shared.wording import N_

LANGUAGE_CHOICES = [SelectChoice("ro", Markup("Română")), SelectChoice("en", Markup("English"))]
"""Each language in its own name, which nobody translates."""


def real_address(_form: Any, field: Field) -> None:
    """Refuses what is no e-mail address and puts a real one into its normal form."""
    try:
        field.data = email_address(field.data or "")
    except BrokenRule as rule:
        raise StopValidation(rule.problems[0].text)


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
        if self.user is None or self.user.confirmed_at is None:
            self.form_errors.append(get_message("CONFIRMATION_REQUIRED")[0])
            return False
        return True


class ConfirmIdentityForm(_BackHere, VerifyForm):
    """The password once more, before something sensitive."""


class SecondStepForm(TwoFactorSetupForm):
    """Codes of an app on, or off."""

    setup = RadioField(choices=[SelectChoice("authenticator"), SelectChoice("disable")], validate_choice=False)


class SecondStepHelpForm(TwoFactorRescueForm):
    """Asks the support for help with the second step."""

    help_setup = RadioField(choices=[SelectChoice("help")], validate_choice=False)


class RecoveryForm(MfRecoveryForm):
    """One of the spare codes, however it is typed."""

    code = StringField(filters=[recovery_code], validators=MfRecoveryForm.code.kwargs["validators"])


class PasskeyForm(WebAuthnRegisterForm):
    """The name of a new passkey and what it is for."""

    usage = RadioField(
        choices=[
            SelectChoice("first", N_("in place of the password")),
            SelectChoice("secondary", N_("as a second step after the password")),
        ],
        default="first",
    )


class RegisterForm(Form):
    """Who registers: name, address, password and the terms."""

    next = HiddenField()
    name = StringField(validators=[needed(N_("Enter your name.")), at_most(200)])
    email = EmailField(validators=[needed(N_("Enter your e-mail address.")), at_most(255), real_address])
    password = PasswordField(validators=[needed(N_("Choose a password."))])
    terms = BooleanField(validators=[needed(N_("Read and accept the terms to go on."))])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        shape = super().validate(*args, **kwargs)
        return check_new_password(self.password, email=self.email.data, name=self.name.data) and shape


class RegisteredPasswordForm(Form):
    """The password chosen at registration, asked for where the browser is not the one of the registration."""

    password = PasswordField(validators=[needed(N_("Enter the password that you chose when you registered."))])


class AddressForm(Form):
    """One e-mail address."""

    email = EmailField(validators=[needed(N_("Enter the e-mail address.")), at_most(255), real_address])


class ProfileForm(Form):
    """How a person is called and in which language we write."""

    name = StringField(validators=[needed(N_("Enter your name.")), at_most(200)])
    language = RadioField(choices=LANGUAGE_CHOICES)


def check_new_password(field: Field, **own: str | None) -> bool:
    """Holds a new password against the rules and puts it into its normal form; faults land at the field."""
    if not field.data:
        return not field.errors
    faults, field.data = current_app.extensions["security"].password_util.validate(field.data, True, **own)
    field.errors = [*field.errors, *(faults or [])]
    return not field.errors


class InviteForm(Form):
    """Whom to invite, into which role, in which language we write."""

    email = EmailField(validators=[needed(N_("Enter the e-mail address.")), at_most(255), real_address])
    role = RadioField(validators=[needed(N_("Choose a role."))])
    language = RadioField(choices=LANGUAGE_CHOICES, default="ro")
    note = TextAreaField(validators=[at_most(500)])

    def __init__(self, kind: ScopeKind, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = [SelectChoice(role.value, ROLE_LABELS[role]) for role in roles_in(kind)]


class JoinForm(Form):
    """The account that somebody invited makes: the address is known and proven."""

    name = StringField(validators=[needed(N_("Enter your name.")), at_most(200)])
    password = PasswordField(validators=[needed(N_("Choose a password."))])
    terms = BooleanField(validators=[needed(N_("Read and accept the terms to go on."))])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        shape = super().validate(*args, **kwargs)
        return check_new_password(self.password, name=self.name.data) and shape


class DeputyForm(Form):
    """Who stands in, from which day to which."""

    person = SelectField(coerce=int, validators=[needed(N_("Choose a colleague."))])
    starts_on = DateField(validators=[needed(N_("Enter the first day."))])
    ends_on = DateField(validators=[needed(N_("Enter the last day."))])


class ReasonForm(Form):
    """Why something is done; kept in the records."""

    reason = TextAreaField(validators=[needed(N_("Say why. It is kept in the records.")), at_most(1000)])


class GiveRoleForm(Form):
    """A role for a person, and where."""

    role = SelectField(validators=[needed(N_("Choose a role."))])
    scope = SelectField(validate_choice=False)


class SettingForm(Form):
    """The value of one setting, in a field that suits its kind."""

    @classmethod
    def of(cls, setting: Setting, value: Any) -> SettingForm:
        """The form for a setting: yes or no, a whole number, a day, a text, or lines (a list, days)."""

        class Typed(cls):  # type: ignore[valid-type, misc]
            pass

        if isinstance(setting.default, bool):
            Typed.value = BooleanField()
        elif isinstance(setting.default, int):
            Typed.value = IntegerField(validators=[needed(N_("Enter a whole number."))])
        elif isinstance(setting.default, dt.date):
            Typed.value = DateField(validators=[needed(N_("Enter a day."))])
        elif isinstance(setting.default, list):
            Typed.value = TextAreaField()
            value = "\n".join(value)
        elif isinstance(setting.default, frozenset):
            Typed.value = TextAreaField(validators=[at_most(4000)])
            value = "\n".join(f"{day:%d.%m.%Y}" for day in sorted(value))
        else:
            Typed.value = StringField(validators=[at_most(500)])
        return Typed(value=value)

    def typed(self, setting: Setting) -> Any:
        """What was typed, in the setting's own type. Raises BrokenRule for a line that is no day."""
        data = self["value"].data
        if isinstance(setting.default, list):
            return [line.strip() for line in (data or "").splitlines() if line.strip()]
        if isinstance(setting.default, frozenset):
            return days_typed(data or "", "value")
        return data

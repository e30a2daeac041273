"""Binds sign-in (Flask-Security) and finds out, before each request, who acts."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, flash, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from flask_security import Security, current_user, uia_email_mapper
from flask_security.utils import check_and_get_token_status, get_message
from flask_wtf.csrf import CSRFError

from dih.accounts import acting, forms, operations, rules
from dih.accounts.datastore import Datastore, Mail, OneTimeCodes, Passkeys, Passwords, Words
from dih.accounts.vocabulary import SIGN_IN_WORDS
from dih.extensions.web import csrf, limiter
from dih.shared import clock, gate
from dih.shared.errors import BrokenRule
from dih.shared.unit_of_work import unit_of_work

ADDRESSES = {
    "LOGIN_URL": "/login",
    "LOGOUT_URL": "/logout",
    "VERIFY_URL": "/confirm-identity",
    "RESET_URL": "/reset-password",
    "CHANGE_URL": "/account/password",
    "TWO_FACTOR_SETUP_URL": "/account/second-step",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/second-step",
    "TWO_FACTOR_RESCUE_URL": "/second-step/help",
    "TWO_FACTOR_SELECT_URL": "/second-step/choose",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/second-step/recovery-code",
    "WAN_REGISTER_URL": "/account/passkeys",
    "WAN_DELETE_URL": "/account/passkeys/remove",
    "WAN_SIGNIN_URL": "/passkey",
    "WAN_VERIFY_URL": "/confirm-identity/passkey",
}

FEATURES = {
    "RECOVERABLE": True,
    "CHANGEABLE": True,
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TWO_FACTOR_POST_SETUP_VIEW": "/account",
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "WEBAUTHN": True,
    "WAN_RP_NAME": "DIH4Society",
    "WAN_POST_REGISTER_VIEW": "/account",
    "TOTP_ISSUER": "DIH4Society",
    "POST_CHANGE_VIEW": "/account",
    "FRESHNESS": dt.timedelta(hours=1),
    "FRESHNESS_GRACE_PERIOD": dt.timedelta(minutes=30),
    # For the inside of signed links, never for passwords: what is hashed there is an argon2 hash already.
    "HASHING_SCHEMES": ["hex_sha256"],
    "DEPRECATED_HASHING_SCHEMES": [],
    "RESET_PASSWORD_WITHIN": dt.timedelta(hours=4),
    "RETURN_GENERIC_RESPONSES": True,
    "API_ENABLED_METHODS": ["session"],
    "JOIN_USER_ROLES": False,
    "STATIC_FOLDER": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "EMAIL_PLAINTEXT": False,
    "EMAIL_HTML": False,
    "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "accounts/mail/password_changed",
    "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "accounts/mail/password_changed",
    "TWO_FACTOR_RESCUE_EMAIL_TEMPLATE": "accounts/mail/second_step_help",
    "USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": uia_email_mapper, "case_insensitive": False}}],
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": {"argon2"},
    "PASSWORD_LENGTH_MIN": 10,
    "POST_LOGIN_VIEW": "/desk",
    "I18N_DOMAIN": "messages",
    "I18N_DIRNAME": [str(Path(__file__).parent / "translations")],
    "DATETIME_FACTORY": clock.now,
}

LIMITS = {
    "security.login": "20 per minute; 100 per hour",
    "security.verify": "20 per minute; 100 per hour",
    "security.forgot_password": "5 per minute; 20 per hour",
    "security.reset_password": "10 per minute; 40 per hour",
    "security.change_password": "10 per minute; 40 per hour",
    "security.two_factor_token_validation": "10 per minute; 40 per hour",
    "security.two_factor_rescue": "5 per minute; 20 per hour",
    "security.mf_recovery": "10 per minute; 40 per hour",
    "security.wan_signin": "20 per minute; 100 per hour",
}
"""How often one network address may send these; guessing gets slow, people do not notice."""

FAILURES_FROM_ONE_ADDRESS = "10 per 5 minutes; 20 per hour"
FAILURES_FROM_ALL = "50 per hour"
"""How often a password or code of one account may be wrong. One network address comes nowhere near the second limit:
it cannot lock the account's holder out, and many addresses together guess slowly."""


def _account_typed() -> str:
    """The account that a sign-in names, whether it exists or not."""
    typed = request.form.get("email", "")
    try:
        return rules.email_address(typed)
    except BrokenRule:
        return typed[:255] or "-"


def _account_half_signed_in() -> str:
    """The account whose password was right and whose second step is asked for."""
    return str(session.get("tf_user_id", "-"))


def _failures(account: Callable[[], str]) -> list[Callable[..., Any]]:
    """The limits that count what is refused (422) for an account; what succeeds is not counted."""

    def account_here() -> str:
        return f"{account()} {get_remote_address()}"

    return [
        limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=_refused)
        for limit, key in ((FAILURES_FROM_ALL, account), (FAILURES_FROM_ONE_ADDRESS, account_here))
    ]


def _refused(response: Response) -> bool:
    return response.status_code == 422


FAILURES = {
    "security.login": _failures(_account_typed),
    "security.two_factor_token_validation": _failures(_account_half_signed_in),
    "security.mf_recovery": _failures(_account_half_signed_in),
}
"""Made once: the limiter keeps each one that it is given for the life of the process."""

REFUSE_BY_PAGE = frozenset(
    {
        "security.login",
        "security.verify",
        "security.change_password",
        "security.reset_password",
        "security.two_factor_token_validation",
        "security.mf_recovery",
    }
)
"""Flask-Security's views that answer a POST with a page only when something stands in the way."""


def _as_refusal(view: Callable[..., Any]) -> Callable[..., Any]:
    """The same view, whose page in answer to a POST has the status 422 as everywhere on this site."""

    @functools.wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        response = view(*args, **kwargs)
        return (response, 422) if request.method == "POST" and isinstance(response, str) else response

    return answer


def _asks_the_worker(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view of the forgotten password, which leaves all to the worker: known and unknown addresses cost the same."""

    @functools.wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return view(*args, **kwargs)
        form = forms.AddressForm()
        if not form.validate():
            return render_template("security/forgot_password.html", forgot_password_form=form), 422
        with unit_of_work():
            operations.ask_to_reset(form.email.data, clock.now())
        flash(*get_message("PASSWORD_RESET_REQUEST", email=form.email.data))
        return render_template("security/forgot_password.html", forgot_password_form=form)

    return answer


def _keeps_the_picture(view: Callable[..., Any]) -> Callable[..., Any]:
    """The last page of switching codes on: a wrong code is typed again. Flask-Security would start over with a new
    key, and the one that the phone has scanned would be void."""

    @functools.wraps(view)
    def answer(token: str) -> Any:
        response = view(token)
        expired, invalid, state = check_and_get_token_status(
            token, "tf_setup", current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
        )
        if response.location != url_for("security.two_factor_setup") or expired or invalid:
            return response
        session.pop("_flashes")
        security = current_app.extensions["security"]
        form = security.forms["two_factor_verify_code_form"].cls()
        form.code.errors = [get_message("TWO_FACTOR_INVALID_TOKEN")[0]]
        values = security.totp_factory.fetch_setup_values(state["totp_secret"], current_user)
        return render_template(
            "security/two_factor_setup.html",
            two_factor_verify_code_form=form,
            chosen_method=state["method"],
            changing=True,
            state_token=token,
            authr_qrcode=values["image"],
            authr_key=values["key"],
        ), 422

    return answer


def _forgets_what_was_kept(view: Callable[..., Any]) -> Callable[..., Any]:
    """The sign-out, after which nobody in this browser is offered what was typed before it."""

    @functools.wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        session.pop("kept_form", None)
        return view(*args, **kwargs)

    return answer


def _key(app: Flask, use: str) -> bytes:
    """A key for one use, derived from the secret key: changing that one turns second steps and recovery codes void."""
    return hmac.new(app.config["SECRET_KEY"].encode(), use.encode(), hashlib.sha256).digest()


def _argon2(app: Flask) -> dict[str, int]:
    """19 MiB, two rounds, one lane (OWASP's password storage advice); the least that works in tests."""
    memory, rounds = (8, 1) if app.config.get("TESTING") else (19 * 1024, 2)
    return {"argon2__memory_cost": memory, "argon2__time_cost": rounds, "argon2__parallelism": 1}


def furnish(app: Flask) -> None:
    """Configures sign-in and registers what finds the Actor of each request."""
    values: dict[str, Any] = {
        **ADDRESSES,
        **FEATURES,
        **{f"MSG_{name}": words for name, words in SIGN_IN_WORDS.items()},
        "PASSWORD_HASH_PASSLIB_OPTIONS": _argon2(app),
        "TOTP_SECRETS": {"1": base64.urlsafe_b64encode(_key(app, "totp")).decode()},
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(_key(app, "recovery codes"))],
        "TWO_FACTOR_RESCUE_MAIL": app.config["SUPPORT_EMAIL"],
    }
    app.config.update({f"SECURITY_{name}": value for name, value in values.items()})
    app.config.setdefault("REMEMBER_COOKIE_HTTPONLY", True)
    app.config.setdefault("REMEMBER_COOKIE_SAMESITE", "Lax")
    security = Security(
        app,
        Datastore(),
        mail_util_cls=Mail,
        password_util_cls=Passwords,
        totp_cls=OneTimeCodes,
        webauthn_util_cls=Passkeys,
        login_form=forms.SignInForm,
        verify_form=forms.ConfirmIdentityForm,
        two_factor_setup_form=forms.SecondStepForm,
        two_factor_rescue_form=forms.SecondStepHelpForm,
        mf_recovery_form=forms.RecoveryForm,
        wan_register_form=forms.PasskeyForm,
    )
    security.i18n_domain = Words(app)
    security.unauthn_handler(lambda *_args, **_more: gate.ask_to_sign_in())
    security.want_json(lambda _request: False)
    security.login_manager.request_loader(lambda _request: None)
    for endpoint, limit in LIMITS.items():
        view: Callable[..., Any] = app.view_functions[endpoint]
        if endpoint in REFUSE_BY_PAGE:
            view = _as_refusal(view)
        if endpoint == "security.forgot_password":
            view = _asks_the_worker(view)
        for slow in FAILURES.get(endpoint, ()):
            view = slow(view)
        app.view_functions[endpoint] = limiter.limit(limit, methods=["POST"])(view)
    switching_on = "security.two_factor_setup_validate"
    app.view_functions[switching_on] = _keeps_the_picture(app.view_functions[switching_on])
    app.view_functions["security.logout"] = csrf.exempt(_forgets_what_was_kept(app.view_functions["security.logout"]))
    # Before all else: what is refused on the way in, by its size or its token, answers somebody who is known.
    app.before_request_funcs.setdefault(None, []).insert(0, acting.recognise)
    app.context_processor(acting.for_pages)
    app.register_error_handler(CSRFError, acting.kept_after_all)

"""How Flask-Security reaches our database, our mail and our rules. It commits by itself after its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import after_this_request, current_app
from flask_security import MailUtil, PasswordUtil, RoleMixin, SQLAlchemyUserDatastore, Totp, UserMixin, WebauthnUtil
from flask_security.babel import FsDomain
from flask_security.mail_util import EmailValidateException
from flask_security.utils import get_message
from markupsafe import Markup, escape
from passlib.totp import TotpMatch
from sqlalchemy import bindparam, select

from dih.accounts import rules
from dih.accounts.models import Passkey, Person
from dih.extensions.database import db
from dih.shared import clock, mail
from dih.shared.errors import BrokenRule

if TYPE_CHECKING:
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria

LONGEST_PASSWORD = 200

_BY_MARK = select(Person).where(Person.fs_uniquifier == bindparam("mark"))
"""Built once: it is asked in every request of somebody signed in."""


class NoRole(RoleMixin):
    """Flask-Security wants to know a role; we have none of its kind."""


class Datastore(SQLAlchemyUserDatastore):
    """Finds people as we keep them."""

    def __init__(self) -> None:
        super().__init__(db, Person, NoRole, Passkey)

    def find_user(self, case_insensitive: bool = False, **asked: Any) -> UserMixin | None:
        if asked.keys() == {"fs_uniquifier"}:
            return db.session.scalar(_BY_MARK, {"mark": asked["fs_uniquifier"]})
        return super().find_user(case_insensitive, **asked)

    def create_webauthn(self, user: UserMixin, **facts: Any) -> None:  # type: ignore[override]
        super().create_webauthn(user, **facts, create_datetime=clock.now())


def _commit_later(response: Any) -> Any:
    current_app.extensions["security"].datastore.commit()
    return response


class Mail(MailUtil):
    """Puts Flask-Security's mails into the outbox, in the language of the person, with links to our public address."""

    def send_mail(
        self,
        template: str,
        subject: str,  # noqa: ARG002
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],  # noqa: ARG002
        body: str | None,  # noqa: ARG002
        html: str | None,  # noqa: ARG002
        **context: Any,
    ) -> None:
        person = context["user"]
        mail.write(
            str(recipient),
            person.language,
            f"{template}.txt",
            clock.now(),
            name=person.name,
            email=person.email,
        )
        after_this_request(_commit_later)

    def normalize(self, email: str) -> str:
        try:
            return rules.email_address(email)
        except BrokenRule:
            raise EmailValidateException(get_message("INVALID_EMAIL_ADDRESS")[0]) from None

    validate = normalize


class Passwords(PasswordUtil):
    """A password is long enough, not endless, and not the own name or address."""

    def normalize(self, password: str) -> str:
        # What is longer is nobody's password, and the hashing refuses endless ones with an error of its own.
        return super().normalize(password)[: LONGEST_PASSWORD + 1]

    def validate(self, password: str, is_register: bool, **context: Any) -> tuple[list[str] | None, str]:
        faults, normal = super().validate(password, is_register, **context)
        if not faults and len(normal) > LONGEST_PASSWORD:
            faults = [get_message("PASSWORD_TOO_LONG")[0]]
        person = context.get("user")
        own = (person.email, person.name) if person else (context.get("email"), context.get("name"))
        if not faults and rules.searchable(normal) in {rules.searchable(word or "") for word in own}:
            faults = [get_message("PASSWORD_TOO_SIMPLE")[0]]
        return faults or None, normal


class Words(FsDomain):
    """Flask-Security's messages from our catalogue, marked as said, so that no template translates them again."""

    def gettext(self, string: str, **values: Any) -> Markup:
        return escape(super().gettext(string, **values))


class OneTimeCodes(Totp):
    """A code of an authenticator app counts once: the counter of the last one is kept."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        return cast(Person, user).tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        cast(Person, user).tf_last_counter = tmatch.counter


class Passkeys(WebauthnUtil):
    """Passkeys of any device. Flask-Security would ask for a separate key and pass over the computer's or phone's own
    fingerprint reader, camera or PIN, which is what people have."""

    def authenticator_selection(self, user: UserMixin, usage: str) -> AuthenticatorSelectionCriteria:
        criteria = super().authenticator_selection(user, usage)
        criteria.authenticator_attachment = None
        return criteria

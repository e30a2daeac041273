"""The mails of this room: each goes into the outbox, in the language of whom it is for."""

from __future__ import annotations

import datetime as dt

from dih.accounts import tokens
from dih.shared import mail


def confirm_address(mark: str, email: str, name: str, language: str, now: dt.datetime, back: str = "") -> None:
    """Asks the holder of an address to confirm it.

    `mark` is the person's present mark: who registers again gets another, so that an older mail confirms nothing.
    `back` is where the sign-in leads afterwards.
    """
    token = tokens.sign(tokens.CONFIRM, [mark, email, back])
    mail.write(
        email,
        language,
        "accounts/mail/confirm_address.txt",
        now,
        name=name,
        token=token,
    )


def already_registered(email: str, name: str, language: str, now: dt.datetime) -> None:
    """Tells the holder of an address that somebody tried to register with it again."""
    mail.write(email, language, "accounts/mail/already_registered.txt", now, name=name)


def change_address(person_id: int, mark: str, old: str, new: str, name: str, language: str, now: dt.datetime) -> None:
    """Asks the holder of a new address to confirm that it replaces the old one.

    `mark` is the person's present mark: a change of password gives another, and the link counts no more.
    """
    token = tokens.sign(tokens.CHANGE, [person_id, mark, old, new])
    mail.write(
        new,
        language,
        "accounts/mail/change_address.txt",
        now,
        name=name,
        token=token,
    )


def forgotten_password(token: str, email: str, name: str, language: str, now: dt.datetime) -> None:
    """Leads somebody to a new password."""
    mail.write(email, language, "accounts/mail/password_reset.txt", now, name=name, email=email, reset_token=token)


def address_changed(old: str, new: str, name: str, language: str, now: dt.datetime) -> None:
    """Tells the old address that another one has replaced it."""
    mail.write(old, language, "accounts/mail/address_changed.txt", now, name=name, new=new)


def deputy_appointed(
    to: tuple[str, str, str],
    *,
    holder: str,
    scope: str,
    role: str,
    starts_on: dt.date,
    ends_on: dt.date,
    now: dt.datetime,
) -> None:
    """Tells a colleague, (address, language, name), in whose place to act and when; `role` is the role's label."""
    mail.write_to_all(
        [to],
        "accounts/mail/deputy_appointed.txt",
        now,
        holder=holder,
        scope=scope,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def invitation(
    email: str,
    language: str,
    token: str,
    *,
    inviter: str,
    scope: str,
    role: str,
    note: str,
    until: dt.datetime,
    now: dt.datetime,
) -> None:
    """Invites an address into a role; `role` is its label, `until` the end of the invitation."""
    mail.write(
        email,
        language,
        "accounts/mail/invitation.txt",
        now,
        token=token,
        inviter=inviter,
        scope=scope,
        role=role,
        note=note,
        until=until,
    )

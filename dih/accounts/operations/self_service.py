"""Verbs of people about themselves: registering, confirming an address, own profile, a form kept over the sign-in."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from dih.accounts import emails, rules
from dih.accounts.models import KeptForm, Person
from dih.accounts.operations.people import create_person
from dih.extensions.database import db
from dih.shared import audit, outbox
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.wording import N_

FORGOTTEN = "forgotten password"
FORMS_KEPT_FOR = dt.timedelta(days=1)


def register(
    name: str, email: str, password_hash: str, *, language: str, terms_version: str, back: str, now: dt.datetime
) -> str:
    """Makes an account that waits for its address to be confirmed, and sends the mail for it.

    Returns the mark of this registration, which the mailed link carries too.

    An address that has an account gets a mail that says so; whoever registers sees no difference. An account that
    was never confirmed is taken over by the new registration: its older mails and password count no more.
    """
    address = rules.email_address(email)
    person = db.session.scalar(select(Person).where(Person.email == address).with_for_update())
    if person is not None and person.confirmed_at is not None:
        emails.already_registered(address, person.name, person.language, now)
        return uuid.uuid4().hex
    if person is None:
        person_id = create_person(
            name, address, None, now, language=language, password_hash=password_hash, terms_version=terms_version
        )
        person = db.session.get_one(Person, person_id)
    else:
        person.name, person.language = name.strip(), language
        person.password, person.fs_uniquifier = password_hash, uuid.uuid4().hex
        person.terms_version, person.terms_accepted_at = terms_version, now
    emails.confirm_address(person.fs_uniquifier, address, person.name, language, now, back)
    return person.fs_uniquifier


def ask_to_confirm(email: str, now: dt.datetime) -> None:
    """Sends the confirmation mail again, if the address waits for it; else nothing happens, and nobody can tell."""
    address = rules.email_address(email)
    person = db.session.scalar(select(Person).where(Person.email == address))
    if person is not None and person.confirmed_at is None and person.active:
        emails.confirm_address(person.fs_uniquifier, address, person.name, person.language, now)


def confirm_address(mark: str, email: str, now: dt.datetime) -> int | None:
    """Notes that the holder of the address asked for the account; twice is once.

    Returns the person's id when the address was not confirmed before. Raises BrokenRule when the mail was followed by
    a newer registration.
    """
    person = db.session.scalar(select(Person).where(Person.email == email).with_for_update())
    if person is None or (person.confirmed_at is None and person.fs_uniquifier != mark):
        raise BrokenRule.because(N_("A newer mail has replaced this link. Open the newest one."))
    if person.confirmed_at is not None:
        return None
    person.confirmed_at = now
    by = rules.as_guest(person.id, person.name)
    audit.record(by, now, ("person", person.id), "email_confirmed", after={"email": email})
    return person.id


def ask_to_reset(email: str, now: dt.datetime) -> None:
    """Notes that somebody forgot the password of an address. Whether it has an account is looked up by the worker:
    the answer takes as long for one that has none."""
    outbox.put(FORGOTTEN, {"email": rules.email_address(email)}, now)


def send_reset_link(email: str, now: dt.datetime) -> None:
    """Mails a link that leads to a new password; nothing happens where nobody active has the address."""
    person = db.session.scalar(select(Person).where(Person.email == email, Person.active))
    if person is not None:
        emails.forgotten_password(generate_reset_password_token(person), email, person.name, person.language, now)


def change_profile(name: str, language: str, actor: Actor, now: dt.datetime) -> None:
    """Sets how the actor is called and in which language we write."""
    person = _self(actor)
    if person.name != name.strip():
        audit.record(
            actor,
            now,
            ("person", person.id),
            "name_changed",
            before={"name": person.name},
            after={"name": name.strip()},
        )
    person.name, person.language = name.strip(), language


def choose_language(person_id: int, language: str) -> None:
    """Sets the language of a person's pages and mails."""
    db.session.execute(update(Person).where(Person.id == person_id).values(language=language))


def ask_to_change_address(email: str, actor: Actor, now: dt.datetime) -> None:
    """Mails the new address a link that makes it the actor's; a taken one gets no mail, and nobody can tell."""
    address = rules.email_address(email)
    person = _self(actor)
    if address == person.email:
        raise BrokenRule.because(N_("This is already your address."), "email")
    if db.session.scalar(select(Person.id).where(Person.email == address)) is None:
        emails.change_address(person.id, person.fs_uniquifier, person.email, address, person.name, person.language, now)


def change_address(person_id: int, mark: str, old: str, new: str, now: dt.datetime) -> None:
    """Puts the confirmed new address in place of the old one, and tells the old one. Twice is once.

    All sessions end, and links that went to the old address count no more. Raises BrokenRule when the address or the
    password was changed since the link was mailed, or when somebody else took the address.
    """
    person = db.session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if person is None or not person.active or person.email not in (old, new):
        raise BrokenRule.because(N_("This link counts no more: the address was changed again."))
    if person.email == new:
        return
    if person.fs_uniquifier != mark:
        raise BrokenRule.because(N_("This link is too old. Ask for a new one."))
    person.email, person.fs_uniquifier = new, uuid.uuid4().hex
    try:
        db.session.flush()
    except IntegrityError:
        raise BrokenRule.because(N_("Somebody with this e-mail address is already registered.")) from None
    by = rules.as_guest(person.id, person.name)
    audit.record(by, now, ("person", person.id), "email_changed", before={"email": old}, after={"email": new})
    emails.address_changed(old, new, person.name, person.language, now)


def keep_form(path: str, fields: list[tuple[str, str]], with_files: bool, now: dt.datetime) -> str:
    """Keeps what was typed into a form that was sent to `path`; returns the token by which it is found again."""
    token = secrets.token_urlsafe(32)
    db.session.add(KeptForm(token=token, path=path, fields=fields, with_files=with_files, created_at=now))
    return token


def forget_old_forms(now: dt.datetime) -> None:
    """Deletes forms that nobody came back for within a day."""
    db.session.execute(delete(KeptForm).where(KeptForm.created_at < now - FORMS_KEPT_FOR))


def _self(actor: Actor) -> Person:
    person = db.session.scalar(select(Person).where(Person.id == actor.person_id).with_for_update())
    if person is None:
        raise NotFound
    return person

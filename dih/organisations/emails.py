"""The mails of this room."""

from __future__ import annotations

import datetime as dt

from dih.shared import mail


def asks_to_join(
    address: str, language: str, owner: str, organisation: str, asking_name: str, asking_email: str, now: dt.datetime
) -> None:
    """Tells an owner that somebody would like to be invited, with the address to invite."""
    mail.write(
        address,
        language,
        "organisations/mail/asks_to_join.txt",
        now,
        name=owner,
        organisation=organisation,
        asking_name=asking_name,
        asking_email=asking_email,
    )


def asks_to_own(
    address: str,
    language: str,
    administrator: str,
    organisation: str,
    asking_id: int,
    asking_name: str,
    asking_email: str,
    now: dt.datetime,
) -> None:
    """Tells an administrator that somebody asks for an organisation that has no owner, with the page of the person."""
    mail.write(
        address,
        language,
        "organisations/mail/asks_to_own.txt",
        now,
        name=administrator,
        organisation=organisation,
        asking_id=asking_id,
        asking_name=asking_name,
        asking_email=asking_email,
    )

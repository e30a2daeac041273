"""Mails about conflicts of interest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dih.shared import mail

if TYPE_CHECKING:
    from dih.conflicts.queries.yearly import Ending, Reminded


def yearly(person: Reminded, organisations: Sequence[str], now: dt.datetime) -> None:
    """Asks once a year whether the declared conflicts are still complete and right."""
    mail.write(
        person.email, person.language, "conflicts/mail/yearly.txt", now, name=person.name, organisations=organisations
    )


def ending(person: Reminded, conflicts: Sequence[Ending], now: dt.datetime) -> None:
    """To who declared them: these conflicts are about to end."""
    mail.write(
        person.email, person.language, "conflicts/mail/ending.txt", now, name=person.name, conflicts=conflicts, own=True
    )


def all_ending(manager: Reminded, conflicts: Sequence[Ending], now: dt.datetime) -> None:
    """To a manager: these conflicts of others are about to end."""
    mail.write(
        manager.email,
        manager.language,
        "conflicts/mail/ending.txt",
        now,
        name=manager.name,
        conflicts=conflicts,
        own=False,
    )

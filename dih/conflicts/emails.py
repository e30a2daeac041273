"""Mails about conflicts of interest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dih.shared import mail

if TYPE_CHECKING:
    from dih.conflicts.queries.yearly import Reminded


def yearly(person: Reminded, organisations: Sequence[str], now: dt.datetime) -> None:
    """Asks once a year whether the declared conflicts are still complete and right."""
    mail.write(
        person.email, person.language, "conflicts/mail/yearly.txt", now, name=person.name, organisations=organisations
    )

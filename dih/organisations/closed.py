"""Which organisations a conflict of interest closes to a reader: the room of conflicts, above, gives the clause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, SQLColumnExpression, false

from dih.shared.access import Actor
from dih.shared.wording import N_

CLOSED = N_("A case closed to you by a conflict of interest")
"""What stands in lists in the place of a case that the reader may not see; its sums stay."""

Clause = Callable[[int, dt.date, SQLColumnExpression[Any]], ColumnElement[bool]]
"""From a person, a day and a column of organisations' ids: whether that organisation is closed to the person."""

_EXTENSION = "dih_closed_organisations"


def say_by(app: Flask, clause: Clause) -> None:
    """Sets the clause that `closed_to` asks."""
    app.extensions[_EXTENSION] = clause


def closed_to(actor: Actor, day: dt.date, organisation_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Whether an organisation is closed to the actor on `day`; never to the platform, nor to people of applicants."""
    if actor.person_id is None or actor.organisation_id is not None:
        return false()
    clause: Clause = current_app.extensions[_EXTENSION]
    return clause(actor.person_id, day, organisation_id)

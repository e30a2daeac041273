"""Whom an applicant names, somebody of the hub stays able to look after the case, and to clear what was named."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from dih.conflicts.queries import facts
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.shared import clock
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_


def leave_a_manager(before: int, organisation_id: int, now: dt.datetime) -> None:
    """Raises BrokenRule when what was just recorded took the last manager; `before` is how many were left until then.

    The organisation is locked: two names given at the same moment do not take the last two.
    """
    held = select(Organisation.id).where(Organisation.id == organisation_id)
    db.session.scalar(held.with_for_update(key_share=True))
    if before and not facts.managers_left(organisation_id, clock.day_of(now)):
        raise BrokenRule.because(
            N_(
                "No manager of the hub would be left to look after your case, so nothing was noted."
                " Write to the support contact at the foot of this page: the hub finds somebody else first."
            ),
            "person",
        )

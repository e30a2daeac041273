"""Two managers for an approval above an amount: the first only waits, money is reserved at the second."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from dih.applications.models import Application
from dih.budget.rules import Hands, second_needed
from dih.budget.settings import FOUR_EYES_EURO
from dih.decisions.models import FirstApproval
from dih.decisions.vocabulary import FirstEnd
from dih.extensions.database import db
from dih.shared import audit, settings
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.wording import N_


def pass_first(
    application: Application, cents: int, reason: str, actor: Actor, now: dt.datetime
) -> tuple[bool, int | None]:
    """Whether an approval of `cents` may go on now, and who gave the first one (None where one manager is enough).

    Otherwise this one is kept as the first. A first approval of a case that has changed since counts no more.
    Raises BrokenRule when the actor, or whom the actor stands in for, gave the first.
    """
    first = waiting(application.id)
    if first is not None and (first.moves != application.moves or first.amount_cents != cents):
        end(first, FirstEnd.VOID, actor, now)
        first = None
    if not second_needed(cents, settings.read(FOUR_EYES_EURO)):
        if first is not None:
            end(first, FirstEnd.VOID, actor, now)
        return True, None
    if first is None:
        _give(application, cents, reason, actor, now)
        return False, None
    if Hands(first.given_by, first.deputy_for).touch(Hands(actor.person_id, actor.deputy_for)):
        raise BrokenRule.because(N_("You gave the first approval. The second is for another manager."))
    end(first, FirstEnd.SECONDED, actor, now)
    return True, first.given_by


def waiting(application_id: int) -> FirstApproval | None:
    """The first approval that waits for a second. The caller holds the application's lock."""
    return db.session.scalar(
        select(FirstApproval).where(FirstApproval.application_id == application_id, FirstApproval.ended_at.is_(None))
    )


def withdraw(application: Application, actor: Actor, now: dt.datetime) -> None:
    """Takes a first approval back. Raises Stale when none waits, Forbidden for who did not give it."""
    first = waiting(application.id)
    if first is None:
        raise Stale
    if first.given_by != actor.person_id:
        raise Forbidden
    end(first, FirstEnd.WITHDRAWN, actor, now)


def end(first: FirstApproval, how: FirstEnd, actor: Actor, now: dt.datetime) -> None:
    """Ends a first approval and records it."""
    first.ended_at, first.ended_as = now, how
    db.session.flush()
    _record(first, f"first_approval_{how.value}", actor, now)


def _give(application: Application, cents: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    first = FirstApproval(
        application_id=application.id,
        given_at=now,
        given_by=actor.person_id,
        deputy_for=actor.deputy_for,
        amount_cents=cents,
        moves=application.moves,
        reason=reason.strip(),
    )
    db.session.add(first)
    db.session.flush()
    _record(first, "first_approval_given", actor, now)


def _record(first: FirstApproval, action: str, actor: Actor, now: dt.datetime) -> None:
    audit.record(
        actor,
        now,
        ("first_approval", first.id),
        action,
        after={"amount_cents": first.amount_cents},
        reason=first.reason,
        application_id=first.application_id,
    )

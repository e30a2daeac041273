"""What the case page shows of decisions and appeals, by role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dih.applications.queries import Case
from dih.decisions.appeals import queries as appeals
from dih.decisions.queries import Decided, decisions_on
from dih.decisions.vocabulary import AppealStatus
from dih.shared.access import Actor, Permission


@dataclass(frozen=True, slots=True)
class Panel:
    """The decisions on a case, the last one first, and where its last appeal stands.

    `may_appeal_until` is the last day on which the actor may appeal (None: may not); partners read no letters.
    """

    application_uuid: UUID
    decisions: Sequence[Decided]
    reads_letters: bool
    appeal: AppealStatus | None
    may_appeal_until: dt.date | None


def panel(case: Case, actor: Actor, day: dt.date) -> Panel | None:
    """The panel for the actor; None while nothing is decided that concerns it."""
    own = actor.organisation_id is not None
    reads = own or actor.may(Permission.SEE_ALL)
    made = decisions_on(case.id)
    against = appeals.may_file(case, actor, day) if reads else None
    appeal = appeals.last(case.id) if reads else None
    if not made and against is None and appeal is None:
        return None
    return Panel(case.uuid, made, reads, appeal, against.until if against else None)

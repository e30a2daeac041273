"""One application opened for a page: the case, its call, what it says, and its task list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from dih.applications import queries
from dih.applications.queries import Case, Contents
from dih.applications.rules import standing
from dih.applications.rules.tasks import Task, task_list
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.calls.queries import CallView
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import Forbidden, NotFound
from dih.shared.gate import the_actor


@dataclass(frozen=True, slots=True)
class Opened:
    """What a page about one application starts from. The dates of the call lie in `case`, its questions in `call`."""

    case: Case
    call: CallView
    whole: Contents
    actor: Actor
    now: dt.datetime

    @property
    def is_open(self) -> bool:
        """Whether the call takes new applications."""
        return self.case.call_is_open(self.now)

    @property
    def takes_submissions(self) -> bool:
        """Whether a submission is still in time."""
        return self.case.takes_submissions(self.call.content.days.grace_minutes, self.now)

    @property
    def tasks(self) -> list[Task]:
        """The task list as it stands."""
        return task_list(self.call.content, self.whole.draft)

    @property
    def is_draft(self) -> bool:
        """Whether it can be filled in."""
        return self.case.status is ApplicationStatus.DRAFT

    @property
    def may_write(self) -> bool:
        """Whether the actor may fill it in."""
        return standing.may_write(self.actor, self.case.organisation_id, self.case.entered_by_staff)

    @property
    def may_hand_in(self) -> bool:
        """Whether the actor may submit, reopen and withdraw it."""
        return standing.may_hand_in(self.actor, self.case.organisation_id, self.case.entered_by_staff)


def opened(application_uuid: UUID) -> Opened:
    """The application within the actor's reach. Raises NotFound."""
    actor, now = the_actor(), clock.now()
    case = queries.find(application_uuid, actor, clock.day_of(now))
    call = calls.version(case.call_version_id)
    if call is None:
        raise NotFound
    whole = queries.contents_of(case, clock.day_of(now))
    return Opened(case, call, whole, actor, now)


def opened_to_fill(application_uuid: UUID) -> Opened:
    """The same for who fills it in. Raises NotFound, and Forbidden for who may only read."""
    found = opened(application_uuid)
    if not found.may_write:
        raise Forbidden
    return found

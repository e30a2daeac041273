"""One application opened for a page: the case, its call, what it says, and its task list."""

from __future__ import annotations

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
    """What a page about one application starts from; `in_force` has the call's dates, `call` its questions."""

    case: Case
    call: CallView
    in_force: CallView
    whole: Contents
    actor: Actor

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
    actor = the_actor()
    case = queries.find(application_uuid, actor, clock.day_of(clock.now()))
    call = calls.version(case.call_version_id)
    if call is None:
        raise NotFound
    in_force = calls.current(call.code) or call
    whole = queries.contents(case.id, case.organisation_id, case.call_version_id)
    return Opened(case, call, in_force, whole, actor)


def opened_to_fill(application_uuid: UUID) -> Opened:
    """The same for who fills it in. Raises NotFound, and Forbidden for who may only read."""
    found = opened(application_uuid)
    if not found.may_write:
        raise Forbidden
    return found

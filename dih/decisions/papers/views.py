"""Letters and minutes as files."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from dih.decisions import papers
from dih.decisions.meetings import records
from dih.decisions.meetings.views import sits
from dih.decisions.papers import letters
from dih.decisions.views import blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.gate import the_actor

may_see = access.requires(Permission.SEE_ALL, Permission.SEE_OWN_APPLICATIONS)


@blueprint.get("/applications/<uuid:application_uuid>/letters/<int(max=2147483647):decision_id>.pdf")
@may_see
def letter(application_uuid: UUID, decision_id: int) -> Response:
    """The letter with a decision."""
    found = letters.letter(application_uuid, decision_id, the_actor(), clock.now())
    return _file(papers.letter(found), f"{found.reference}-{found.outcome.value}")


@blueprint.get("/applications/<uuid:application_uuid>/appeals/<int(max=2147483647):appeal_id>.pdf")
@may_see
def appeal_letter(application_uuid: UUID, appeal_id: int) -> Response:
    """The letter with the end of an appeal."""
    found = letters.appeal_letter(application_uuid, appeal_id, the_actor(), clock.now())
    return _file(papers.appeal_letter(found), f"{found.reference}-appeal")


@blueprint.get("/decisions/meetings/<uuid:meeting_uuid>/minutes.pdf")
@sits
def minutes(meeting_uuid: UUID) -> Response:
    """The minutes of a meeting; a draft until it is closed."""
    record = records.record(meeting_uuid, the_actor(), clock.now())
    return _file(papers.minutes(record), record.reference)


def _file(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.cache_control.private = answer.cache_control.no_store = True
    return answer

"""Saving answers: each field by itself, so that several people over several days never overwrite each other."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dih.accounts.models import Person
from dih.applications.models import Answer, Application
from dih.applications.operations.loading import load_to_fill, open_fields
from dih.applications.rules import answers, standing, tasks
from dih.applications.rules.answers import NOTHING_SEEN, Seen
from dih.extensions.database import db
from dih.shared.access import Actor
from dih.shared.errors import Problem

TITLE = "project_title"
"""The question whose answer names the application in lists."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of each field: what the next save has to say it saw, what is wrong, and who was faster where.

    `conflicts` holds the stored value by key of the fields that somebody else changed meanwhile; those are not saved,
    and `seen` takes them as shown: whoever saves again has seen both. `who` changed one of them last; "" is the actor,
    in another tab or before going back.
    """

    seen: Mapping[str, Seen]
    problems: Sequence[Problem]
    conflicts: Mapping[str, Any]
    who: str = ""


def save_answers(
    application_uuid: uuid.UUID,
    typed: Mapping[str, answers.Typed],
    seen: Mapping[str, Seen],
    actor: Actor,
    now: dt.datetime,
) -> Saved:
    """Saves what was typed into fields, by key. What cannot be read is kept as typed and named in `problems`.

    A field that was not touched on the page leaves what others wrote; one that was, and that somebody else changed
    since, is a conflict. Raises NotFound, Forbidden, BrokenRule (over, locked, or characters that nothing can store).
    """
    application, call = load_to_fill(application_uuid, actor, now)
    known = tasks.all_asked(call.content)
    fields = {key: known[key] for key in typed if key in known}
    standing.check_unlocked(fields, open_fields(application))
    rows = _rows(application.id)
    now_seen, problems, conflicts = {}, [], {}
    for key, asked in fields.items():
        value, problem = answers.keep(asked, typed[key])
        row, was = rows.get(key), seen.get(key, NOTHING_SEEN)
        stored, version = (row.value, row.version) if row else (None, 0)
        touched = value != stored and answers.digest(value) != was.digest
        if touched and version != was.version:
            conflicts[key] = stored
        elif touched:
            row = rows[key] = _write(application, key, value, row, actor, now)
            stored, version = value, row.version
        if problem and value == stored:
            problems.append(problem)
        left_alone = value != stored and not touched
        now_seen[key] = was if left_alone else Seen(version, answers.digest(stored))
    db.session.flush()
    return Saved(now_seen, problems, conflicts, _who((rows[key] for key in conflicts if key in rows), actor))


def as_title(value: Any) -> str:
    """The application's name in lists, from the answer to its question."""
    return " ".join(value.split())[:200] if isinstance(value, str) else ""


def _who(rows: Iterable[Answer], actor: Actor) -> str:
    last = max(rows, key=lambda row: row.updated_at, default=None)
    if last is None or last.updated_by == actor.person_id:
        return ""
    return db.session.scalar(select(Person.name).where(Person.id == last.updated_by)) or ""


def _rows(application_id: int) -> dict[str, Answer]:
    return {row.key: row for row in db.session.scalars(select(Answer).where(Answer.application_id == application_id))}


def _write(
    application: Application, key: str, value: Any, row: Answer | None, actor: Actor, now: dt.datetime
) -> Answer:
    if row is None:
        row = Answer(application_id=application.id, key=key, version=0)
        db.session.add(row)
    row.value = value
    row.version += 1
    row.updated_at, row.updated_by = now, actor.person_id
    if key == TITLE:
        application.title = as_title(value)
    return row

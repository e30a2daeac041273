"""What one application says: answers, services, documents, clarifications and the versions that were submitted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import and_, func, select

from dih.accounts.models import Person
from dih.aid import queries as aid
from dih.aid.whole_size import WholeSize
from dih.applications.models import (
    Answer,
    Application,
    AttachedDocument,
    RequestedService,
    Submission,
)
from dih.applications.rules.money import Wanted
from dih.applications.rules.tasks import CONDITION, Draft
from dih.calls.eligibility import Facts
from dih.calls.models import CallService
from dih.catalogue.models import Service
from dih.documents.models import StoredFile
from dih.extensions.database import db
from dih.organisations import queries as organisations
from dih.organisations.queries import OrganisationView
from dih.organisations.vocabulary import LegalNature
from dih.taxonomy.vocabulary import Category


@dataclass(frozen=True, slots=True)
class Stored:
    """One answer: its value, its version, and when it was saved by whom."""

    value: Any
    version: int
    updated_at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A service asked for. Prices in cents without VAT."""

    service_id: int
    code: str
    name: Mapping[str, str]
    category: Category
    price_cents: int
    offered: bool


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file attached for one of the documents that the call asks for."""

    id: int
    key: str
    file_id: int
    file_uuid: UUID
    name: str
    kind: str
    size: int
    sha256: str
    attached_at: dt.datetime


@dataclass(frozen=True)
class Contents:
    """An application as it stands now."""

    organisation: OrganisationView
    size: WholeSize
    facts: Facts
    stored: Mapping[str, Stored]
    services: Sequence[Chosen]
    documents: Sequence[Attachment]

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The values by key."""
        return {key: stored.value for key, stored in self.stored.items()}

    @property
    def draft(self) -> Draft:
        """What the rules look at."""
        wanted = [Wanted(chosen.service_id, chosen.price_cents, chosen.offered) for chosen in self.services]
        documents = {document.key for document in self.documents}
        return Draft(self.facts, self.answers, wanted, documents, self.size.wanted)


class Named(Protocol):
    """An application, as a row or as a case."""

    @property
    def id(self) -> int: ...
    @property
    def organisation_id(self) -> int: ...
    @property
    def call_version_id(self) -> int: ...


def contents_of(application: Named, day: dt.date) -> Contents:
    """All of one application, its organisation as it is on `day`. The caller has made sure that it may be read."""
    stored = stored_answers(application.id)
    asked = {key.removeprefix(CONDITION): one.value for key, one in stored.items() if key.startswith(CONDITION)}
    organisation = organisations.by_id(application.organisation_id)
    size = aid.sizes([organisation], day)[organisation.id]
    return Contents(
        organisation,
        size,
        facts_of(organisation, size, {key: value for key, value in asked.items() if isinstance(value, bool)}),
        stored,
        chosen_services(application.id, application.call_version_id),
        attachments(application.id),
    )


def stored_answers(application_id: int) -> dict[str, Stored]:
    """The answers by key."""
    rows = db.session.execute(
        select(Answer.key, Answer.value, Answer.version, Answer.updated_at, func.coalesce(Person.name, ""))
        .outerjoin(Person, Person.id == Answer.updated_by)
        .where(Answer.application_id == application_id)
        .order_by(Answer.id)
    )
    return {key: Stored(*rest) for key, *rest in rows}


def chosen_services(application_id: int, call_version_id: int) -> list[Chosen]:
    """The services asked for, and whether the call offers each today."""
    rows = db.session.execute(
        select(
            RequestedService.service_id,
            Service.code,
            Service.name,
            Service.category,
            RequestedService.price_cents,
            (CallService.id.is_not(None) & Service.active).label("offered"),
        )
        .join(Service, Service.id == RequestedService.service_id)
        .outerjoin(
            CallService,
            and_(CallService.service_id == RequestedService.service_id, CallService.call_version_id == call_version_id),
        )
        .where(RequestedService.application_id == application_id)
        .order_by(RequestedService.id)
    )
    return [Chosen(*row) for row in rows]


_FILE: dict[str, Any] = {name: getattr(StoredFile, name) for name in ("name", "kind", "size", "sha256")}
_FILE["file_uuid"] = StoredFile.uuid
_ATTACHMENT: list[Any] = [
    _FILE[field.name] if field.name in _FILE else getattr(AttachedDocument, field.name) for field in fields(Attachment)
]


def attachments(application_id: int) -> list[Attachment]:
    """The documents attached now, in the order in which they came."""
    rows = db.session.execute(
        select(*_ATTACHMENT)
        .join(StoredFile, StoredFile.id == AttachedDocument.file_id)
        .where(AttachedDocument.application_id == application_id, AttachedDocument.removed_at.is_(None))
        .order_by(AttachedDocument.id)
    )
    return [Attachment(*row) for row in rows]


def attachment(application_id: int, attachment_id: int, *, mine: bool = False) -> Attachment | None:
    """One document of an application: attached now, or taken out after a submission had named it.

    What was never submitted is read by the applicant alone (`mine`).
    """
    row = db.session.execute(
        select(*_ATTACHMENT, AttachedDocument.removed_at.is_(None))
        .join(StoredFile, StoredFile.id == AttachedDocument.file_id)
        .where(AttachedDocument.application_id == application_id, AttachedDocument.id == attachment_id)
    ).one_or_none()
    if row is None:
        return None
    *values, attached = row
    found = Attachment(*values)
    return found if attached or mine or _was_submitted(application_id, found) else None


def _was_submitted(application_id: int, found: Attachment) -> bool:
    kept = db.session.scalars(select(Submission.content).where(Submission.application_id == application_id))
    return any(one["sha256"] == found.sha256 for content in kept for one in content["documents"])


def earlier_answers(organisation_id: int) -> tuple[int, dict[str, Any]] | None:
    """The call version and the answers of the organisation's last application that was ever submitted."""
    last = db.session.execute(
        select(Application.id, Application.call_version_id)
        .where(Application.organisation_id == organisation_id, Application.reference.is_not(None))
        .order_by(Application.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    rows = db.session.execute(select(Answer.key, Answer.value).where(Answer.application_id == last.id))
    return last.call_version_id, {row.key: row.value for row in rows}


def facts_of(organisation: OrganisationView, size: WholeSize, asked: Mapping[str, bool]) -> Facts:
    """What eligibility and money look at; the size by Recommendation 2003/361/EC, None while figures are missing."""
    known = organisation.facts
    return Facts(
        legal_nature=LegalNature(known.legal_nature),
        size=size.size,
        county=known.county,
        activity_code=known.caen_code or None,
        economic_activity=known.economic_activity,
        asked=asked,
    )

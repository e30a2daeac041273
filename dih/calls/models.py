"""Calls as versioned data: a published version never changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from dih.calls.vocabulary import CallMethod, CallStatus
from dih.extensions.database import Choice, Model, choice_check
from dih.taxonomy.vocabulary import TargetGroup


class Call(Model):
    """An intake window. What it says is in its versions; dates are those of the current version."""

    __tablename__ = "call"
    __table_args__ = (CheckConstraint(choice_check("status", CallStatus), name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    status: Mapped[CallStatus] = mapped_column(Choice(CallStatus), default=CallStatus.DRAFT)
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("call_version.id", use_alter=True, name="fk_call_current_version_id_call_version")
    )
    created_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]


class CallVersion(Model):
    """One version: `content` is a `calls.content.CallContent`; columns repeat what lists and conditions ask for.

    `digest` names the content: equal digests, equal contents. It follows each assignment of `content`.
    """

    __tablename__ = "call_version"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("opens_at < closes_at", name="dates"),
        CheckConstraint(choice_check("target_group", TargetGroup), name="target_group"),
        CheckConstraint(choice_check("method", CallMethod), name="method"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    title: Mapped[dict[str, str]]
    target_group: Mapped[TargetGroup] = mapped_column(Choice(TargetGroup))
    method: Mapped[CallMethod] = mapped_column(Choice(CallMethod))
    opens_at: Mapped[dt.datetime]
    closes_at: Mapped[dt.datetime]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[dt.datetime | None]
    edited_at: Mapped[dt.datetime]
    lock_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": lock_version}

    @validates("content")
    def _name_content(self, _key: str, content: dict[str, Any]) -> dict[str, Any]:
        self.digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return content


class CallService(Model):
    """A service that a call version offers."""

    __tablename__ = "call_service"
    __table_args__ = (UniqueConstraint("call_version_id", "service_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_version_id: Mapped[int] = mapped_column(ForeignKey("call_version.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))

"""People, what they may do and on whose behalf. The column names of sign-in are Flask-Security's."""

from __future__ import annotations

import datetime as dt

from flask_security import UserMixin, WebAuthnMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dih.extensions.database import Choice, Json, Model, choice_check
from dih.shared.access import Role, ScopeKind


class Person(Model, UserMixin):
    """Somebody who can sign in."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="ro")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    terms_version: Mapped[str] = mapped_column(String(20), default="")
    terms_accepted_at: Mapped[dt.datetime | None]
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(Json)

    roles: list[str] = []
    webauthn: Mapped[list[Passkey]] = relationship(back_populates="person", cascade="all, delete-orphan", lazy="select")


class Passkey(Model, WebAuthnMixin):
    """A passkey (WebAuthn credential) of a person."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(1024))
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(Json)
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[dt.datetime]
    lastuse_datetime: Mapped[dt.datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))

    person: Mapped[Person] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, str]:
        return {"id": str(self.user_id)}


class Membership(Model):
    """A role of a person in a scope: an organisation, a partner, or the hub (scope_id 0)."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "scope_kind", "scope_id"),
        Index("ix_membership_scope", "scope_kind", "scope_id", "role"),
        CheckConstraint(choice_check("role", Role), name="role"),
        CheckConstraint(choice_check("scope_kind", ScopeKind), name="scope_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(Choice(Role))
    scope_kind: Mapped[ScopeKind] = mapped_column(Choice(ScopeKind))
    scope_id: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class Deputy(Model):
    """A person who may act in another's membership from one day to another, both included."""

    __tablename__ = "deputy"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]

    membership: Mapped[Membership] = relationship(lazy="raise")


class Invitation(Model):
    """An e-mail address invited into a role; accepted by the person who signs in with it."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(choice_check("role", Role), name="role"),
        CheckConstraint(choice_check("scope_kind", ScopeKind), name="scope_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(255), index=True)
    role: Mapped[Role] = mapped_column(Choice(Role))
    scope_kind: Mapped[ScopeKind] = mapped_column(Choice(ScopeKind))
    scope_id: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]

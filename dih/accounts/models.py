"""People, what they may do and on whose behalf. The column names of sign-in are Flask-Security's."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from flask_security import UserMixin, WebAuthnMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from dih.accounts.rules import searchable
from dih.extensions.database import Choice, Json, Model, choice_check
from dih.shared.access import HUB_ROLES, ORGANISATION_ROLES, PARTNER_ROLES, Role, ScopeKind


def _roles_in(kind: ScopeKind, roles: frozenset[Role]) -> str:
    listed = ", ".join(f"'{role.value}'" for role in sorted(roles))
    return f"(scope_kind = '{kind.value}' AND role IN ({listed}))"


ROLE_FITS_SCOPE = " OR ".join(
    (
        _roles_in(ScopeKind.ORGANISATION, ORGANISATION_ROLES),
        _roles_in(ScopeKind.PARTNER, PARTNER_ROLES),
        _roles_in(ScopeKind.HUB, HUB_ROLES),
    )
)


class Person(Model, UserMixin):
    """Somebody who can sign in. The e-mail address is kept in lower case."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("ix_person_search_name", "search_name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="ro")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)  # type: ignore[assignment]
    confirmed_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    terms_version: Mapped[str] = mapped_column(String(20), default="")
    terms_accepted_at: Mapped[dt.datetime | None]
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(Json.copy()))

    roles: ClassVar[list[Any]] = []  # type: ignore[misc]
    """Flask-Security's own roles are not used: what a person may do follows from memberships."""
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        back_populates="person", cascade="all, delete-orphan", lazy="select"
    )

    @validates("name")
    def _also_searchable(self, _key: str, name: str) -> str:
        self.search_name = searchable(name)
        return name


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

    @validates("device_type")
    def _as_text(self, _key: str, kind: str) -> str:
        return str(getattr(kind, "value", kind))

    def get_user_mapping(self) -> dict[str, int]:
        return {"id": self.user_id}


class Scope(Model):
    """The name of an organisation or a partner, told by its own room, so that roles can be shown and found by it."""

    __tablename__ = "scope"
    __table_args__ = (
        CheckConstraint(choice_check("kind", ScopeKind), name="kind"),
        Index("ix_scope_search_name", "search_name"),
    )

    kind: Mapped[ScopeKind] = mapped_column(Choice(ScopeKind), primary_key=True)
    scope_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(250))
    search_name: Mapped[str] = mapped_column(String(250))

    @validates("name")
    def _also_searchable(self, _key: str, name: str) -> str:
        self.search_name = searchable(name)
        return name


class Membership(Model):
    """A role of a person in a scope: an organisation, a partner, or the hub (scope_id 0)."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "scope_kind", "scope_id"),
        Index("ix_membership_scope", "scope_kind", "scope_id", "role"),
        CheckConstraint(ROLE_FITS_SCOPE, name="role_fits_scope"),
        CheckConstraint("scope_kind <> 'hub' OR scope_id = 0", name="hub_is_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(Choice(Role))
    scope_kind: Mapped[ScopeKind] = mapped_column(Choice(ScopeKind))
    scope_id: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


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


class Invitation(Model):
    """An e-mail address invited into a role; accepted by the person who signs in with it and holds the mailed link."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(ROLE_FITS_SCOPE, name="role_fits_scope"),
        Index("ix_invitation_scope", "scope_kind", "scope_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(255), index=True)
    language: Mapped[str] = mapped_column(String(2), default="ro")
    role: Mapped[Role] = mapped_column(Choice(Role))
    scope_kind: Mapped[ScopeKind] = mapped_column(Choice(ScopeKind))
    scope_id: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]
    withdrawn_at: Mapped[dt.datetime | None]


class KeptForm(Model):
    """What somebody sent after the session had ended: kept until it is sent again after the sign-in, or a day."""

    __tablename__ = "kept_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(String(500))
    fields: Mapped[list[Any]]
    with_files: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(index=True)

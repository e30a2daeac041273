"""Who is linked with whom, and the register of aid. Grants and what became of them are written once, never changed."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from dih.aid.vocabulary import GrantOrigin, GrantStatus, LinkKind, PartyKind
from dih.extensions.database import Cents, Choice, Model, choice_check
from dih.organisations.models import FiguresOfYear


class Enterprise(Model):
    """A party to links and grants. Its row is what the gate locks, so each party to a grant has one.

    `number` is the CUI (digits only); abroad it is the country's code and the number of its register. The organisation
    of the platform with this CUI is the same party, whenever it registers: its own name and legal nature then prevail.
    """

    __tablename__ = "enterprise"
    __table_args__ = (CheckConstraint(choice_check("kind", PartyKind), name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(250))
    kind: Mapped[PartyKind] = mapped_column(Choice(PartyKind), default=PartyKind.ENTERPRISE)
    created_at: Mapped[dt.datetime]


class EnterpriseLink(Model):
    """`holder` holds or controls `held` from one day to another, both included; an end left open is None.

    `percent_e4` is the percent of votes in ten-thousandths (500001 is 50.0001 %). What people of `organisation_id`
    state counts once a manager has confirmed it: nobody fills the window of another by a word. A link entered by
    mistake is struck: it counts for nothing and stays to be read.
    """

    __tablename__ = "enterprise_link"
    __table_args__ = (
        CheckConstraint(choice_check("kind", LinkKind), name="kind"),
        CheckConstraint("holder_id <> held_id", name="two_parties"),
        CheckConstraint("(kind = 'votes') = (percent_e4 IS NOT NULL)", name="percent"),
        CheckConstraint("percent_e4 BETWEEN 0 AND 1000000", name="percent_range"),
        CheckConstraint("since IS NULL OR until IS NULL OR since <= until", name="days"),
        Index("ix_enterprise_link_holder", "holder_id"),
        Index("ix_enterprise_link_held", "held_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    held_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    kind: Mapped[LinkKind] = mapped_column(Choice(LinkKind))
    percent_e4: Mapped[int | None]
    since: Mapped[dt.date | None]
    until: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(String(300), default="")
    stated_at: Mapped[dt.datetime]
    stated_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    confirmed_at: Mapped[dt.datetime | None]
    struck_at: Mapped[dt.datetime | None]


class EnterpriseFigures(FiguresOfYear, Model):
    """Size figures of one closed year of a party that is no organisation of the platform.

    `organisation_id` is the organisation whose people entered them, None where a manager did.
    """

    __tablename__ = "enterprise_figures"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "year"),
        CheckConstraint("staff >= 0 AND turnover_cents >= 0 AND balance_cents >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    entered_at: Mapped[dt.datetime]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))


class AidGrant(Model):
    """One grant of aid: by this hub for an application, declared with a document, or imported. Append-only.

    `minor` are hundredths of `currency`, as granted; what it is in euro stands in its first entry, by `rate_micros`
    (millionths of the currency for one euro) of `rate_day`, as `rate_source` published it.
    `external_key` names an imported grant, so that a file read twice counts once.
    """

    __tablename__ = "aid_grant"
    __table_args__ = (
        CheckConstraint(choice_check("origin", GrantOrigin), name="origin"),
        CheckConstraint("(origin = 'hub') = (application_id IS NOT NULL)", name="hub"),
        CheckConstraint("(origin = 'declared') = (file_id IS NOT NULL)", name="declared"),
        CheckConstraint("(origin = 'imported') = (external_key IS NOT NULL)", name="imported"),
        CheckConstraint("minor > 0 AND rate_micros > 0", name="amount"),
        Index("ix_aid_grant_enterprise", "enterprise_id", "basis"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    basis: Mapped[str] = mapped_column(String(40))
    origin: Mapped[GrantOrigin] = mapped_column(Choice(GrantOrigin))
    member_state: Mapped[str] = mapped_column(String(2))
    authority: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(100))
    minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    rate_micros: Mapped[int] = mapped_column(BigInteger)
    rate_day: Mapped[dt.date]
    rate_source: Mapped[str] = mapped_column(String(100), default="")
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), unique=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    external_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class AidEntry(Model):
    """What a grant is from this entry on; the one with the highest `number` holds. Append-only.

    `day` is the day on which it counts as granted (of a pending one: reserved), `amount_cents` the aid in euro.
    Of two people who change a grant at the same moment the unique number lets one through.
    """

    __tablename__ = "aid_entry"
    __table_args__ = (
        UniqueConstraint("grant_id", "number"),
        CheckConstraint(choice_check("status", GrantStatus), name="status"),
        CheckConstraint("amount_cents >= 0 AND (status <> 'withdrawn' OR amount_cents = 0)", name="amount"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("aid_grant.id"))
    number: Mapped[int]
    status: Mapped[GrantStatus] = mapped_column(Choice(GrantStatus))
    day: Mapped[dt.date]
    amount_cents: Mapped[int] = mapped_column(Cents)
    at: Mapped[dt.datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

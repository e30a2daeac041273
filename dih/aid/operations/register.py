"""The register of aid: reserved at approval, granted at acceptance, reduced, restored, withdrawn; and earlier aid."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select

from dih.aid import queries, rules
from dih.aid.earlier import Earlier
from dih.aid.legal_bases import basis_on
from dih.aid.models import AidEntry, AidGrant, Enterprise
from dih.aid.operations import entries
from dih.aid.operations.locking import hold, party_of_organisation
from dih.aid.queries import Graph
from dih.aid.reasons import refusal
from dih.aid.rules import NewGrant
from dih.aid.vocabulary import SIZE_LABELS, GrantOrigin, GrantStatus, SizeClass
from dih.documents import operations as documents
from dih.documents.storage import Received
from dih.extensions.database import db
from dih.organisations import queries as organisations
from dih.shared import clock, rates, texts
from dih.shared.access import Actor, Permission
from dih.shared.currency import EURO, MICROS
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Problem
from dih.shared.wording import N_, Text

AUTHORITY = "DIH4Society"


@dataclass(frozen=True, slots=True)
class Award:
    """The aid that an application brings: to whom, on which basis, how much of which cost, in cents."""

    application_id: int
    organisation_id: int
    reference: str
    basis: str
    amount_cents: int
    cost_cents: int


def reserve(award: Award, actor: Actor, now: dt.datetime) -> None:
    """Reserves the aid of an application that is being approved: from now on it counts.

    Nothing happens where the money is no State aid. Raises BrokenRule when it does not fit today: by how much, when it
    will, and which grants fill the window. Holds every member of the undertaking until the commit.
    """
    if not _is_aid(award, now):
        return
    tied = _gate(award, clock.day_of(now), now)
    _open(award, tied, GrantStatus.PENDING, actor, now)


def grant(award: Award, actor: Actor, now: dt.datetime) -> None:
    """Grants the aid of an application on the day on which the right to it arises, checked again as of this day.

    Raises BrokenRule like `reserve`; what was reserved stays so.
    """
    if not _is_aid(award, now):
        return
    tied = _gate(award, clock.day_of(now), now)
    held = _of_application(award.application_id)
    if held is None:
        _open(award, tied, GrantStatus.GRANTED, actor, now)
    else:
        entries.enter(held, "grant", clock.day_of(now), award.amount_cents, actor, now)


def settle(application_id: int, amount_cents: int, actor: Actor, now: dt.datetime) -> None:
    """Reduces the aid of an application to what the confirmed delivery bore, where the legal basis says so."""
    held = _of_application(application_id)
    if held is None or held[1].status is not GrantStatus.GRANTED or amount_cents >= held[1].amount_cents:
        return
    grant_, entry = held
    if basis_on(grant_.basis, entry.day).follows_delivery:
        entries.enter(held, "reduce", entry.day, amount_cents, actor, now)


def restore(award: Award, actor: Actor, now: dt.datetime) -> None:
    """Raises the aid of an application again to what was granted: the confirmation that reduced it is taken back.

    It counts as of the day of granting, as before. Raises BrokenRule like `reserve` where others took the room since.
    """
    held = _of_application(award.application_id)
    if held is None or held[1].status is not GrantStatus.GRANTED or award.amount_cents <= held[1].amount_cents:
        return
    _gate(award, held[1].day, now)
    entries.enter(held, "restore", held[1].day, award.amount_cents, actor, now)


def withdraw(application_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Takes back the aid of an application whose voucher was refused, cancelled or has lapsed: it counts no longer."""
    held = _of_application(application_id)
    if held is not None and held[1].status is not GrantStatus.WITHDRAWN:
        entries.enter(held, "withdraw", held[1].day, 0, actor, now, reason)


def declare(
    organisation_id: int, member_id: int | None, earlier: Earlier, file: Received, actor: Actor, now: dt.datetime
) -> None:
    """Enters aid that somebody else granted to an organisation or to a member of its undertaking, with the document
    that proves it. It counts at once.

    Holds every member, so that it cannot slip in beside an approval. Raises NotFound for who is no member, BrokenRule
    where no rate of its currency is known.
    """
    own_id = party_of_organisation(organisation_id, now)
    enterprise_id = own_id if member_id is None else member_id
    if enterprise_id not in hold({own_id}).members(own_id, clock.day_of(now)):
        raise NotFound
    file_id = documents.keep(file, actor, now)
    _enter_earlier(enterprise_id, earlier, GrantOrigin.DECLARED, actor, now, file_id=file_id)


def bring_in(enterprise_id: int, earlier: Earlier, actor: Actor, now: dt.datetime) -> None:
    """The same for a line of another hub's file. The caller holds the undertaking."""
    key = earlier.key_for(db.session.get_one(Enterprise, enterprise_id).number)
    _enter_earlier(enterprise_id, earlier, GrantOrigin.IMPORTED, actor, now, external_key=key)


def strike(grant_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager takes out aid that was declared or imported by mistake. Raises BrokenRule without a reason, NotFound.

    What this hub granted follows its voucher and is not struck by hand. Raises Stale when it is out already.
    """
    if not actor.may(Permission.MANAGE_AID):
        raise Forbidden
    why = texts.needed(reason, "reason", N_("Say why this aid does not count."))
    here = (AidGrant.uuid == grant_uuid, AidGrant.origin != GrantOrigin.HUB)
    enterprise_id = db.session.scalar(select(AidGrant.enterprise_id).where(*here))
    if enterprise_id is None:
        raise NotFound
    hold({enterprise_id})
    held = entries.find(*here)
    if held is None:
        raise NotFound
    entries.enter(held, "strike", held[1].day, 0, actor, now, why, by=actor)


def _is_aid(award: Award, now: dt.datetime) -> bool:
    ceiling = basis_on(award.basis, clock.day_of(now)).ceiling_cents
    return ceiling is not None and award.amount_cents > 0


def _gate(award: Award, day: dt.date, now: dt.datetime) -> Graph:
    """Holds the undertaking and returns it when the aid fits as granted on `day`; raises BrokenRule when not."""
    party_id = party_of_organisation(award.organisation_id, now)
    tied = hold({party_id})
    if queries.stated(award.organisation_id):
        raise BrokenRule.because(
            N_(
                "%(reference)s: links with other enterprises were stated that the hub has not looked at yet. "
                "A manager confirms or strikes them first."
            ),
            reference=award.reference,
        )
    party = tied.parties[party_id]
    _check_size(award, tied, day)
    rows = [row for row in queries.grants_of(tied.tied) if row.application_id != award.application_id]
    new = NewGrant(party.label, day, award.amount_cents, award.cost_cents)
    check = queries.checked(award.basis, new, tied, rows)
    if not check.allowed:
        first = Text(
            N_("%(reference)s: the aid for %(name)s does not fit."),
            {"reference": award.reference, "name": party.name},
        )
        raise BrokenRule(*(Problem("", text) for text in (first, *refusal(check))))
    return tied


def _check_size(award: Award, tied: Graph, day: dt.date) -> None:
    """Refuses who is too large for a legal basis that is not for every size, and whose size is not known."""
    basis = basis_on(award.basis, day)
    if basis.sizes == frozenset(SizeClass):
        return
    found = queries.size_within(tied, organisations.by_id(award.organisation_id), day)
    if found.wanted:
        raise BrokenRule(*(Problem("", text) for text in found.wanted))
    if found.size is None:
        raise BrokenRule.because(
            N_(
                "%(reference)s: this legal basis (%(source)s) is not for every size, and no size figures are given. "
                "The organisation enters its staff, turnover and balance sheet first."
            ),
            reference=award.reference,
            source=basis.source,
        )
    if found.size not in basis.sizes:
        raise BrokenRule.because(
            N_("%(reference)s: a %(size)s gets no aid on this legal basis (%(source)s)."),
            reference=award.reference,
            size=Text(SIZE_LABELS[found.size]),
            source=basis.source,
        )


def _open(award: Award, tied: Graph, status: GrantStatus, actor: Actor, now: dt.datetime) -> None:
    day = clock.day_of(now)
    grant_ = AidGrant(
        enterprise_id=next(iter(tied.start)),
        basis=award.basis,
        origin=GrantOrigin.HUB,
        member_state=rules.MEMBER_STATE,
        authority=AUTHORITY,
        reference=award.reference,
        minor=award.amount_cents,
        currency=EURO,
        rate_micros=MICROS,
        rate_day=day,
        application_id=award.application_id,
        created_at=now,
        created_by=actor.person_id,
    )
    action = "aid_reserve" if status is GrantStatus.PENDING else "aid_grant"
    entries.first(grant_, status, day, award.amount_cents, action, actor, now)


def _enter_earlier(
    enterprise_id: int, earlier: Earlier, origin: GrantOrigin, actor: Actor, now: dt.datetime, **more: object
) -> None:
    value = rates.to_euro(earlier.minor, earlier.currency, earlier.day)
    grant_ = AidGrant(
        enterprise_id=enterprise_id,
        basis=earlier.basis,
        origin=origin,
        member_state=earlier.member_state,
        authority=earlier.authority,
        reference=earlier.reference,
        minor=value.minor,
        currency=value.rate.currency,
        rate_micros=value.rate.micros,
        rate_day=value.rate.day,
        rate_source=value.rate.source,
        created_at=now,
        created_by=actor.person_id,
        **more,
    )
    entries.first(grant_, GrantStatus.GRANTED, earlier.day, value.cents, f"aid_{origin.value}", actor, now)


def _of_application(application_id: int) -> tuple[AidGrant, AidEntry] | None:
    return entries.find(AidGrant.application_id == application_id)

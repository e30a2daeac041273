"""Links between enterprises: stated, ended, struck. Whoever changes one holds both undertakings that it joins."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select

from dih.aid.earlier import LinkStated
from dih.aid.models import Enterprise, EnterpriseLink
from dih.aid.operations.locking import enrol_beside, hold
from dih.extensions.database import db
from dih.shared import audit, clock, texts
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.wording import N_


def state_link(organisation_id: int, member_id: int | None, stated: LinkStated, actor: Actor, now: dt.datetime) -> None:
    """Enters a link of an organisation, or of a member of its undertaking, with another enterprise.

    What a manager enters counts at once, what the organisation states once a manager confirms it. Aid that both got
    already stays lawful; new aid looks at both. Raises NotFound for who is no member, BrokenRule for a party with
    itself and where the same link stands already on one of its days.
    """
    own_id, other_id = enrol_beside(organisation_id, stated.other, now)
    enterprise_id = own_id if member_id is None else member_id
    own_number = db.session.scalar(select(Enterprise.number).where(Enterprise.id == enterprise_id))
    if own_number == stated.other.number:
        raise BrokenRule.because(N_("A link needs two enterprises: this is the same one."), "number")
    if enterprise_id not in hold({own_id, other_id}).tied:
        raise NotFound
    holder, held = (other_id, enterprise_id) if stated.other_holds else (enterprise_id, other_id)
    if _stands(holder, held, stated):
        raise BrokenRule.because(N_("This link is entered already. End the old one first if it has changed."), "number")
    by_manager = actor.may(Permission.MANAGE_AID)
    link = EnterpriseLink(
        holder_id=holder,
        held_id=held,
        kind=stated.kind,
        percent_e4=stated.percent_e4,
        since=stated.since,
        until=stated.until,
        note=stated.note,
        stated_at=now,
        stated_by=actor.person_id,
        organisation_id=None if by_manager else organisation_id,
        confirmed_at=now if by_manager else None,
    )
    db.session.add(link)
    db.session.flush()
    _record(link, "link_stated", actor, now)


def confirm_link(link_id: int, actor: Actor, now: dt.datetime) -> None:
    """A manager confirms what an organisation stated: it counts from now on. Raises NotFound, Stale, Forbidden."""
    link = _locked(link_id, actor)
    if link.confirmed_at is not None:
        raise Stale
    link.confirmed_at = now
    _record(link, "link_confirmed", actor, now)


def end_link(link_id: int, until: dt.date, actor: Actor, now: dt.datetime) -> None:
    """Ends a link with its last day. Raises BrokenRule for a day before its first or after today, NotFound, Stale."""
    link = _locked(link_id, actor)
    if until > clock.day_of(now) or (link.since and until < link.since):
        raise BrokenRule.because(N_("Choose a day from its first day to today."), "until")
    link.until = until
    _record(link, "link_ended", actor, now)


def strike_link(link_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Takes out a link that was entered by mistake. Raises BrokenRule without a reason, NotFound, Stale."""
    why = texts.needed(reason, "reason", N_("Say why this link does not count."))
    link = _locked(link_id, actor)
    link.struck_at = now
    _record(link, "link_struck", actor, now, why)


def _locked(link_id: int, actor: Actor) -> EnterpriseLink:
    if not actor.may(Permission.MANAGE_AID):
        raise Forbidden
    link = db.session.get(EnterpriseLink, link_id)
    if link is None:
        raise NotFound
    hold({link.holder_id, link.held_id})
    db.session.refresh(link)
    if link.struck_at is not None:
        raise Stale
    return link


def _stands(holder: int, held: int, stated: LinkStated) -> bool:
    same = select(EnterpriseLink.id).where(
        EnterpriseLink.holder_id == holder,
        EnterpriseLink.held_id == held,
        EnterpriseLink.kind == stated.kind,
        EnterpriseLink.struck_at.is_(None),
    )
    if stated.since is not None:
        same = same.where(or_(EnterpriseLink.until.is_(None), EnterpriseLink.until >= stated.since))
    if stated.until is not None:
        same = same.where(or_(EnterpriseLink.since.is_(None), EnterpriseLink.since <= stated.until))
    return db.session.scalar(same.limit(1)) is not None


def _record(link: EnterpriseLink, action: str, actor: Actor, now: dt.datetime, reason: str = "") -> None:
    audit.record(
        actor,
        now,
        ("enterprise_link", link.id),
        action,
        after={
            "holder_id": link.holder_id,
            "held_id": link.held_id,
            "kind": link.kind.value,
            "percent_e4": link.percent_e4,
            "since": link.since.isoformat() if link.since else None,
            "until": link.until.isoformat() if link.until else None,
        },
        reason=reason,
    )

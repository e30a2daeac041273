"""Verbs about organisations: entering one, changing its data, asking to join it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from dih.accounts.operations import grant_membership, name_scope
from dih.accounts.queries import account_of, mail_recipients
from dih.extensions.database import db
from dih.organisations import emails
from dih.organisations.figures import YearFigures, as_row, from_row
from dih.organisations.models import Organisation, SizeFigures
from dih.organisations.queries import FIGURES, facts_of, id_of_cui
from dih.organisations.rules import OrganisationFacts
from dih.shared import audit
from dih.shared.access import Actor, Permission, Role, ScopeKind
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Problem, Stale
from dih.shared.wording import N_, Text


class AlreadyEntered(BrokenRule):
    """The CUI is in the platform already: the person asks its owner to be invited."""

    def __init__(self) -> None:
        super().__init__(Problem("cui", Text(N_("This organisation is in the platform already."))))


def enter(
    facts: OrganisationFacts,
    figures: Sequence[YearFigures],
    actor: Actor,
    now: dt.datetime,
    *,
    for_applicant: bool = False,
) -> tuple[int, int | None]:
    """Enters an organisation; returns its id and the id of the actor's new membership as owner.

    Staff enter one `for_applicant` and own nothing of it: the second id is None then. Raises AlreadyEntered for a CUI
    that is known, Forbidden for staff who may not.
    """
    if for_applicant and not actor.may(Permission.ENTER_FOR_APPLICANT):
        raise Forbidden
    if id_of_cui(facts.cui) is not None:
        raise AlreadyEntered
    organisation = Organisation(uuid=uuid.uuid4(), created_at=now, **asdict(facts))
    try:
        with db.session.begin_nested():
            db.session.add(organisation)
            db.session.flush()
    except IntegrityError:
        raise AlreadyEntered from None
    _write_figures(organisation.id, figures)
    name_scope(ScopeKind.ORGANISATION, organisation.id, facts.name)
    audit.record(
        actor,
        now,
        ("organisation", organisation.id),
        "organisation_entered",
        after=asdict(facts) | {"for_applicant": for_applicant},
    )
    if for_applicant or actor.person_id is None:
        return organisation.id, None
    membership = grant_membership(actor.person_id, Role.OWNER, ScopeKind.ORGANISATION, organisation.id, actor, now)
    return organisation.id, membership


def change(
    organisation_id: int,
    version: int,
    facts: OrganisationFacts,
    figures: Sequence[YearFigures],
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Changes an organisation's data; `figures` replace those of their own years. The CUI stays as it was entered.

    Raises NotFound outside the actor's reach, Stale when somebody else changed it after `version` was read.
    """
    own = actor.organisation_id == organisation_id and actor.may(Permission.EDIT_OWN_ORGANISATION)
    if not own and not actor.may(Permission.ENTER_FOR_APPLICANT):
        raise NotFound
    organisation = db.session.scalar(select(Organisation).where(Organisation.id == organisation_id).with_for_update())
    if organisation is None:
        raise NotFound
    if organisation.version != version:
        raise Stale
    before, wanted = asdict(facts_of(organisation)), asdict(facts) | {"cui": organisation.cui}
    figures_before = _figures_of(organisation_id)
    changed = [name for name in wanted if wanted[name] != before[name]]
    if not changed and all(figures_before.get(year.year) == year for year in figures):
        return
    for name in changed:
        setattr(organisation, name, getattr(facts, name))
    flag_modified(organisation, "name")
    _write_figures(organisation_id, figures)
    if "name" in changed:
        name_scope(ScopeKind.ORGANISATION, organisation_id, facts.name)
    audit.record(
        actor,
        now,
        ("organisation", organisation_id),
        "organisation_changed",
        before={name: before[name] for name in changed} | _told(figures_before.get(year.year) for year in figures),
        after={name: wanted[name] for name in changed} | _told(figures),
    )


def ask_to_join(cui: str, actor: Actor, now: dt.datetime) -> None:
    """Writes to the owners of the organisation with this CUI that the actor would like to be invited.

    One that staff entered has no owner yet: then the administrators read it and give the role. Raises NotFound for an
    unknown CUI. Who the owners are is not told to the one who asks.
    """
    organisation_id = id_of_cui(cui)
    if organisation_id is None:
        raise NotFound
    asking = account_of(actor.person_id)
    name = db.session.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one()
    owners = mail_recipients(ScopeKind.ORGANISATION, organisation_id, [Role.OWNER])
    for address, language, owner in owners:
        emails.asks_to_join(address, language, owner, name, asking.name, asking.email, now)
    for to in [] if owners else mail_recipients(ScopeKind.HUB, 0, [Role.ADMINISTRATOR]):
        emails.asks_to_own(*to, name, asking.id, asking.name, asking.email, now)
    audit.record(actor, now, ("organisation", organisation_id), "asked_to_join", after={"person_id": asking.id})


def _write_figures(organisation_id: int, figures: Sequence[YearFigures]) -> None:
    years = [year.year for year in figures]
    db.session.execute(
        delete(SizeFigures).where(SizeFigures.organisation_id == organisation_id, SizeFigures.year.in_(years))
    )
    db.session.add_all(SizeFigures(organisation_id=organisation_id, **as_row(year)) for year in figures)
    db.session.flush()


def _figures_of(organisation_id: int) -> dict[int, YearFigures]:
    rows = db.session.execute(select(*FIGURES).where(SizeFigures.organisation_id == organisation_id))
    return {row.year: from_row(row) for row in rows}


def _told(figures: Any) -> dict[str, Any]:
    return {f"figures_{year.year}": [year.staff, year.turnover_cents, year.balance_cents] for year in figures if year}

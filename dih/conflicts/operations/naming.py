"""The applicant names an institution whose people must not work on its case."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, select

from dih.conflicts import rules
from dih.conflicts.models import NamedInstitution
from dih.conflicts.operations.finding import find_for
from dih.conflicts.operations.leaving import leave_a_manager
from dih.conflicts.queries import facts
from dih.conflicts.rules import CaseFacts
from dih.extensions.database import db
from dih.partners.models import Partner
from dih.shared import audit, clock
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden
from dih.shared.wording import N_


def name_institution(partner_id: int, case: CaseFacts, note: str, actor: Actor, now: dt.datetime) -> None:
    """Everybody who works for the partner is in conflict with the application from now on, and who joins it later.

    The caller has made sure that the application is the actor's. Raises BrokenRule for what is missing or said before,
    and when no manager would be left.
    """
    if actor.organisation_id != case.organisation_id or not actor.may(Permission.SUBMIT_APPLICATION):
        raise Forbidden
    note = rules.note_given(note)
    left = facts.managers_left(case.organisation_id, clock.day_of(now))
    if db.session.get(Partner, partner_id) is None:
        raise BrokenRule.because(N_("Choose a person or an institution from the list."), "person")
    same = exists().where(
        NamedInstitution.application_id == case.application_id, NamedInstitution.partner_id == partner_id
    )
    if db.session.scalar(select(same)):
        raise BrokenRule.because(N_("You have named this institution already."), "person")
    named = NamedInstitution(
        application_id=case.application_id, partner_id=partner_id, note=note, named_by=actor.person_id, named_at=now
    )
    db.session.add(named)
    db.session.flush()
    audit.record(
        actor,
        now,
        ("named_institution", named.id),
        "institution_named",
        after={"partner_id": partner_id},
        application_id=case.application_id,
    )
    find_for(case, facts.staff_of(partner_id), now)
    leave_a_manager(left, case.organisation_id, now)

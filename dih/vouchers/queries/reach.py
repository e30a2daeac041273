"""Whose voucher it is."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, false, true

from dih.applications.models import Application
from dih.conflicts.queries import in_conflict
from dih.shared.access import Actor, Permission
from dih.vouchers.models import Voucher


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The WHERE clause of what an actor may read, on Voucher joined to Application.

    People of an organisation reach its own vouchers, a partner's coordinators and deliverers those it delivers,
    managers and auditors all.
    """
    if actor.may(Permission.SEE_ALL):
        return true()
    if actor.organisation_id is not None and actor.may(Permission.SEE_OWN_APPLICATIONS):
        return Application.organisation_id == actor.organisation_id
    if actor.partner_id is not None and actor.may(Permission.SEE_ROUTED):
        return Voucher.partner_id == actor.partner_id
    return false()


def no_conflict(actor: Actor, day: dt.date) -> ColumnElement[bool]:
    """The WHERE clause that leaves out cases in which the actor has a conflict of interest.

    It bars in every staff role, the auditor's too: neither the beneficiary's people nor the platform.
    """
    if actor.organisation_id is not None or actor.person_id is None:
        return true()
    return ~in_conflict(actor.person_id, day, Application.id, Application.organisation_id)

"""The State aid that applications bring, for lists: one figure each, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from dih.aid import queries as aid
from dih.aid.legal_bases import codes_with_ceiling
from dih.applications.models import Application, RequestedService
from dih.applications.queries import facts_of
from dih.applications.rules.money import aid_cents
from dih.calls import eligibility
from dih.calls import queries as calls
from dih.extensions.database import db
from dih.organisations import queries as organisations


def aid_asked(application_ids: Collection[int], day: dt.date) -> dict[int, int]:
    """Cents of aid by application on `day`; one without State aid, or without a fitting money rule, brings none."""
    prices: dict[int, list[int]] = defaultdict(list)
    asked = select(RequestedService.application_id, RequestedService.price_cents).where(
        RequestedService.application_id.in_(application_ids)
    )
    for application_id, cents in db.session.execute(asked):
        prices[application_id].append(cents)
    rows = db.session.execute(
        select(Application.id, Application.organisation_id, Application.call_version_id).where(
            Application.id.in_(application_ids)
        )
    ).all()
    versions = calls.versions(sorted({row.call_version_id for row in rows}))
    known = organisations.by_ids({row.organisation_id for row in rows})
    sizes = aid.sizes(known.values(), day)
    with_ceiling, found = codes_with_ceiling(), {}
    for row in rows:
        facts = facts_of(known[row.organisation_id], sizes[row.organisation_id], {})
        rule = eligibility.money_rule(versions[row.call_version_id].content, facts)
        brings = rule is not None and rule.legal_basis in with_ceiling
        found[row.id] = sum(aid_cents(cents, rule) for cents in prices[row.id]) if rule is not None and brings else 0
    return found

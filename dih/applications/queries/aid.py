"""The aid that an application brings, and whether it fits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from dih.aid import queries as aid
from dih.aid.queries import Advice
from dih.applications.models import RequestedService
from dih.applications.queries.contents import Contents, Named, facts_of
from dih.applications.rules.money import aid_cents
from dih.calls import eligibility
from dih.calls import queries as calls
from dih.calls.content import CallContent
from dih.extensions.database import db
from dih.organisations import queries as organisations
from dih.organisations.queries import OrganisationView


def aid_advice(application: Named, content: CallContent, whole: Contents, day: dt.date) -> Advice | None:
    """Whether the aid of an application fits on `day`; None where none is asked for or the money is not known yet."""
    return _advice(application, content, whole.organisation, [one.price_cents for one in whole.services], day)


def aid_of(application: Named, day: dt.date) -> Advice | None:
    """The same by the application alone. The caller has made sure that it may be read."""
    call = calls.version(application.call_version_id)
    if call is None:
        return None
    asked = select(RequestedService.price_cents).where(RequestedService.application_id == application.id)
    organisation = organisations.by_id(application.organisation_id)
    return _advice(application, call.content, organisation, db.session.scalars(asked).all(), day)


def _advice(
    application: Named, content: CallContent, organisation: OrganisationView, prices: Sequence[int], day: dt.date
) -> Advice | None:
    rule = eligibility.money_rule(content, facts_of(organisation, {}))
    if rule is None:
        return None
    amount = sum(aid_cents(price, rule) for price in prices)
    return aid.advice(organisation, rule.legal_basis, amount, sum(prices), day, application.id)

"""The aid that an application brings, and whether it fits."""

from __future__ import annotations

import datetime as dt

from dih.aid import queries as aid
from dih.aid.queries import Advice
from dih.applications.queries.contents import Contents, Named, contents_of
from dih.applications.rules.money import aid_cents, total
from dih.calls import eligibility
from dih.calls import queries as calls
from dih.calls.content import CallContent


def aid_advice(application: Named, content: CallContent, whole: Contents, day: dt.date) -> Advice | None:
    """Whether the aid of an application fits on `day`; None where none is asked for or the money is not known yet."""
    rule = eligibility.money_rule(content, whole.facts)
    if rule is None:
        return None
    wanted = whole.draft.services
    amount = sum(aid_cents(one.price_cents, rule) for one in wanted)
    return aid.advice(whole.organisation, rule.legal_basis, amount, total(wanted), day, application.id)


def aid_of(application: Named, day: dt.date) -> Advice | None:
    """The same by the application alone. The caller has made sure that it may be read."""
    call = calls.version(application.call_version_id)
    return aid_advice(application, call.content, contents_of(application), day) if call else None

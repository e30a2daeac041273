"""The aid that an application brings, and whether it fits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from dih.aid import queries as aid
from dih.aid.queries import Advice, Asked
from dih.aid.whole_size import WholeSize
from dih.applications.queries.contents import Contents, Named, facts_of
from dih.applications.rules.money import aid_cents
from dih.calls import queries as calls
from dih.calls.queries import CallView
from dih.organisations import queries as organisations
from dih.organisations.queries import OrganisationView


def aid_advice(application: Named, call: CallView, whole: Contents, day: dt.date) -> Advice | None:
    """Whether the aid of an application fits on `day`; None where none is asked for or the money is not known yet."""
    prices = [one.price_cents for one in whole.services]
    asked = _asked(application, call, whole.organisation, whole.size, prices, day)
    return aid.advices([asked], day).get(application.id) if asked else None


def aid_asked(chosen: Sequence[Named], prices: Mapping[int, Sequence[int]], day: dt.date) -> dict[int, Asked]:
    """What of the prices (cents, by application) is aid on `day`, by id; without those that no money rule fits.

    Three queries, and one where they are of several versions of calls.
    """
    versions = calls.versions(sorted({one.call_version_id for one in chosen}))
    known = organisations.by_ids({one.organisation_id for one in chosen})
    sizes = aid.sizes(known.values(), day)
    found = {
        one.id: _asked(
            one,
            versions[one.call_version_id],
            known[one.organisation_id],
            sizes[one.organisation_id],
            prices.get(one.id, ()),
            day,
        )
        for one in chosen
    }
    return {application_id: asked for application_id, asked in found.items() if asked}


def _asked(
    application: Named,
    call: CallView,
    organisation: OrganisationView,
    size: WholeSize,
    prices: Sequence[int],
    day: dt.date,
) -> Asked | None:
    rule = calls.money_rule(call, facts_of(organisation, size, {}), day)
    if rule is None:
        return None
    amount = sum(aid_cents(price, rule) for price in prices)
    return Asked(organisation, size, rule.legal_basis, amount, sum(prices), application.id)

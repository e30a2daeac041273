"""A partner's page: what it states, what it delivers, and what of its time is promised to cases under way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dih.catalogue.queries import Filters, ServiceView, services
from dih.partners import queries as partners
from dih.partners.queries import Listed, Profile
from dih.partners.rules import Quarter
from dih.routing import offers
from dih.routing.rules import Remark
from dih.shared.access import Actor, Permission
from dih.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """`counted` are the quarters whose capacity counts for new cases; days are person-days."""

    profile: Profile
    services: Sequence[ServiceView]
    counted: Sequence[Quarter]
    counted_days: int
    promised_days: int
    remarks: Sequence[Remark]

    @property
    def free_days(self) -> int:
        """What new cases can have; negative when more is promised than stated."""
        return self.counted_days - self.promised_days


@dataclass(frozen=True, slots=True)
class Overview:
    """One partner beside the others: person-days that count for new cases, and those promised."""

    partner: Listed
    services: int
    counted_days: int
    promised_days: int

    @property
    def free_days(self) -> int:
        """What new cases can have; negative when more is promised than stated."""
        return self.counted_days - self.promised_days


def partners_overview(today: dt.date) -> list[Overview]:
    """All partners with what they can give, the lead first; seven queries."""
    found = offers.means(today)
    deliver = [partner.id for service in services() for partner in service.partners]
    return [
        Overview(partner, deliver.count(partner.id), sum(found[partner.id].stated), found[partner.id].taken_days)
        for partner in partners.partners()
    ]


def partner_page(code: str | None, actor: Actor, today: dt.date) -> PartnerPage:
    """A partner by its code for the hub, the own partner (None) for its people; six queries. Raises NotFound."""
    if code is None:
        profile = partners.profile(actor.partner_id or 0)
    else:
        profile = partners.profile_by_code(code)
    if profile is None or not (actor.may(Permission.SEE_ALL) or profile.partner.id == actor.partner_id):
        raise NotFound
    counted = offers.counted_quarters(today)
    return PartnerPage(
        profile,
        services(Filters(partner=profile.partner.code)),
        counted,
        sum(profile.capacity.get(quarter, 0) for quarter in counted),
        offers.promised().get(profile.partner.id, 0),
        offers.remarks(today).get(profile.partner.id, ()),
    )

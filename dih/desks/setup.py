"""The navigation at the top of each page: what the actor may do, in the order of work."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g

from dih.shared.access import Actor, Permission
from dih.shared.wording import N_


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the navigation."""

    label: str
    href: str
    under: tuple[str, ...] = ()
    """Where else pages of this entry lie: beginnings of addresses."""

    def holds(self, path: str) -> bool:
        """Whether the page at `path` belongs to this entry."""
        return any(f"{path}/".startswith(f"{begin}/") for begin in (self.href, *self.under))


_PUBLIC = (
    Link(N_("Services"), "/services"),
    Link(N_("Calls"), "/calls"),
    Link(N_("May I apply?"), "/eligibility"),
    Link(N_("Help"), "/help"),
)
_DESK = Link(N_("My desk"), "/desk", ("/overdue",))
_BY_PERMISSION = (
    (
        Permission.SEE_OWN_APPLICATIONS,
        Link(N_("Applications"), "/applications", ("/cases", "/vouchers", "/deliveries")),
    ),
    (Permission.SEE_OWN_ORGANISATION, Link(N_("Organisation"), "/organisation")),
    (Permission.SEE_ROUTED, Link(N_("Routed to us"), "/routing", ("/cases",))),
    (Permission.REDEEM_VOUCHER, Link(N_("Redeem a voucher"), "/vouchers/redeem")),
    (Permission.RECORD_DELIVERY, Link(N_("Deliveries"), "/deliveries")),
    (Permission.MANAGE_PARTNER, Link(N_("Partner"), "/partner")),
    (Permission.REVIEW, Link(N_("Reviews"), "/reviews", ("/conflicts",))),
    (Permission.SEE_ROUTED, Link(N_("Meetings"), "/decisions/meetings")),
    (Permission.REVIEW, Link(N_("Meetings"), "/decisions/meetings")),
    (Permission.SEE_ALL, Link(N_("Applications"), "/applications", ("/cases",))),
    (Permission.SEE_ALL, Link(N_("Routing"), "/routing", ("/partners",))),
    (Permission.SEE_ALL, Link(N_("Decisions"), "/decisions")),
    (Permission.SEE_BUDGET, Link(N_("Budget"), "/budget")),
    (Permission.SEE_ALL, Link(N_("Vouchers"), "/vouchers", ("/deliveries",))),
    (Permission.SEE_ALL, Link(N_("State aid"), "/aid")),
    (Permission.SEE_ALL, Link(N_("Payments"), "/payments")),
    (Permission.MANAGE_CALLS, Link(N_("Calls"), "/manage/calls")),
    (Permission.SEE_ALL, Link(N_("Reviews"), "/reviews/calls", ("/reviews", "/conflicts"))),
    (Permission.MANAGE_PEOPLE, Link(N_("People"), "/admin/people")),
    (Permission.MANAGE_SETTINGS, Link(N_("Settings"), "/admin/settings")),
    (Permission.SEE_AUDIT, Link(N_("Audit"), "/audit")),
)


def links(actor: Actor | None) -> list[Link]:
    """The navigation of an actor; that of the public where nobody is signed in."""
    if actor is None:
        return list(_PUBLIC)
    own = [link for permission, link in _BY_PERMISSION if actor.may(permission)]
    if not own or actor.organisation_id is not None:
        own += [link for link in _PUBLIC[:2] if link.href not in {one.href for one in own}]
    return [_DESK, *own]


def furnish(app: Flask) -> None:
    """Gives templates `navigation()`."""

    def navigation() -> list[Link]:
        return links(g.get("actor"))

    app.jinja_env.globals["navigation"] = navigation

"""The list of vouchers: an organisation's own, a partner's, or all, with its export."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, TypeVar

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import escape

from dih.partners import queries as partners
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import NotFound
from dih.shared.export import KINDS, Cents, Table
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place, row_id
from dih.shared.speech import say
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import TARGET_GROUP_LABELS, TargetGroup
from dih.vouchers import queries
from dih.vouchers.queries import Filters
from dih.vouchers.views import blueprint
from dih.vouchers.vocabulary import VOUCHER_STATUS_COLOURS, VOUCHER_STATUS_LABELS, VoucherStatus

Member = TypeVar("Member", bound=enum.StrEnum)


@blueprint.get("/vouchers")
@access.requires(Permission.SEE_ALL, Permission.SEE_ROUTED, Permission.SEE_OWN_APPLICATIONS)
def index() -> str:
    """Newest first; filters and the place in the list are in the address."""
    actor, filters = the_actor(), _filters()
    page = queries.page(actor, filters, clock.now(), place())
    everywhere = actor.may(Permission.SEE_ALL)
    return render_template(
        "vouchers/index.html",
        page=page,
        filters=filters,
        everywhere=everywhere,
        own=actor.organisation_id is not None,
        status_labels=VOUCHER_STATUS_LABELS,
        status_colours=VOUCHER_STATUS_COLOURS,
        group_labels=TARGET_GROUP_LABELS,
        partner_choices=partners.choices() if everywhere else (),
        county_choices=[(county.code, escape(county.name)) for county in terms.counties()],
        files={kind: url_for("vouchers.export", kind=kind, **_kept()) for kind in KINDS}
        if actor.may(Permission.EXPORT)
        else {},
        **beside(page),
    )


@blueprint.get("/vouchers.<kind>")
@access.requires(Permission.EXPORT)
def export(kind: str) -> Response:
    """The same rows, all of them, as CSV or XLSX."""
    if kind not in KINDS:
        raise NotFound
    heads = [_("Reference"), _("Title"), _("Organisation"), _("Partner"), _("State"), _("Since"), _("Value")]
    heads += [_("EU share"), _("National share"), _("Beneficiary's share"), _("Issued")]
    table = Table(
        "vouchers",
        [*heads, _("To be accepted by"), _("Valid up to and including")],
        (
            (
                row.reference,
                row.title,
                row.organisation,
                row.partner,
                say(VOUCHER_STATUS_LABELS[row.status]),
                row.status_since,
                *(Cents(sum_) for sum_ in (row.value_cents, row.eu_cents, row.national_cents, row.beneficiary_cents)),
                row.issued_at,
                row.accept_by,
                row.valid_until,
            )
            for row in queries.export(the_actor(), _filters(), clock.now())
        ),
    )
    write, mimetype = KINDS[kind]
    name = f"dih4society-vouchers-{clock.day_of(clock.now())}.{kind}"
    return Response(write(table), mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _kept() -> dict[str, Any]:
    names = ("status", "partner", "group", "county", "text", "ends_by")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _filters() -> Filters:
    """The filters in the address; what is none of them is passed over."""
    asked = request.args
    return Filters(
        status=_member(VoucherStatus, asked.get("status")),
        partner_id=row_id("partner"),
        target_group=_member(TargetGroup, asked.get("group")),
        county=asked.get("county", "").replace("\x00", "")[:2],
        text=asked.get("text", "").replace("\x00", "")[:100],
        ends_by=_day(asked.get("ends_by", "")),
    )


def _member(kind: type[Member], text: str | None) -> Member | None:
    return kind(text) if text in set(kind) else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None

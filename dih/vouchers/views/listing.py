"""The list of vouchers: an organisation's own, a partner's, or all, with its export."""

from __future__ import annotations

from flask import Response, render_template, url_for
from flask_babel import gettext as _
from markupsafe import escape

from dih.partners import queries as partners
from dih.shared import access, asked, clock
from dih.shared.access import Permission
from dih.shared.export import KINDS, Cents, Table
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place, rows_file
from dih.shared.speech import say
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import TARGET_GROUP_LABELS, TargetGroup
from dih.vouchers import queries
from dih.vouchers.queries import Filters
from dih.vouchers.views import blueprint
from dih.vouchers.vocabulary import VOUCHER_STATUS_COLOURS, VOUCHER_STATUS_LABELS, VoucherStatus

NAMES = ("status", "partner", "group", "county", "text", "ends_by")


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
        files={kind: url_for("vouchers.export", kind=kind, **asked.kept(*NAMES)) for kind in KINDS}
        if actor.may(Permission.EXPORT)
        else {},
        **beside(page),
    )


@blueprint.get("/vouchers.<kind>")
@access.requires(Permission.EXPORT)
def export(kind: str) -> Response:
    """The same rows, all of them, as CSV or XLSX."""
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
    return rows_file(table, kind, f"dih4society-vouchers-{clock.day_of(clock.now())}")


def _filters() -> Filters:
    """The filters in the address; what is none of them is passed over."""
    return Filters(
        status=asked.member(VoucherStatus, "status"),
        partner_id=asked.row_id("partner"),
        target_group=asked.member(TargetGroup, "group"),
        county=asked.words("county"),
        text=asked.words("text"),
        ends_by=asked.day("ends_by"),
    )

"""The list of deliveries: a partner's own, or all."""

from __future__ import annotations

from flask import render_template

from dih.delivery import queries
from dih.delivery.queries import Filters
from dih.delivery.views import blueprint
from dih.partners import queries as partners
from dih.shared import access, asked, clock
from dih.shared.access import Permission
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place
from dih.vouchers.vocabulary import VOUCHER_STATUS_COLOURS, VOUCHER_STATUS_LABELS, VoucherStatus


@blueprint.get("/deliveries")
@access.requires(Permission.RECORD_DELIVERY, Permission.SEE_ALL)
def index() -> str:
    """Under way or done; filters and the place in the list are in the address."""
    actor, now = the_actor(), clock.now()
    filters = Filters(
        done=asked.flag("done"),
        late=asked.flag("late"),
        status=asked.member(VoucherStatus, "status"),
        partner_id=asked.row_id("partner"),
    )
    page = queries.page(actor, filters, now, place())
    everywhere = actor.may(Permission.SEE_ALL)
    states = queries.DONE if filters.done else queries.UNDER_WAY
    return render_template(
        "delivery/index.html",
        page=page,
        filters=filters,
        everywhere=everywhere,
        today=clock.day_of(now),
        states=[(state, VOUCHER_STATUS_LABELS[state]) for state in states],
        status_labels=VOUCHER_STATUS_LABELS,
        status_colours=VOUCHER_STATUS_COLOURS,
        partner_choices=partners.choices() if everywhere else (),
        **beside(page),
    )

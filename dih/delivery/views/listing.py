"""The list of deliveries: a partner's own, or all."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from dih.delivery import queries
from dih.delivery.queries import Filters
from dih.delivery.views import blueprint
from dih.partners import queries as partners
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.gate import the_actor
from dih.vouchers.vocabulary import VOUCHER_STATUS_COLOURS, VOUCHER_STATUS_LABELS, VoucherStatus


@blueprint.get("/deliveries")
@access.requires(Permission.RECORD_DELIVERY, Permission.SEE_ALL)
def index() -> str:
    """Under way or done; filters and the place in the list are in the address."""
    actor, now, asked = the_actor(), clock.now(), request.args
    filters = Filters(
        done=asked.get("done") == "1",
        late=asked.get("late") == "1",
        status=VoucherStatus(asked["status"]) if asked.get("status") in list(VoucherStatus) else None,
        partner_id=_place("partner"),
    )
    page = queries.page(actor, filters, now, before=_place("before"), after=_place("after"))
    kept: dict[str, Any] = {name: asked[name] for name in ("done", "late", "status", "partner") if asked.get(name)}
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
        newer=page.newer and url_for("delivery.index", **kept, after=page.newer),
        older=page.older and url_for("delivery.index", **kept, before=page.older),
    )


def _place(name: str) -> int | None:
    """An id in the address; what the database could not hold is none."""
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= 9 else None

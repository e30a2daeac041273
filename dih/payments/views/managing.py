"""The manager's lists: payments with their export, refunds that are due, disputes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _

from dih.payments import operations, queries
from dih.payments.forms import NoteForm
from dih.payments.queries import Filters
from dih.payments.views import Page, blueprint
from dih.payments.vocabulary import (
    DISPUTE_STATE_COLOURS,
    DISPUTE_STATE_LABELS,
    METHOD_LABELS,
    PAYMENT_STATUS_COLOURS,
    PAYMENT_STATUS_LABELS,
    Method,
    PaymentStatus,
)
from dih.shared import access, asked, clock
from dih.shared.access import Actor, Permission
from dih.shared.asking import ask
from dih.shared.errors import NotFound
from dih.shared.export import KINDS, Cents, Table
from dih.shared.forms import Form
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place, rows_file
from dih.shared.speech import say
from dih.shared.wording import N_
from dih.vouchers.vocabulary import VOUCHER_STATUS_LABELS

sees = access.requires(Permission.SEE_ALL)
manages = access.requires(Permission.MANAGE_VOUCHERS)

NAMES = ("status", "method", "text", "paid_from", "paid_to")

TABS = (
    ("payments.index", N_("Payments")),
    ("payments.statements", N_("Bank statements")),
    ("payments.refunds", N_("Refunds due")),
    ("payments.disputes", N_("Disputes")),
    ("payments.invoices", N_("Invoices")),
)


@blueprint.app_context_processor
def lists() -> dict[str, Any]:
    """The tabs above each list: (label, address, is this one, count or none)."""

    def payment_tabs(here: str) -> list[tuple[str, str, bool, None]]:
        return [(label, url_for(endpoint), endpoint == here, None) for endpoint, label in TABS]

    return {"payment_tabs": payment_tabs}


@blueprint.get("/payments")
@sees
def index() -> str:
    """All payments, newest first; filters and the place in the list are in the address."""
    filters = _filters()
    page = queries.page(the_actor(), filters, clock.now(), place())
    return render_template(
        "payments/index.html",
        page=page,
        filters=filters,
        method_labels=METHOD_LABELS,
        status_labels=PAYMENT_STATUS_LABELS,
        status_colours=PAYMENT_STATUS_COLOURS,
        files={kind: url_for("payments.export", kind=kind, **asked.kept(*NAMES)) for kind in KINDS}
        if the_actor().may(Permission.EXPORT)
        else {},
        **beside(page),
    )


@blueprint.get("/payments.<kind>")
@access.requires(Permission.EXPORT)
def export(kind: str) -> Response:
    """The same rows, all of them, as CSV or XLSX."""
    table = Table(
        "payments",
        [
            *(_("Payment"), _("Case"), _("Organisation"), _("Way of paying"), _("State"), _("Begun"), _("Paid")),
            *(_("Share"), _("VAT"), _("Total"), _("Came in"), _("Refunded")),
        ],
        (
            (
                row.reference,
                row.case_reference,
                row.organisation,
                say(METHOD_LABELS[row.method]),
                say(PAYMENT_STATUS_LABELS[row.status]),
                row.created_at,
                row.paid_on,
                *(Cents(sum_) for sum_ in (row.share_cents, row.vat_cents, row.amount_cents)),
                *(Cents(sum_) for sum_ in (row.received_cents, row.refunded_cents)),
            )
            for row in queries.export(the_actor(), _filters(), clock.now())
        ),
    )
    return rows_file(table, kind, f"dih4society-payments-{clock.day_of(clock.now())}")


@blueprint.get("/payments/refunds")
@sees
def refunds() -> Page:
    """Payments of which something has to go back."""
    return _refunds(Form())


@blueprint.route("/payments/<uuid:payment_uuid>/refund", methods=["GET", "POST"])
@manages
def refund(payment_uuid: uuid.UUID) -> Page:
    """Sends back by card what is due, after a question."""
    return _send_back(
        payment_uuid,
        Form(),
        lambda *acting: operations.order_refund(payment_uuid, *acting),
        "payments/refund.html",
        lambda: _("The refund is ordered. The payer is written to when it has gone."),
    )


@blueprint.route("/payments/<uuid:payment_uuid>/refund-by-transfer", methods=["GET", "POST"])
@manages
def refund_by_transfer(payment_uuid: uuid.UUID) -> Page:
    """Records that the hub's bank has sent back what is due."""
    form = NoteForm()
    return _send_back(
        payment_uuid,
        form,
        lambda *acting: operations.by_transfer(payment_uuid, form.note.data or "", *acting),
        "payments/refund_by_transfer.html",
        lambda: _("The refund is recorded. The payer is written to."),
    )


def _send_back(
    payment_uuid: uuid.UUID,
    form: Form,
    deed: Callable[[Actor, dt.datetime], object],
    template: str,
    done: Callable[[], str],
) -> Page:
    """Asks, and does the deed; what is no longer due leads to the list, which says why."""

    def page() -> str:
        rows = queries.refunds_due(the_actor(), clock.now())
        due = next((one for one in rows if one.payment_uuid == payment_uuid), None)
        if due is None and not form.errors:
            raise NotFound
        return render_template(template, form=form, due=due) if due else _refunds(form)

    return ask(form, deed, page=page, done=done, target=url_for("payments.refunds"))


@blueprint.get("/payments/disputes")
@sees
def disputes() -> str:
    """What payers object to."""
    return render_template(
        "payments/disputes.html",
        rows=queries.disputes(the_actor(), clock.now()),
        state_labels=DISPUTE_STATE_LABELS,
        state_colours=DISPUTE_STATE_COLOURS,
    )


def _refunds(form: Form) -> str:
    return render_template(
        "payments/refunds.html",
        form=form,
        rows=queries.refunds_due(the_actor(), clock.now()),
        method_labels=METHOD_LABELS,
        voucher_labels=VOUCHER_STATUS_LABELS,
    )


def _filters() -> Filters:
    """The filters in the address; what is none of them is passed over."""
    return Filters(
        status=asked.member(PaymentStatus, "status"),
        method=asked.member(Method, "method"),
        text=asked.words("text"),
        paid_from=asked.day("paid_from"),
        paid_to=asked.day("paid_to"),
    )

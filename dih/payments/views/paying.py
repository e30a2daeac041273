"""The payer's page: how the share can be paid, and how it stands."""

from __future__ import annotations

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.payments import checkout, operations, papers, queries, stripe_gateway
from dih.payments.views import Page, blueprint
from dih.payments.vocabulary import (
    DISPUTE_STATE_COLOURS,
    DISPUTE_STATE_LABELS,
    INVOICE_KIND_LABELS,
    METHOD_LABELS,
    PAYMENT_STATUS_COLOURS,
    PAYMENT_STATUS_LABELS,
    REFUND_STATUS_COLOURS,
    REFUND_STATUS_LABELS,
)
from dih.shared import access, clock, settings
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.gate import the_actor
from dih.shared.pages import address
from dih.shared.speech import language
from dih.shared.unit_of_work import unit_of_work

may_see = access.requires(Permission.SEE_ALL, Permission.SEE_OWN_APPLICATIONS)
pays = access.requires(Permission.ACCEPT_VOUCHER)


@blueprint.get("/vouchers/<uuid:voucher_uuid>/payment")
@may_see
def payment(voucher_uuid: uuid.UUID) -> Page:
    """What is to be paid and how, what came in and what went back."""
    return _page(voucher_uuid)


@blueprint.post("/vouchers/<uuid:voucher_uuid>/payment/card")
@pays
def by_card(voucher_uuid: uuid.UUID) -> Page:
    """On to the page on which a card is typed; it belongs to Stripe, no card number ever reaches us."""
    actor, now = the_actor(), clock.now()
    reference = queries.case(voucher_uuid, actor, clock.day_of(now)).voucher.reference
    words = _("Share of the voucher %(reference)s", reference=reference)
    back = address("payments.payment", voucher_uuid=voucher_uuid)
    try:
        return redirect(checkout.begin(voucher_uuid, words, back, language(), actor, now), 303)
    except BrokenRule as rule:
        return _page(voucher_uuid, rule), 422


@blueprint.post("/vouchers/<uuid:voucher_uuid>/payment/transfer")
@pays
def by_transfer(voucher_uuid: uuid.UUID) -> Page:
    """A reference, an account and a pro-forma invoice to pay by."""
    try:
        with unit_of_work():
            operations.choose_transfer(voucher_uuid, the_actor(), clock.now())
    except BrokenRule as rule:
        return _page(voucher_uuid, rule), 422
    flash(_("The pro-forma is ready. Write its reference on the transfer: by it we find your money."), "success")
    return redirect(url_for("payments.payment", voucher_uuid=voucher_uuid))


@blueprint.get("/vouchers/<uuid:voucher_uuid>/payment/pro-forma.pdf")
@may_see
def pro_forma(voucher_uuid: uuid.UUID) -> Response:
    """The pro-forma of the transfer that waits."""
    case = queries.case(voucher_uuid, the_actor(), clock.day_of(clock.now()))
    if case.transfer is None:
        raise NotFound
    content = papers.pro_forma(case, case.transfer, settings.read_all())
    return papers.response(content, f"{case.transfer.reference}.pdf", "application/pdf")


def _page(voucher_uuid: uuid.UUID, rule: BrokenRule | None = None) -> str:
    case = queries.case(voucher_uuid, the_actor(), clock.day_of(clock.now()))
    if not case.voucher.panel.beneficiary_cents:
        raise NotFound
    return render_template(
        "payments/payment.html",
        case=case,
        panel=case.voucher.panel,
        here={"voucher_uuid": voucher_uuid},
        problems=rule.problems if rule else (),
        just_paid="paid" in request.args,
        cards=stripe_gateway.is_on(),
        account=settings.read_all(),
        labels={
            "method": METHOD_LABELS,
            "payment": PAYMENT_STATUS_LABELS,
            "refund": REFUND_STATUS_LABELS,
            "dispute": DISPUTE_STATE_LABELS,
            "invoice": INVOICE_KIND_LABELS,
        },
        colours={
            "payment": PAYMENT_STATUS_COLOURS,
            "refund": REFUND_STATUS_COLOURS,
            "dispute": DISPUTE_STATE_COLOURS,
        },
    )

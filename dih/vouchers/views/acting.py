"""What each side does with a voucher. Each deed has a page that asks first and one button."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.asking import ask
from dih.shared.errors import BrokenRule
from dih.shared.forms import Form
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations, queries
from dih.vouchers.forms import AcceptForm, ExtendForm, ReasonForm, RedeemForm, RefuseForm
from dih.vouchers.views import Page, blueprint
from dih.vouchers.vocabulary import VoucherStatus


@blueprint.route("/vouchers/<uuid:voucher_uuid>/accept", methods=["GET", "POST"])
@access.requires(Permission.ACCEPT_VOUCHER)
def accept(voucher_uuid: uuid.UUID) -> Page:
    """The beneficiary accepts."""
    return _ask(voucher_uuid, "accept", AcceptForm(), lambda _form, *acting: operations.accept(voucher_uuid, *acting))


@blueprint.get("/vouchers/<uuid:voucher_uuid>/accepted")
@access.requires(Permission.ACCEPT_VOUCHER)
def accepted(voucher_uuid: uuid.UUID) -> str:
    """What happens next."""
    case = queries.case(voucher_uuid, the_actor(), clock.day_of(clock.now()))
    return render_template("vouchers/accepted.html", case=case, panel=case.panel)


@blueprint.route("/vouchers/<uuid:voucher_uuid>/refuse", methods=["GET", "POST"])
@access.requires(Permission.ACCEPT_VOUCHER)
def refuse(voucher_uuid: uuid.UUID) -> Page:
    """The beneficiary does not want it."""
    return _ask(
        voucher_uuid,
        "refuse",
        RefuseForm(),
        lambda form, *acting: operations.refuse(voucher_uuid, form.reason.data or "", *acting),
    )


@blueprint.route("/vouchers/<uuid:voucher_uuid>/cancel", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_VOUCHERS)
def cancel(voucher_uuid: uuid.UUID) -> Page:
    """A manager ends it."""
    return _ask(
        voucher_uuid,
        "cancel",
        ReasonForm(),
        lambda form, *acting: operations.cancel(voucher_uuid, form.reason.data, *acting),
    )


@blueprint.route("/vouchers/<uuid:voucher_uuid>/extend", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_VOUCHERS)
def extend(voucher_uuid: uuid.UUID) -> Page:
    """A manager moves the deadline that runs."""
    return _ask(
        voucher_uuid,
        "extend",
        ExtendForm(),
        lambda form, *acting: operations.extend(voucher_uuid, form.until.data, form.reason.data, *acting),
    )


@blueprint.route("/vouchers/redeem", methods=["GET", "POST"])
@access.requires(Permission.REDEEM_VOUCHER)
def redeem() -> Page:
    """The partner redeems a voucher by its code, typed or from the QR picture."""
    form = RedeemForm(data={"code": request.args.get("code", "")[:60]})
    if form.validate_on_submit():
        try:
            with unit_of_work():
                voucher = operations.redeem(form.code.data, the_actor(), clock.now())
                done = voucher.uuid
            flash(_("The voucher is redeemed. Plan the delivery now."), "success")
            return redirect(url_for("delivery.delivery", voucher_uuid=done))
        except BrokenRule as rule:
            form.refuse(rule)
    waiting = queries.page(the_actor(), queries.Filters(status=VoucherStatus.ACTIVE), clock.now())
    page = render_template("vouchers/redeem.html", form=form, waiting=waiting.rows)
    return (page, 422) if request.method == "POST" else page


DONE: dict[str, Callable[[], str]] = {
    "accept": lambda: _("The voucher is yours."),
    "refuse": lambda: _("The voucher is refused. Its money is free for others."),
    "cancel": lambda: _("The voucher is cancelled. Its money is free again."),
    "extend": lambda: _("The deadline is moved. The beneficiary is told."),
}


def _ask(voucher_uuid: uuid.UUID, action: str, form: Form, deed: Callable[..., Any]) -> Page:
    """The page that asks, and the deed when it is answered; once it is no longer possible, the page says so."""
    here = {"voucher_uuid": voucher_uuid}

    def page() -> str:
        case = queries.case(voucher_uuid, the_actor(), clock.day_of(clock.now()))
        possible = action in case.panel.actions
        return render_template(
            "vouchers/ask.html", case=case, panel=case.panel, action=action, form=form, here=here, possible=possible
        )

    target = url_for("vouchers.accepted" if action == "accept" else "vouchers.voucher", voucher_uuid=voucher_uuid)
    return ask(form, partial(deed, form), page=page, done=DONE[action], target=target)

"""What the beneficiary says of a delivery, and how a manager settles and closes it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from dih.delivery import operations, queries
from dih.delivery.forms import ConfirmForm, DisputeForm, RateForm, ReasonForm, SettleForm
from dih.delivery.views import Page, blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.asking import ask
from dih.shared.forms import Form
from dih.shared.gate import the_actor

Deed = Callable[..., Any]


@blueprint.route("/deliveries/<uuid:voucher_uuid>/confirm", methods=["GET", "POST"])
@access.requires(Permission.CONFIRM_DELIVERY)
def confirm(voucher_uuid: uuid.UUID) -> Page:
    """The beneficiary confirms; the rating is asked for next."""
    return _ask(
        voucher_uuid,
        "confirm",
        ConfirmForm(),
        lambda _form, *acting: operations.confirm(voucher_uuid, *acting),
        target="delivery.rate",
    )


@blueprint.route("/deliveries/<uuid:voucher_uuid>/stand-in", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_VOUCHERS)
def stand_in(voucher_uuid: uuid.UUID) -> Page:
    """A manager confirms in the place of a beneficiary that has not answered in time."""
    return _ask(
        voucher_uuid,
        "stand_in",
        ReasonForm(),
        lambda form, *acting: operations.stand_in(voucher_uuid, form.reason.data, *acting),
    )


@blueprint.route("/deliveries/<uuid:voucher_uuid>/dispute", methods=["GET", "POST"])
@access.requires(Permission.CONFIRM_DELIVERY)
def dispute(voucher_uuid: uuid.UUID) -> Page:
    """The beneficiary says what is wrong."""
    return _ask(
        voucher_uuid,
        "dispute",
        DisputeForm(),
        lambda form, *acting: operations.dispute(voucher_uuid, form.reason.data, *acting),
    )


@blueprint.route("/deliveries/<uuid:voucher_uuid>/rate", methods=["GET", "POST"])
@access.requires(Permission.CONFIRM_DELIVERY)
def rate(voucher_uuid: uuid.UUID) -> Page:
    """The beneficiary rates a confirmed delivery."""
    found = queries.case(voucher_uuid, the_actor(), clock.day_of(clock.now())).report
    given = {"rating": str(found.rating), "comment": found.rating_comment} if found and found.rating else {}
    return _ask(
        voucher_uuid,
        "rate",
        RateForm(data=given),
        lambda form, *acting: operations.rate(voucher_uuid, int(form.rating.data), form.comment.data or "", *acting),
    )


@blueprint.route("/deliveries/<uuid:voucher_uuid>/settle", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_VOUCHERS)
def settle(voucher_uuid: uuid.UUID) -> Page:
    """A manager settles a dispute."""
    deeds = {"redo": operations.redo, "uphold": operations.uphold}
    return _ask(
        voucher_uuid,
        "settle",
        SettleForm(),
        lambda form, *acting: deeds[form.outcome.data](voucher_uuid, form.reason.data, *acting),
    )


@blueprint.route("/deliveries/<uuid:voucher_uuid>/take-back", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_VOUCHERS)
def take_back(voucher_uuid: uuid.UUID) -> Page:
    """A manager takes a wrong confirmation back."""
    return _ask(
        voucher_uuid,
        "take_back",
        ReasonForm(),
        lambda form, *acting: operations.take_back(voucher_uuid, form.reason.data, *acting),
    )


@blueprint.route("/deliveries/<uuid:voucher_uuid>/close", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_VOUCHERS)
def close(voucher_uuid: uuid.UUID) -> Page:
    """A manager closes the case."""
    return _ask(voucher_uuid, "close", ConfirmForm(), lambda _form, *acting: operations.close(voucher_uuid, *acting))


DONE: dict[str, Callable[[], str]] = {
    "confirm": lambda: _("Confirmed. Thank you! One last question:"),
    "stand_in": lambda: _("Confirmed in the beneficiary's place. Both sides are told why."),
    "dispute": lambda: _("The hub and the partner are told. A hub manager settles it."),
    "rate": lambda: _("Thank you for the rating."),
    "settle": lambda: _("The dispute is settled. Both sides are told."),
    "take_back": lambda: _("The confirmation is taken back. Both sides are told why. Settle it next."),
    "close": lambda: _("The case is closed."),
}


def _ask(voucher_uuid: uuid.UUID, action: str, form: Form, deed: Deed, target: str = "delivery.delivery") -> Page:
    """The page that asks, and the deed when it is answered; once it is no longer possible, the page says so."""
    here = {"voucher_uuid": voucher_uuid}

    def page() -> str:
        today = clock.day_of(clock.now())
        case = queries.case(voucher_uuid, the_actor(), today)
        possible = action in case.offered(today)
        return render_template(
            "delivery/ask.html", case=case, action=action, form=form, here=here, possible=possible, today=today
        )

    return ask(
        form, partial(deed, form), page=page, done=DONE[action], target=url_for(target, voucher_uuid=voucher_uuid)
    )

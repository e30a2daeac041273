"""One voucher: its page, its code as a picture, its agreement."""

from __future__ import annotations

import io
import uuid

from flask import Response, render_template
from flask_babel import get_locale

from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import NotFound
from dih.shared.gate import the_actor
from dih.shared.pages import address
from dih.vouchers import agreement, queries
from dih.vouchers.views import blueprint
from dih.vouchers.vocabulary import STATUS_MEANINGS

may_see = access.requires(Permission.SEE_ALL, Permission.SEE_ROUTED, Permission.SEE_OWN_APPLICATIONS)


@blueprint.get("/vouchers/<uuid:voucher_uuid>")
@may_see
def voucher(voucher_uuid: uuid.UUID) -> str:
    """What it is worth, its state, and what may be done about it."""
    case = queries.case(voucher_uuid, the_actor(), clock.day_of(clock.now()))
    return render_template(
        "vouchers/voucher.html",
        case=case,
        panel=case.panel,
        here={"voucher_uuid": voucher_uuid},
        meaning=STATUS_MEANINGS[case.panel.status],
        aid_is_national=agreement.is_aid(case.legal_basis),
    )


@blueprint.get("/vouchers/<uuid:voucher_uuid>/code.svg")
@may_see
def code(voucher_uuid: uuid.UUID) -> Response:
    """The code as a QR picture: it leads to the page on which the partner redeems it."""
    import segno

    case = queries.case(voucher_uuid, the_actor(), clock.day_of(clock.now()))
    if not case.panel.code:
        raise NotFound
    picture = io.BytesIO()
    segno.make(redeem_address(case.panel.code), error="m").save(picture, kind="svg", border=2, xmldecl=False, scale=4)
    return _private(Response(picture.getvalue(), mimetype="image/svg+xml"))


@blueprint.get("/vouchers/<uuid:voucher_uuid>/agreement.pdf")
@may_see
def agreement_file(voucher_uuid: uuid.UUID) -> Response:
    """The agreement between the beneficiary, the partner and the hub. Not for a partner that has not redeemed yet."""
    case = queries.case(voucher_uuid, the_actor(), clock.day_of(clock.now()))
    if not case.panel.code:
        raise NotFound
    response = Response(agreement.pdf(case, redeem_address(case.panel.code)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{case.reference}-{get_locale()}.pdf"'
    return _private(response)


def redeem_address(of_code: str) -> str:
    """The deep link of a code."""
    return address("vouchers.redeem", code=of_code)


def _private(response: Response) -> Response:
    response.cache_control.private = True
    response.cache_control.no_store = True
    return response

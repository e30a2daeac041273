"""The budget dashboard and the rows behind its figures."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from markupsafe import escape

from dih.budget import queries as budget
from dih.budget.vocabulary import ACCOUNT_LABELS, MOVE_LABELS, Account
from dih.partners import queries as partners
from dih.reporting import moves as rows
from dih.reporting import queries
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import NotFound
from dih.shared.export import KINDS, Cents, Table
from dih.shared.pages import row_id
from dih.shared.speech import local, say
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import CATEGORY_LABELS, TARGET_GROUP_LABELS

blueprint = Blueprint("reporting", __name__, url_prefix="/budget")


@blueprint.get("")
@access.requires(Permission.SEE_BUDGET)
def dashboard() -> str:
    """The envelope at this moment."""
    return render_template("reporting/dashboard.html", shown=queries.dashboard(clock.now()))


@blueprint.get("/at-risk")
@access.requires(Permission.SEE_BUDGET)
def at_risk() -> str:
    """All vouchers that lapse soon."""
    found = queries.lapsing(clock.day_of(clock.now()))
    return render_template("reporting/at_risk.html", lapsing=found, days=queries.SOON_DAYS)


@blueprint.get("/moves")
@access.requires(Permission.SEE_BUDGET)
def all_moves() -> str:
    """The entries behind a figure, a page at a time."""
    filters = _filters()
    page = rows.page(filters, before=row_id("before"), after=row_id("after"))
    choices = {
        "line": [(line.code, line.name) for line in budget.lines()],
        "account": list(ACCOUNT_LABELS.items()),
        "partner_id": partners.choices(),
        "category": list(CATEGORY_LABELS.items()),
        "target_group": list(TARGET_GROUP_LABELS.items()),
        "county": [(county.code, escape(county.name)) for county in terms.counties()],
    }
    return render_template(
        "reporting/moves.html",
        page=page,
        filters=filters,
        choices=choices,
        accounts=ACCOUNT_LABELS,
        kinds=MOVE_LABELS,
        here=lambda **more: url_for("reporting.all_moves", **_asked(), **more),
        files={kind: url_for("reporting.export_moves", kind=kind, **_asked()) for kind in KINDS},
    )


@blueprint.get("/moves.<kind>")
@access.requires(Permission.EXPORT)
def export_moves(kind: str) -> Response:
    """The same entries, all of them, as CSV or XLSX."""
    if kind not in KINDS:
        raise NotFound
    heads = [gettext("Moment"), gettext("Move"), gettext("Line"), gettext("Account"), gettext("Amount in euro")]
    table = Table(
        "budget",
        [*heads, gettext("Application"), gettext("Reason")],
        (
            (
                row.at,
                say(MOVE_LABELS[row.kind]),
                f"{row.line_code} {local(row.line_name)}",
                say(ACCOUNT_LABELS[row.account]),
                Cents(row.amount_cents),
                row.reference,
                row.reason,
            )
            for row in rows.every(_filters())
        ),
    )
    write, mimetype = KINDS[kind]
    name = f"dih4society-budget-{clock.day_of(clock.now())}.{kind}"
    return Response(write(table), mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _asked() -> dict[str, Any]:
    names = rows.Filters.__dataclass_fields__
    return {name: request.args[name] for name in names if request.args.get(name)}


def _filters() -> rows.Filters:
    asked = _asked()
    return rows.Filters(
        line=asked.get("line", ""),
        account=Account(asked["account"]) if asked.get("account") in list(Account) else None,
        partner_id=row_id("partner_id"),
        category=asked.get("category", ""),
        target_group=asked.get("target_group", ""),
        county=asked.get("county", ""),
        month=asked.get("month", ""),
    )

"""The budget dashboard and the rows behind its figures."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext
from markupsafe import escape

from dih.budget import queries as budget
from dih.budget.vocabulary import ACCOUNT_LABELS, MOVE_LABELS, Account
from dih.organisations.closed import CLOSED
from dih.partners import queries as partners
from dih.reporting import moves as rows
from dih.reporting import queries
from dih.reporting import statement as statements
from dih.shared import access, asked, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule
from dih.shared.export import KINDS, Cents, Table
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place, rows_file
from dih.shared.speech import local, say
from dih.shared.unit_of_work import let_go
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import CATEGORY_LABELS, TARGET_GROUP_LABELS

blueprint = Blueprint("reporting", __name__, url_prefix="/budget")

MOST_MOVES = 200
"""How many moves of a statement the page shows; the files have all."""


@blueprint.get("")
@access.requires(Permission.SEE_BUDGET)
def dashboard() -> str:
    """The envelope at this moment."""
    return render_template("reporting/dashboard.html", shown=queries.dashboard(the_actor(), clock.now()))


@blueprint.get("/at-risk")
@access.requires(Permission.SEE_BUDGET)
def at_risk() -> str:
    """All vouchers that lapse soon, a page at a time."""
    today = clock.day_of(clock.now())
    page = queries.lapsing(the_actor(), today, place())
    return render_template(
        "reporting/at_risk.html", page=page, sum=queries.at_risk(today), days=queries.SOON_DAYS, **beside(page)
    )


@blueprint.get("/as-of")
@access.requires(Permission.SEE_BUDGET)
def as_of() -> str:
    """The lines as they stood at the end of a day: today's where none is asked for."""
    day = asked.day("day") or clock.day_of(clock.now())
    return render_template("reporting/as_of.html", lines=queries.shown(budget.lines_on(day)), day=day)


@blueprint.get("/statement")
@access.requires(Permission.SEE_BUDGET)
def statement() -> str | tuple[str, int]:
    """The statement of a line on the screen; its files have all rows, the page the first ones."""
    choices = [(line.code, line.name) for line in budget.lines()]
    code = asked.words("line") or (choices[0][0] if choices else "")
    today = clock.day_of(clock.now())
    first, last = _first_day(), asked.day("to") or today
    chosen = {"line": code, "from": first.isoformat(), "to": last.isoformat()}
    try:
        shown = statements.statement(code, first, last, the_actor(), today)
    except BrokenRule as rule:
        page = render_template("reporting/statement.html", problems=rule.problems, asked=chosen, choices=choices)
        return page, 422
    return render_template(
        "reporting/statement.html",
        shown=shown,
        moves=shown.moves[:MOST_MOVES],
        kinds=MOVE_LABELS,
        files={
            kind: f"{url_for('reporting.statement_file', kind=kind)}?{urlencode(chosen)}" for kind in (*KINDS, "pdf")
        },
        asked=chosen,
        choices=choices,
    )


@blueprint.get("/statement.<kind>")
@access.requires(Permission.EXPORT)
def statement_file(kind: str) -> Response:
    """The statement as CSV, XLSX or PDF. Raises BrokenRule when the last day is before the first."""
    now = clock.now()
    today = clock.day_of(now)
    first, last = _first_day(), asked.day("to") or today
    shown = statements.statement(asked.words("line"), first, last, the_actor(), today)
    name = f"dih4society-{shown.line.code}-{shown.first}-{shown.last}"
    if kind != "pdf":
        return rows_file(statements.table(shown), kind, name)
    let_go()
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(statements.pdf(shown, now), mimetype="application/pdf", headers=headers)


def _first_day() -> dt.date:
    """The day asked for, else the first one of the year."""
    return asked.day("from") or clock.day_of(clock.now()).replace(month=1, day=1)


@blueprint.get("/moves")
@access.requires(Permission.SEE_BUDGET)
def all_moves() -> str:
    """The entries behind a figure, a page at a time."""
    filters = _filters()
    page = rows.page(filters, the_actor(), clock.day_of(clock.now()), place())
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
        **beside(page),
        files={
            kind: url_for("reporting.export_moves", kind=kind, **asked.kept(*rows.Filters.__dataclass_fields__))
            for kind in KINDS
        },
    )


@blueprint.get("/moves.<kind>")
@access.requires(Permission.EXPORT)
def export_moves(kind: str) -> Response:
    """The same entries, all of them, as CSV or XLSX."""
    today = clock.day_of(clock.now())
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
                say(CLOSED) if row.closed else row.reference,
                row.reason,
            )
            for row in rows.every(_filters(), the_actor(), today)
        ),
    )
    return rows_file(table, kind, f"dih4society-budget-{today}")


def _filters() -> rows.Filters:
    return rows.Filters(
        line=asked.words("line"),
        account=asked.member(Account, "account"),
        partner_id=asked.row_id("partner_id"),
        category=asked.words("category"),
        target_group=asked.words("target_group"),
        county=asked.words("county"),
        month=asked.words("month"),
    )

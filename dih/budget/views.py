"""The envelope's lines for managers: the tree, one line with its history, and changes with their effect shown first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from dih.budget import operations, queries, rules
from dih.budget.forms import ChangeForm, OpenForm
from dih.budget.rules import Line
from dih.budget.vocabulary import DIMENSION_LABELS, MOVE_LABELS, ChangeStatus, Dimension, MoveKind
from dih.partners import queries as partners
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Stale
from dih.shared.gate import the_actor
from dih.shared.money import parse_cents
from dih.shared.speech import say
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_, Text
from dih.taxonomy.vocabulary import CATEGORY_LABELS, TARGET_GROUP_LABELS

Page = str | Response | tuple[str, int]

blueprint = Blueprint("budget", __name__, url_prefix="/budget/lines")


@blueprint.get("")
@access.requires(Permission.SEE_BUDGET)
def lines() -> str:
    """All lines as a tree, and the changes that wait for a second manager."""
    every = queries.lines()
    return render_template(
        "budget/lines.html",
        tree=rules.tree(every),
        held=rules.held(every),
        dimensions=DIMENSION_LABELS,
        waiting=queries.waiting_changes(the_actor()),
        kinds=MOVE_LABELS,
    )


@blueprint.get("/<code>")
@access.requires(Permission.SEE_BUDGET)
def line(code: str) -> str:
    """One line: what it holds, what is below it, how its ceiling came about."""
    found, every = _line(code), queries.lines()
    return render_template(
        "budget/line.html",
        line=found,
        held=rules.held(every),
        parent=next((one for one in every if one.id == found.parent_id), None),
        below=[one for one in every if one.parent_id == found.id],
        history=queries.history(found.id),
        dimensions=DIMENSION_LABELS,
        kinds=MOVE_LABELS,
        divisible=bool(_parts(found, every)) and not found.reserved_cents + found.spent_cents,
    )


@blueprint.route("/<code>/open", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_BUDGET)
def open_below(code: str) -> Page:
    """Opens a line below this one."""
    parent = _line(code)
    form = OpenForm.below(_parts(parent, queries.lines()))
    if form.validate_on_submit():
        name = {"ro": form.name_ro.data.strip(), "en": form.name_en.data.strip()}
        dimension, _, value = form.part.data.partition(":")
        key = Dimension(dimension).key
        keys: dict[str, Any] = {key: int(value) if key == "partner_id" else value}
        try:
            cents = parse_cents(form.amount.data, "amount")
            with unit_of_work():
                operations.open_line(
                    form.code.data.strip(),
                    name,
                    cents,
                    the_actor(),
                    clock.now(),
                    parent_code=code,
                    reason=form.reason.data.strip(),
                    **keys,
                )
            flash(gettext("The line is open."), "success")
            return redirect(url_for("budget.line", code=form.code.data.strip()))
        except BrokenRule as rule:
            form.refuse(rule)
    page = render_template("budget/open.html", form=form, parent=parent)
    return (page, 422) if form.errors else page


@blueprint.route("/<code>/<any(increase, cut, transfer):deed>", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_BUDGET)
def change(code: str, deed: str) -> Page:
    """Increases, cuts or transfers: asks, shows every line before and after, then does it."""
    found, every, kind = _line(code), queries.lines(), MoveKind(deed)
    form = ChangeForm.to(_targets(found, every) if kind is MoveKind.TRANSFER else ())
    if form.validate_on_submit():
        try:
            cents = parse_cents(form.amount.data, "amount")
            source, target = _ends(kind, found, form)
            if cents == 0:
                raise BrokenRule.because(N_("Enter an amount above zero."), "amount")
            if not form.confirmed.data:
                shown = rules.preview(every, source, target, cents)
                values = {
                    **{field.name: field.data for field in form if field.name != "csrf_token"},
                    "confirmed": "yes",
                }
                return render_template(
                    "budget/confirm.html",
                    line=found,
                    deed=kind,
                    shown=shown,
                    cents=cents,
                    values=values,
                    takes_two=queries.takes_two(cents),
                )
            with unit_of_work():
                status = operations.change_ceiling(
                    kind, source, target, cents, form.reason.data, form.the_key(), the_actor(), clock.now()
                )
            if status is ChangeStatus.WAITING:
                flash(gettext("Your change waits for a second manager. No money has moved."), "info")
            else:
                flash(gettext("The change is in the ledger."), "success")
            return redirect(url_for("budget.line", code=code))
        except BrokenRule as rule:
            form.refuse(rule)
    form.key.data = form.key.data or str(form.the_key())
    page = render_template("budget/change.html", form=form, line=found, deed=kind)
    return (page, 422) if form.errors else page


@blueprint.post("/changes/<int:change_id>/second")
@access.requires(Permission.MANAGE_BUDGET)
def second(change_id: int) -> Page:
    """The second manager approves."""
    try:
        with unit_of_work():
            operations.second(change_id, the_actor(), clock.now())
        flash(gettext("The change is in the ledger."), "success")
    except BrokenRule as rule:
        for problem in rule.problems:
            flash(say(problem.text), "error")
    except Stale:
        flash(gettext("This change does not wait any more."), "warning")
    return redirect(url_for("budget.lines"))


@blueprint.post("/changes/<int:change_id>/turn-down")
@access.requires(Permission.MANAGE_BUDGET)
def turn_down(change_id: int) -> Page:
    """Who asked takes it back, anybody else refuses it."""
    try:
        with unit_of_work():
            operations.turn_down(change_id, the_actor(), clock.now())
        flash(gettext("The change is turned down. No money has moved."), "success")
    except Stale:
        flash(gettext("This change does not wait any more."), "warning")
    return redirect(url_for("budget.lines"))


def _line(code: str) -> Line:
    found = queries.find(code)
    if found is None:
        raise NotFound
    return found


def _ends(kind: MoveKind, found: Line, form: ChangeForm) -> tuple[int | None, int | None]:
    """From which line to which; None is outside of the envelope."""
    if kind is MoveKind.INCREASE:
        return found.parent_id, found.id
    if kind is MoveKind.CUT:
        return found.id, found.parent_id
    return found.id, int(form.target.data)


def _targets(found: Line, every: Sequence[Line]) -> list[SelectChoice]:
    """Where a line may give to: any other one that is not above it (that would be a cut)."""
    above, parents = {found.id}, {one.id: one.parent_id for one in every}
    upper = found.parent_id
    while upper is not None:
        above.add(upper)
        upper = parents[upper]
    return [SelectChoice(str(one.id), one.name) for one, _ in rules.tree(every) if one.id not in above]


def _parts(parent: Line, every: Sequence[Line]) -> list[SelectChoice]:
    """The parts of a line that have no line yet, as "dimension:value"."""
    values: dict[Dimension, list[tuple[Any, Any]]] = {
        Dimension.TARGET_GROUP: list(TARGET_GROUP_LABELS.items()),
        Dimension.CATEGORY: list(CATEGORY_LABELS.items()),
        Dimension.PARTNER: list(partners.choices()),
    }
    free = [one for one in Dimension if getattr(parent, one.key) is None]
    wanted = [parent.divides_by] if parent.divides_by else free
    taken = {(one, getattr(child, one.key)) for child in every if child.parent_id == parent.id for one in wanted}
    return [
        SelectChoice(
            f"{one}:{value}",
            Text(N_("%(dimension)s: %(part)s"), {"dimension": Text(DIMENSION_LABELS[one]), "part": _said(label)}),
        )
        for one in wanted
        for value, label in values[one]
        if (one, value) not in taken
    ]


def _said(label: Any) -> Any:
    return label if isinstance(label, dict) else Text(label)

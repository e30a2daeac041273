"""A manager plans all open applications of a call: plan against today's, moves by hand, what-if, apply.

What the manager has chosen stands in the address: `free` (accepted applications that may move), `move` (places chosen
by hand), `around` (the planner keeps those and plans the others anew). Nothing is stored until the plan is applied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from dih.routing import operations, plans, queries
from dih.routing.forms import PlanForm
from dih.routing.planner import comparing
from dih.routing.planner.problem import Choice, Problem, with_moves
from dih.routing.planner.solve import Plan, solve
from dih.routing.planner.value import lacks, value_of
from dih.routing.plans import Facts
from dih.routing.views import Page, blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Stale
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import let_go, unit_of_work

_MOVE = re.compile(r"(\d{1,9})\.(\d{1,3}|x)")
KEPT = ("free", "move", "around")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    freed: frozenset[int]
    by_hand: Mapping[int, int | None]
    around: bool

    @classmethod
    def of(cls, values: MultiDict[str, str]) -> Asked:
        """Read from an address; what is no number or no move is passed over."""
        freed = frozenset(int(text) for text in values.getlist("free") if text.isdecimal() and len(text) <= 9)
        return cls(freed, moves_in(values.getlist("move")), values.get("around") == "1")

    def pinned(self, problem: Problem) -> frozenset[int]:
        """What was accepted stays, unless the manager frees it or chose a place for it."""
        return frozenset(
            case.id
            for case in problem.cases
            if case.accepted and case.id not in self.freed and case.id not in self.by_hand
        )


def moves_in(values: list[str]) -> dict[int, int | None]:
    """Moves as addresses and forms carry them, by application."""
    found = (_MOVE.fullmatch(value) for value in values)
    return {int(one[1]): None if one[2] == "x" else int(one[2]) for one in found if one}


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan at hand: the facts, the best plan, and the choice with what was moved by hand."""

    call: queries.CallToPlan
    facts: Facts
    asked: Asked
    plan: Plan
    choice: Choice

    @property
    def kept(self) -> dict[str, Any]:
        """What other addresses of this plan carry on."""
        return {name: request.args.getlist(name) for name in KEPT if name in request.args}


def _shown(code: str) -> Shown:
    """Loads the facts, lets the database go, and solves: the solver holds no connection."""
    asked = Asked.of(request.args)
    call = queries.planned_call(code)
    facts = plans.load(call.id, the_actor(), clock.now())
    let_go()
    pinned = asked.pinned(facts.problem)
    plan = solve(facts.problem, pinned)
    choice = with_moves(plan.choice, facts.problem, asked.by_hand)
    if asked.around:
        choice = solve(facts.problem.held(asked.by_hand), pinned | frozenset(asked.by_hand)).choice
    return Shown(call, facts, asked, plan, choice)


@blueprint.get("/routing/plan")
@access.requires(Permission.OVERRIDE_ROUTING)
def plans_index() -> str:
    """The calls whose open applications can be planned."""
    return render_template("routing/plans.html", calls=queries.calls_to_plan())


@blueprint.route("/routing/plan/<code>", methods=["GET", "POST"])
@access.requires(Permission.OVERRIDE_ROUTING)
def plan(code: str) -> Page:
    """The plan of a call against today's; applied when the manager says so."""
    form = PlanForm()
    if form.validate_on_submit():
        call, moves = queries.planned_call(code), moves_in(form.moves.data or [])
        try:
            with unit_of_work():
                count = operations.apply_plan(
                    call.id, moves, form.digest.data or "", form.reason.data or "", the_actor(), clock.now()
                )
        except BrokenRule as rule:
            form.refuse(rule)
        except Stale:
            flash(
                _("Something changed since this plan was made, so nothing was moved. Here is a plan of how it is now."),
                "warning",
            )
            return redirect(url_for("routing.plan", code=code))
        else:
            done = ngettext(
                "%(num)s application moved. Its partner is asked.",
                "%(num)s applications moved. Their partners are asked.",
                count,
            )
            flash(done, "success")
            return redirect(url_for("routing.plan", code=code))
    shown = _shown(code)
    facts, problem = shown.facts, shown.facts.problem
    moves_shown = comparing.move_lines(facts, shown.choice)
    if request.method == "GET":
        form = PlanForm(formdata=None, digest=problem.digest, moves=[move.value for move in moves_shown])
    page = render_template(
        "routing/plan.html",
        shown=shown,
        form=form,
        partners=comparing.partner_lines(facts, problem, problem.today, shown.choice),
        moves=moves_shown,
        stays=comparing.stay_lines(facts, shown.choice),
        cost=comparing.points(shown.plan.value.total - value_of(problem, shown.choice).total),
        gained=comparing.points(value_of(problem, shown.choice).total - value_of(problem, problem.today).total),
        gap=comparing.points(shown.plan.gap),
        lacks=[comparing.lack_in_words(one, facts.partners[one.partner]) for one in lacks(problem, shown.choice)],
        nobody=shown.choice.count(None),
    )
    return (page, 422) if request.method == "POST" else page


@blueprint.get("/routing/plan/<code>/by-hand")
@access.requires(Permission.OVERRIDE_ROUTING)
def plan_by_hand(code: str) -> str:
    """Where else one application of the plan (`application`: its reference) could go, and what each place costs."""
    shown = _shown(code)
    found = [
        (case, place)
        for case, place in zip(shown.facts.problem.cases, shown.choice, strict=True)
        if shown.facts.applications[case.id].reference == request.args.get("application", "")
    ]
    if not found:
        raise NotFound
    case, place = found[0]
    kept = dict(shown.kept)
    kept["move"] = [value for value in kept.get("move", []) if not value.startswith(f"{case.id}.")]
    return render_template(
        "routing/plan_by_hand.html",
        shown=shown,
        application=shown.facts.applications[case.id],
        here=comparing.name_of(shown.facts, comparing.chosen(case, place)),
        others=[
            (line, {**kept, "move": [*kept["move"], comparing.as_value(case.id, line.place)]})
            for line in comparing.other_lines(shown.facts, shown.choice, case, place)
        ],
    )


@blueprint.get("/routing/plan/<code>/what-if")
@access.requires(Permission.OVERRIDE_ROUTING)
def plan_what_if(code: str) -> str:
    """What would change in the plan if a partner had more person-days, or fewer, in a quarter. Nothing is stored."""
    shown = _shown(code)
    facts, problem = shown.facts, shown.facts.problem
    partner_id, more = request.args.get("partner", ""), request.args.get("days", "")
    asked_quarter = request.args.get("quarter", "")
    changed = other = None
    known = partner_id in map(str, facts.partners) and asked_quarter in map(str, range(len(facts.quarters)))
    if known and re.fullmatch(r"-?\d{1,4}", more):
        other = problem.with_more_days(int(partner_id), int(asked_quarter), int(more))
        changed = solve(other, shown.asked.pinned(problem))
    return render_template(
        "routing/what_if.html",
        shown=shown,
        partner_choices=[(number, escape(name)) for number, name in facts.partners.items()],
        quarter_choices=[(place, quarter.words) for place, quarter in enumerate(facts.quarters)],
        chosen={"partner": partner_id, "quarter": asked_quarter, "days": more},
        changed=changed,
        gained=changed and comparing.points(changed.value.total - shown.plan.value.total),
        placed=changed and shown.plan.choice.count(None) - changed.choice.count(None),
        partners=changed and comparing.partner_lines(facts, problem, shown.plan.choice, changed.choice, other),
        moves=changed and comparing.differences(facts, shown.plan.choice, changed.choice),
    )

"""The decision meeting: the list of a call with the money line, and the decisions taken on it."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from dih.calls import queries as calls
from dih.calls.vocabulary import CALL_METHOD_LABELS
from dih.decisions import forms, operations, queries
from dih.decisions.meetings import queries as meetings
from dih.decisions.meetings.queries import Sitting
from dih.decisions.rules import Trial
from dih.decisions.vocabulary import (
    MEETING_STATUS_COLOURS,
    MEETING_STATUS_LABELS,
    OUTCOME_VERBS,
    MeetingStatus,
    Outcome,
)
from dih.shared import access, asked, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Problem, Stale
from dih.shared.gate import the_actor
from dih.shared.money import parse_cents
from dih.shared.pages import beside, place
from dih.shared.unit_of_work import unit_of_work

blueprint = Blueprint("decisions", __name__)


@blueprint.get("/decisions")
@access.requires(Permission.DECIDE, Permission.SEE_ALL)
def index() -> str:
    """The calls in which somebody waits for a decision."""
    page = queries.calls_to_decide(the_actor(), clock.day_of(clock.now()), place())
    return render_template(
        "decisions/index.html",
        page=page,
        method_labels=CALL_METHOD_LABELS,
        meetings=meetings.recent(the_actor()),
        **beside(page),
        **_of_meetings(),
    )


@blueprint.get("/decisions/<code>")
@access.requires(Permission.DECIDE, Permission.SEE_ALL)
def meeting(code: str) -> str:
    """The list of one call, `?page=` of it."""
    start = ((asked.row_id("page") or 1) - 1) * queries.SHOWN
    listed, found = meetings.of_call(code), _meeting(code, with_aid=False)
    shown = found.candidates[start : start + queries.SHOWN]
    if start and not shown:
        raise NotFound
    return render_template(
        "decisions/meeting.html",
        meeting=found,
        shown=shown,
        start=start,
        page=start // queries.SHOWN + 1,
        method_labels=CALL_METHOD_LABELS,
        verbs=OUTCOME_VERBS,
        sitting=next((one for one in listed if one.status is MeetingStatus.OPEN), None),
        meetings=listed,
        **_of_meetings(),
    )


@blueprint.get("/decisions/<code>/what-if")
@access.requires(Permission.DECIDE, Permission.SEE_ALL)
def what_if(code: str) -> str | tuple[str, int]:
    """Where the money line would lie with other sums: `free_` and a line's id, `ask_` and an application's."""
    (free, wrong), (given, also_wrong) = _typed("free_"), _typed("ask_")
    problems = wrong + also_wrong
    page = render_template(
        "decisions/what_if.html",
        meeting=_meeting(code, Trial(free, given), with_aid=False),
        typed=request.args,
        tries=bool(free or given),
        problems=problems,
    )
    return (page, 422) if problems else page


@blueprint.get("/decisions/<code>/decide")
@access.requires(Permission.DECIDE)
def consider(code: str) -> str | Response:
    """What the decision would do, before it is taken; `chosen` are application ids, `outcome` the decision.

    Instead of ids `all` may say "reached" (all that the money reaches) or "beyond" (the rest above the thresholds).
    """
    form, shown = forms.DecisionForm(request.args, meta={"csrf": False}), None
    if request.args.get("all") in ("reached", "beyond"):
        shown = _meeting(code)
        form.chosen.data = [one.id for one in getattr(shown, request.args["all"])]
    if not _says_what(form):
        return _ask_again(code)
    return _consider(code, form.chosen.data or [], Outcome(form.outcome.data), shown=shown)


@blueprint.post("/decisions/<code>/decide")
@access.requires(Permission.DECIDE)
def decide(code: str) -> str | Response | tuple[str, int]:
    """Takes the decision on all chosen applications, or on none."""
    form = forms.DecisionForm()
    if not _says_what(form):
        return _ask_again(code)
    chosen, outcome = form.chosen.data or [], Outcome(form.outcome.data)
    form = _form(meetings.sitting(code, dict.fromkeys(chosen), clock.day_of(clock.now())))()
    if not form.validate():
        return _consider(code, chosen, outcome, form), 422
    try:
        with unit_of_work():
            decided = operations.decide(chosen, outcome, form.reason.data or "", the_actor(), clock.now(), form.votes)
    except BrokenRule as rule:
        form.refuse(rule)
        return _consider(code, chosen, outcome, form), 422
    except Stale:
        flash(
            gettext("Somebody decided on one of these meanwhile. Nothing was changed; here is the list now."), "warning"
        )
        return redirect(url_for("decisions.meeting", code=code))
    first = len(chosen) - decided
    if decided:
        flash(ngettext("%(num)s application decided.", "%(num)s applications decided.", decided), "success")
    if first:
        flash(
            ngettext(
                "%(num)s first approval given. Nothing is reserved until another manager approves too.",
                "%(num)s first approvals given. Nothing is reserved until another manager approves too.",
                first,
            ),
            "info",
        )
    return redirect(url_for("decisions.meeting", code=code))


@blueprint.post("/decisions/<code>/first/<int:application_id>/withdraw")
@access.requires(Permission.DECIDE)
def withdraw_first(code: str, application_id: int) -> Response:
    """Takes one's own first approval back."""
    _exists(code)
    try:
        with unit_of_work():
            operations.withdraw_first(application_id, the_actor(), clock.now())
        flash(gettext("Your first approval is taken back."), "success")
    except Stale:
        flash(gettext("This first approval does not wait any more. Here is the list now."), "warning")
    return redirect(url_for("decisions.meeting", code=code))


def _says_what(form: forms.DecisionForm) -> bool:
    return bool(form.chosen.data) and form.outcome.data in list(Outcome)


def _exists(code: str) -> None:
    if calls.current(code) is None:
        raise NotFound


def _ask_again(code: str) -> Response:
    _exists(code)
    flash(gettext("Tick at least one application first."), "warning")
    return redirect(url_for("decisions.meeting", code=code))


def _form(sitting: Sitting | None) -> type[forms.DecisionForm]:
    """The form of a decision, with a vote of each member where the panel of the meeting in progress votes."""
    return forms.decision_form(sitting.voters if sitting and sitting.votes else ())


def _consider(
    code: str,
    chosen_ids: Collection[int],
    outcome: Outcome,
    form: forms.DecisionForm | None = None,
    shown: queries.Meeting | None = None,
) -> str:
    """The page of a decision; `shown` is the call's list where it was read already."""
    shown, day = shown or _meeting(code, chosen=chosen_ids), clock.day_of(clock.now())
    chosen = [one for one in shown.candidates if one.id in chosen_ids]
    if len(chosen) != len(set(chosen_ids)):
        raise NotFound
    sitting = meetings.sitting(code, {one.id: one.reference for one in chosen}, day)
    return render_template(
        "decisions/consider.html",
        form=form or _form(sitting)(formdata=None, data={"outcome": outcome.value}),
        meeting=shown,
        chosen=chosen,
        outcome=outcome,
        verbs=OUTCOME_VERBS,
        sitting=sitting,
        aid=queries.aid_of(shown, chosen, day) if outcome is Outcome.APPROVED else {},
    )


def _typed(prefix: str) -> tuple[dict[int, int], list[Problem]]:
    """The sums in the address under names that begin so, in cents by the id after it, and what cannot be read."""
    sums: dict[int, int] = {}
    problems: list[Problem] = []
    for name, typed in request.args.items():
        number = name.removeprefix(prefix)
        if number != name and number.isdecimal() and len(number) < 10 and typed.strip():
            try:
                sums[int(number)] = parse_cents(typed, name)
            except BrokenRule as rule:
                problems += rule.problems
    return sums, problems


def _of_meetings() -> dict[str, object]:
    return {"status_labels": MEETING_STATUS_LABELS, "status_colours": MEETING_STATUS_COLOURS}


def _meeting(
    code: str, trial: Trial | None = None, chosen: Collection[int] | None = None, with_aid: bool = True
) -> queries.Meeting:
    """The list in the order of the call's ranking, or of arrival where it has no reviews; or only those `chosen`."""
    actor, today = the_actor(), clock.day_of(clock.now())
    found = queries.meeting(code, actor, today, trial, chosen, with_aid)
    if found is None:
        raise NotFound
    return found


from dih.decisions.appeals import views as _appeals  # noqa: E402, F401
from dih.decisions.meetings import views as _meetings  # noqa: E402, F401
from dih.decisions.papers import views as _papers  # noqa: E402, F401
from dih.decisions.results import views as _results  # noqa: E402, F401

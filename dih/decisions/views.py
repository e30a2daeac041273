"""The decision meeting: the list of a call with the money line, and the decisions taken on it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from dih.calls.vocabulary import CALL_METHOD_LABELS
from dih.decisions import forms, operations, queries
from dih.decisions.vocabulary import OUTCOME_VERBS, Outcome
from dih.decisions.waiting_list import proposals
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Stale
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place
from dih.shared.unit_of_work import unit_of_work

blueprint = Blueprint("decisions", __name__)


@blueprint.get("/decisions")
@access.requires(Permission.DECIDE, Permission.SEE_ALL)
def index() -> str:
    """The calls in which somebody waits for a decision."""
    page = queries.calls_to_decide(place())
    return render_template("decisions/index.html", page=page, method_labels=CALL_METHOD_LABELS, **beside(page))


@blueprint.get("/decisions/<code>")
@access.requires(Permission.DECIDE, Permission.SEE_ALL)
def meeting(code: str) -> str:
    """The list of one call."""
    return render_template(
        "decisions/meeting.html",
        meeting=_meeting(code),
        proposals=proposals(the_actor(), clock.day_of(clock.now()), code),
        method_labels=CALL_METHOD_LABELS,
        verbs=OUTCOME_VERBS,
    )


@blueprint.get("/decisions/<code>/decide")
@access.requires(Permission.DECIDE)
def consider(code: str) -> str | Response:
    """What the decision would do, before it is taken; `chosen` are application ids, `outcome` the decision."""
    form = forms.DecisionForm(request.args, meta={"csrf": False})
    if not _says_what(form):
        return _ask_again(code)
    return _consider(code, forms.DecisionForm(formdata=None, data=form.data))


@blueprint.post("/decisions/<code>/decide")
@access.requires(Permission.DECIDE)
def decide(code: str) -> str | Response | tuple[str, int]:
    """Takes the decision on all chosen applications, or on none."""
    form = forms.DecisionForm()
    if not _says_what(form):
        return _ask_again(code)
    if not form.validate():
        return _consider(code, form), 422
    try:
        with unit_of_work():
            decided = operations.decide(
                form.chosen.data, Outcome(form.outcome.data), form.reason.data or "", the_actor(), clock.now()
            )
    except BrokenRule as rule:
        form.refuse(rule)
        return _consider(code, form), 422
    except Stale:
        flash(
            gettext("Somebody decided on one of these meanwhile. Nothing was changed; here is the list now."), "warning"
        )
        return redirect(url_for("decisions.meeting", code=code))
    first = len(form.chosen.data) - decided
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
    try:
        with unit_of_work():
            operations.withdraw_first(application_id, the_actor(), clock.now())
        flash(gettext("Your first approval is taken back."), "success")
    except Stale:
        flash(gettext("This first approval does not wait any more. Here is the list now."), "warning")
    return redirect(url_for("decisions.meeting", code=code))


def _says_what(form: forms.DecisionForm) -> bool:
    return bool(form.chosen.data) and form.outcome.data in list(Outcome)


def _ask_again(code: str) -> Response:
    _meeting(code)
    flash(gettext("Tick at least one application first."), "warning")
    return redirect(url_for("decisions.meeting", code=code))


def _consider(code: str, form: forms.DecisionForm) -> str:
    shown = _meeting(code)
    chosen = [one for one in shown.candidates if one.id in (form.chosen.data or [])]
    if len(chosen) != len(set(form.chosen.data or [])):
        raise NotFound
    outcome = Outcome(form.outcome.data)
    return render_template(
        "decisions/consider.html",
        form=form,
        meeting=shown,
        chosen=chosen,
        outcome=outcome,
        verbs=OUTCOME_VERBS,
        aid=queries.aid_of(chosen, clock.day_of(clock.now())) if outcome is Outcome.APPROVED else {},
    )


def _meeting(code: str) -> queries.Meeting:
    """The list in the order of the call's ranking, or of arrival where it has no reviews."""
    actor, today = the_actor(), clock.day_of(clock.now())
    found = queries.meeting(code, actor, today)
    if found is None:
        raise NotFound
    return found


from dih.decisions.appeals import views as _appeals  # noqa: E402, F401
from dih.decisions.meetings import views as _meetings  # noqa: E402, F401
from dih.decisions.papers import views as _papers  # noqa: E402, F401
from dih.decisions.results import views as _results  # noqa: E402, F401

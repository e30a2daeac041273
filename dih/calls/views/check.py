"""May I apply? Whom the call is for, at most six questions, and a yes or no with why, how much and the source."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dih.calls import answers, carried, eligibility, queries
from dih.calls.forms import check_form, size_hints
from dih.calls.queries import CallView
from dih.calls.views import blueprint
from dih.calls.vocabulary import LEGAL_BASIS_LABELS
from dih.organisations.vocabulary import LEGAL_NATURE_LABELS
from dih.shared import access, clock
from dih.shared.errors import BrokenRule, NotFound
from dih.taxonomy.vocabulary import TARGET_GROUP_LABELS


@blueprint.get("/eligibility")
@access.public
def choose() -> str:
    """Which open call fits the visitor's kind of organisation."""
    return render_template(
        "calls/choose.html", calls=queries.open_calls(clock.now()), target_group_labels=TARGET_GROUP_LABELS
    )


@blueprint.route("/eligibility/<code>", methods=["GET", "POST"])
@access.public
def check(code: str) -> str | tuple[str, int] | Response:
    """The questions of one call's check, on one page."""
    call = _published(code)
    form = check_form(call.content)(data=carried.answers(code))
    refused = False
    if request.method == "POST":
        form.validate()
        try:
            carried.remember(code, answers.read(call.content, form.data))
            return redirect(url_for("calls.result", code=code))
        except BrokenRule as rule:
            form.refuse(rule)
            refused = True
    asked = eligibility.questions(call.content)
    skipped = {
        question.key: [LEGAL_NATURE_LABELS[nature] for nature in answers.skipped_by(call.content, question)]
        for question in asked
    }
    page = render_template(
        "calls/check.html", call=call, form=form, questions=asked, skipped=skipped, size_hints=size_hints()
    )
    return (page, 422) if refused else page


@blueprint.get("/eligibility/<code>/result")
@access.public
def result(code: str) -> str | Response:
    """What follows from the answers; without any, back to the questions."""
    call, now = _published(code), clock.now()
    try:
        given = answers.read(call.content, carried.answers(code))
    except BrokenRule:
        return redirect(url_for("calls.check", code=code))
    facts = answers.facts(call.content, given)
    found = eligibility.assess(call.content, facts)
    others = [
        other
        for other in queries.open_calls(now)
        if other.code != code and not eligibility.assess(other.content, facts).unmet
    ]
    return render_template(
        "calls/result.html",
        call=call,
        result=found,
        told={question.key: answers.told(question.key, given[question.key]) for question in _answered(call, given)},
        is_open=call.is_open(now),
        others=[] if found.eligible else others,
        basis_labels=LEGAL_BASIS_LABELS,
    )


def _answered(call: CallView, given: dict[str, str]) -> list[eligibility.CheckQuestion]:
    return [question for question in eligibility.questions(call.content) if question.key in given]


def _published(code: str) -> CallView:
    call = queries.current(code)
    if call is None:
        raise NotFound
    return call

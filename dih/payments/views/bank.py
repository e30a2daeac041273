"""The bank's statements: import, and matches for which two managers are needed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from dih.payments import jobs, operations, queries, statements
from dih.payments.forms import MatchForm, StatementForm
from dih.payments.rules import references_in
from dih.payments.views import Page, blueprint
from dih.payments.vocabulary import LINE_STATUS_LABELS, LineStatus
from dih.shared import access, asked, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work

sees = access.requires(Permission.SEE_ALL)
manages = access.requires(Permission.MANAGE_VOUCHERS)


@blueprint.get("/payments/statements", endpoint="statements")
@sees
def statement_list() -> Page:
    """What came in by bank, by state."""
    return _page(StatementForm())


@blueprint.post("/payments/statements")
@manages
def import_statement() -> Page:
    """Takes in a statement; what names its payment and brings its sum is matched at once."""
    form = StatementForm()
    if form.validate_on_submit():
        actor, now = the_actor(), clock.now()
        upload = form.file.data
        try:
            content = upload.stream.read(statements.MOST_BYTES + 1)
            lines = statements.read(content)
            with unit_of_work():
                new = operations.import_statement(upload.filename or "", content, lines, actor, now)
            matched = jobs.match_lines(now)
            flash(
                ngettext("%(num)s new line", "%(num)s new lines", new)
                + ", "
                + ngettext("%(num)s matched", "%(num)s matched", matched)
                + ".",
                "success",
            )
            return redirect(url_for("payments.statements"))
        except BrokenRule as rule:
            form.refuse(rule)
    return _page(form), 422


@blueprint.route("/payments/lines/<int:line_id>", methods=["GET", "POST"])
@manages
def line(line_id: int) -> Page:
    """Says which payment a line is, or that it is none."""
    form = MatchForm()
    if form.validate_on_submit():
        actor, now, note = the_actor(), clock.now(), form.note.data or ""
        try:
            with unit_of_work():
                if request.form.get("action") == "aside":
                    operations.put_aside(line_id, note, actor, now)
                else:
                    operations.propose(line_id, form.reference.data or "", note, actor, now)
            flash(_("Saved."), "success")
            return redirect(url_for("payments.statements"))
        except BrokenRule as rule:
            form.refuse(rule)
    actor, now = the_actor(), clock.now()
    shown = queries.line(line_id, actor, now)
    candidates = queries.candidates(shown.words, actor, now)
    named = references_in(shown.words)
    if request.method == "GET" and len(named) == 1:
        form.reference.data = named.pop()
    page = render_template("payments/line.html", form=form, line=shown, candidates=candidates)
    return (page, 422) if request.method == "POST" else page


VERBS = {"confirm": operations.confirm, "turn-down": operations.turn_down, "take-up": operations.take_up}


@blueprint.post("/payments/lines/<int:line_id>/<any(confirm, 'turn-down', 'take-up'):verb>")
@manages
def decide(line_id: int, verb: str) -> Page:
    """The second pair of eyes agrees or does not; a line put aside is looked at again."""
    try:
        with unit_of_work():
            VERBS[verb](line_id, the_actor(), clock.now())
    except BrokenRule as rule:
        form = StatementForm(formdata=None)
        form.refuse(rule)
        return _page(form), 422
    flash(_("Saved."), "success")
    return redirect(url_for("payments.statements"))


def _page(form: StatementForm) -> str:
    state = asked.member(LineStatus, "state")
    shown = [state] if state else [LineStatus.PROPOSED, LineStatus.UNMATCHED]
    return render_template(
        "payments/statements.html",
        form=form,
        state=state,
        groups=[(one, queries.lines(one, the_actor(), clock.now())) for one in shown],
        statements=queries.statements(),
        line_labels=LINE_STATUS_LABELS,
        columns=", ".join(statements.COLUMNS),
    )

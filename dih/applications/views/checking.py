"""A manager checks the conditions of the call, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.applications import operations, queries
from dih.applications.forms import LookAgainForm
from dih.applications.views import Page, blueprint
from dih.applications.views.opening import Opened, opened
from dih.applications.vocabulary import ApplicationStatus, Holds
from dih.calls import eligibility
from dih.shared import access, clock, texts
from dih.shared.access import Permission
from dih.shared.asking import ask
from dih.shared.errors import BrokenRule, Problem
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work

_COMPUTED = {True: Holds.YES, False: Holds.NO, None: Holds.OPEN}


@blueprint.route("/applications/<uuid:application_uuid>/eligibility", methods=["GET", "POST"])
@access.requires(Permission.DECIDE)
def check_conditions(application_uuid: UUID) -> Page:
    """Each condition with what follows from the data, the manager's finding and a note; then the result."""
    found = opened(application_uuid)
    conditions = found.call.content.conditions
    computed = {one.key: _COMPUTED[eligibility.met(one, found.whole.facts)] for one in conditions}
    if request.method == "GET":
        earlier = queries.latest_check(found.case.id)
        kept = earlier.findings if earlier else {}
        findings = {
            key: (Holds(kept[key]["holds"]), kept[key]["note"]) if key in kept else (holds, "")
            for key, holds in computed.items()
        }
        return _page(found, computed, findings, "")
    reason = _typed("reason")
    findings = {
        one.key: (_holds(request.form.get(f"holds.{one.key}")), _typed(f"note.{one.key}")) for one in conditions
    }
    try:
        with unit_of_work():
            is_eligible = operations.check(found.case.id, findings, reason, the_actor(), clock.now())
    except BrokenRule as rule:
        return _page(found, computed, findings, reason, rule.problems), 422
    if is_eligible:
        flash(_("Found eligible. The applicant is told."), "success")
    else:
        flash(_("Found not eligible. The applicant is told, with the reason."), "success")
    return redirect(url_for("applications.show", application_uuid=application_uuid))


@blueprint.route("/applications/<uuid:application_uuid>/look-again", methods=["GET", "POST"])
@access.requires(Permission.DECIDE)
def look_again(application_uuid: UUID) -> Page:
    """Takes back a finding of not eligible."""
    found = opened(application_uuid)
    form = LookAgainForm()
    return ask(
        form,
        lambda actor, now: operations.look_again(found.case.id, form.reason.data or "", actor, now),
        page=lambda: render_template("applications/look_again.html", found=found, form=form),
        done=lambda: _("The application waits for a new check."),
        target=url_for("applications.show", application_uuid=application_uuid),
    )


def _typed(name: str) -> str:
    return texts.plain(request.form.get(name, ""))


def _holds(text: str | None) -> Holds:
    return Holds(text) if text in set(Holds) else Holds.OPEN


def _page(
    found: Opened,
    computed: Mapping[str, Holds],
    findings: Mapping[str, tuple[Holds, str]],
    reason: str,
    problems: Sequence[Problem] = (),
) -> str:
    attached: dict[str, list[queries.Attachment]] = {}
    for file in found.whole.documents:
        attached.setdefault(file.key, []).append(file)
    return render_template(
        "applications/eligibility.html",
        found=found,
        computed=computed,
        findings=findings,
        reason=reason,
        problems=problems,
        attached=attached,
        checkable=found.case.status in (ApplicationStatus.SUBMITTED, ApplicationStatus.ELIGIBLE),
    )

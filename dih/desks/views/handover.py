"""Deactivating a person, once all open work is handed over."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dih.desks import handover
from dih.desks.views import blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


@blueprint.route("/admin/people/<int:person_id>/deactivate", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_PEOPLE)
def deactivate(person_id: int) -> str | Response | tuple[str, int]:
    """What is still open in the person's hands; the button closes the account when nothing is."""
    reason = request.form.get("reason", "")[:1000]
    if request.method == "GET":
        return render_template("desks/deactivate.html", leaving=handover.leaving(person_id), reason="", problems=())
    try:
        with unit_of_work():
            handover.deactivate(person_id, reason, the_actor(), clock.now())
    except BrokenRule as rule:
        page = render_template(
            "desks/deactivate.html", leaving=handover.leaving(person_id), reason=reason, problems=rule.problems
        )
        return page, 422
    flash(_("The account is closed."), "success")
    return redirect(url_for("accounts.all_people"))

"""Deactivating a person, once all open work is handed over."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dih.accounts.forms import ReasonForm
from dih.desks import handover
from dih.desks.views import blueprint
from dih.shared import access
from dih.shared.access import Permission
from dih.shared.asking import ask


@blueprint.route("/admin/people/<int:person_id>/deactivate", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_PEOPLE)
def deactivate(person_id: int) -> str | Response | tuple[str, int]:
    """What is still open in the person's hands; the button closes the account when nothing is."""
    form = ReasonForm()
    return ask(
        form,
        lambda actor, now: handover.deactivate(person_id, form.reason.data or "", actor, now),
        page=lambda: render_template("desks/deactivate.html", leaving=handover.leaving(person_id), form=form),
        done=lambda: _("The account is closed."),
        target=url_for("accounts.all_people"),
    )

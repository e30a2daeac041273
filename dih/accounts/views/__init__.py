"""What people do about their own account, and about the roles of others."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

Page = Response | str | tuple[str, int]

blueprint = Blueprint("accounts", __name__)


def again(template: str, form: FlaskForm, **context: Any) -> Page:
    """A page with a form: new, or once more with everything typed and what stands in the way (422)."""
    page = render_template(template, form=form, **context)
    return (page, 422) if request.method == "POST" else page


from dih.accounts.views import account, admin, invitation, people, registration, session  # noqa: E402, F401

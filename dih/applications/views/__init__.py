"""Pages about applications: of the applicant, and of the staff who enter, clarify and check."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

Page = Response | str | tuple[Response | str, int]
"""What a view answers with: a page, a redirect or JSON, maybe with a status."""

blueprint = Blueprint("applications", __name__)

from dih.applications.views import (  # noqa: E402
    checking,
    clarifying,
    documents,
    listing,
    own,
    submitting,
    tasks,
)

__all__ = ["blueprint", "checking", "clarifying", "documents", "listing", "own", "submitting", "tasks"]

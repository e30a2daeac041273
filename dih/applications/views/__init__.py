"""Pages about applications: of the applicant, and of the staff who enter, clarify and check."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("applications", __name__)

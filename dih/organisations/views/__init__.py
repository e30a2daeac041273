"""Pages about organisations: for their own people, and for staff who enter one for an applicant."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("organisations", __name__)

from dih.organisations.views import entering, own, staff  # noqa: E402

__all__ = ["blueprint", "entering", "own", "staff"]

"""The start page, the texts, and what later stands on each role's desk."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desks", __name__)

from dih.desks.views import audit, case, desk, handover, outgoing, public  # noqa: E402, F401 - registers its routes

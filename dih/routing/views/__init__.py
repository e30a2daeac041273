"""Pages about routing: what was routed to a partner, the answer to one application, and the partner's own page."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

Page = Response | str | tuple[str, int]
"""What a view answers with: a page or a redirect, maybe with a status."""

blueprint = Blueprint("routing", __name__)

from dih.routing.views import answering, helping, partner, planning  # noqa: E402

__all__ = ["answering", "blueprint", "helping", "partner", "planning"]

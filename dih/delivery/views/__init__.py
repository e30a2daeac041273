"""Pages about deliveries: the list, one delivery with what the partner records, and the beneficiary's answer."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

Page = Response | str | tuple[str, int]
"""What a view answers with: a page or a redirect, maybe with a status."""

blueprint = Blueprint("delivery", __name__)

from dih.delivery.views import answering, listing, recording  # noqa: E402

__all__ = ["answering", "blueprint", "listing", "recording"]

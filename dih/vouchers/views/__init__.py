"""Pages about vouchers: the list, a voucher with its files, and what each side does with it."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

Page = Response | str | tuple[str, int]
"""What a view answers with: a page or a redirect, maybe with a status."""

blueprint = Blueprint("vouchers", __name__)

from dih.vouchers.views import acting, listing, showing  # noqa: E402

__all__ = ["acting", "blueprint", "listing", "showing"]

"""Pages about calls: for anyone, and the check before sign-up."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("calls", __name__)

from dih.calls.views import check, public  # noqa: E402

__all__ = ["blueprint", "check", "public"]

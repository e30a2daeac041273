"""Pages about calls: for anyone, the check before sign-up, and the manager's side."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("calls", __name__)

from dih.calls.views import check, edit, manage, public  # noqa: E402

__all__ = ["blueprint", "check", "edit", "manage", "public"]

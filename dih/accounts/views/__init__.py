"""What people do about their own account, and about the roles of others."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)

from dih.accounts.views import account, registration, session  # noqa: E402, F401

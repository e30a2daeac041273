"""Pages about payments: the payer's, the manager's, the bank's statements, the invoices, and Stripe's webhook."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

Page = Response | str | tuple[str, int]
"""What a view answers with: a page or a redirect, maybe with a status."""

blueprint = Blueprint("payments", __name__)

from dih.payments.views import bank, invoices, managing, paying, webhook  # noqa: E402

__all__ = ["bank", "blueprint", "invoices", "managing", "paying", "webhook"]

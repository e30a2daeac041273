"""Pages about State aid: an organisation's sheet, what is stated on it, the register, and the public calculators."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

Page = Response | str | tuple[str, int]
"""What a view answers with: a page or a redirect, maybe with a status."""

blueprint = Blueprint("aid", __name__)

from dih.aid.views import calculators, figures, register, sheet, stating  # noqa: E402

__all__ = ["blueprint", "calculators", "figures", "register", "sheet", "stating"]

"""Gives every template the words for reviews, and percents as they are read."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from flask import Flask
from flask_babel import format_decimal

from dih.reviews.rules.rounding import rounded
from dih.reviews.vocabulary import PHASE_LABELS, REVIEW_STATUS_COLOURS, REVIEW_STATUS_LABELS


def furnish(app: Flask) -> None:
    """Sets labels as globals, for the panel is shown on pages of rooms above; the filter `decimal` shows a fraction."""
    app.jinja_env.globals.update(
        review_status_labels=REVIEW_STATUS_LABELS,
        review_status_colours=REVIEW_STATUS_COLOURS,
        phase_labels=PHASE_LABELS,
    )
    app.jinja_env.filters["decimal"] = _decimal


def _decimal(value: Fraction | Decimal | int) -> str:
    """82,5 in Romanian, 82.5 in English; at most two decimals."""
    return str(format_decimal(rounded(value), format="#,##0.##"))

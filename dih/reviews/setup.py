"""Gives every template the words for reviews, and percents as they are read."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from flask import Flask

from dih.reviews.rules.rounding import rounded
from dih.reviews.vocabulary import PHASE_LABELS, REVIEW_STATUS_COLOURS, REVIEW_STATUS_LABELS
from dih.shared import speech


def furnish(app: Flask) -> None:
    """Sets labels as globals, for the panel is shown on pages of rooms above; the filter `decimal` shows a fraction."""
    app.jinja_env.globals.update(
        review_status_labels=REVIEW_STATUS_LABELS,
        review_status_colours=REVIEW_STATUS_COLOURS,
        phase_labels=PHASE_LABELS,
    )
    app.jinja_env.filters["decimal"] = _decimal


def _decimal(value: Fraction | Decimal | int) -> str:
    """82,5 in Romanian, 82.5 in English; a fraction with at most two decimals, a rate or a percent as it is."""
    return speech.decimal(rounded(value) if isinstance(value, Fraction) else Decimal(value))

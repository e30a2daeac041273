"""Gives templates the filter `tenths`: tenths of an hour as hours in the reader's way."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask
from flask_babel import format_decimal


def tenths(count: int) -> str:
    """7,5 (Romanian) or 7.5 (English) from 75."""
    return str(format_decimal(Decimal(count) / 10, format="#,##0.#"))


def furnish(app: Flask) -> None:
    """Registers the filter."""
    app.jinja_env.filters["tenths"] = tenths

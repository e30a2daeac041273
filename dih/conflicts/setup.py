"""Gives every template the words for conflicts of interest."""

from __future__ import annotations

from flask import Flask

from dih.conflicts.vocabulary import (
    CONFLICT_KIND_LABELS,
    CONFLICT_SOURCE_LABELS,
    CONFLICT_STATUS_COLOURS,
    CONFLICT_STATUS_LABELS,
    FOUND_BY_LABELS,
)


def furnish(app: Flask) -> None:
    """Sets the labels as globals: the panel is shown on pages of rooms above."""
    app.jinja_env.globals.update(
        conflict_kind_labels=CONFLICT_KIND_LABELS,
        conflict_source_labels=CONFLICT_SOURCE_LABELS,
        conflict_status_labels=CONFLICT_STATUS_LABELS,
        conflict_status_colours=CONFLICT_STATUS_COLOURS,
        found_by_labels=FOUND_BY_LABELS,
    )

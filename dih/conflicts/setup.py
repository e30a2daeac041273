"""Gives every template the words for conflicts of interest, and tells rooms below what these close."""

from __future__ import annotations

from flask import Flask

from dih.conflicts.queries import in_conflict_with_organisation
from dih.conflicts.vocabulary import (
    CONFLICT_KIND_LABELS,
    CONFLICT_SOURCE_LABELS,
    CONFLICT_STATUS_COLOURS,
    CONFLICT_STATUS_LABELS,
    FOUND_BY_LABELS,
)
from dih.organisations import closed


def furnish(app: Flask) -> None:
    """Sets the labels as globals: the panel is shown on pages of rooms above. Organisations ask the bar."""
    closed.say_by(app, in_conflict_with_organisation)
    app.jinja_env.globals.update(
        conflict_kind_labels=CONFLICT_KIND_LABELS,
        conflict_source_labels=CONFLICT_SOURCE_LABELS,
        conflict_status_labels=CONFLICT_STATUS_LABELS,
        conflict_status_colours=CONFLICT_STATUS_COLOURS,
        found_by_labels=FOUND_BY_LABELS,
    )

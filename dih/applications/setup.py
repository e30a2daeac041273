"""What templates, here and in the rooms above, need to show applications."""

from __future__ import annotations

from flask import Flask

from dih.applications.vocabulary import (
    APPLICATION_STATUS_COLOURS,
    APPLICATION_STATUS_LABELS,
    HOLDS_COLOURS,
    HOLDS_LABELS,
    STATUS_MEANINGS,
    TASK_STATUS_COLOURS,
    TASK_STATUS_LABELS,
)
from dih.taxonomy.vocabulary import CATEGORY_LABELS, TARGET_GROUP_LABELS


def furnish(app: Flask) -> None:
    """Gives templates the words and colours of states, tasks, findings, sizes, categories and target groups."""
    app.jinja_env.globals.update(
        application_labels=APPLICATION_STATUS_LABELS,
        application_colours=APPLICATION_STATUS_COLOURS,
        application_meanings=STATUS_MEANINGS,
        task_labels=TASK_STATUS_LABELS,
        task_colours=TASK_STATUS_COLOURS,
        holds_labels=HOLDS_LABELS,
        holds_colours=HOLDS_COLOURS,
        category_labels=CATEGORY_LABELS,
        target_group_labels=TARGET_GROUP_LABELS,
    )

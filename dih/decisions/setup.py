"""What templates, here and in the rooms above, need to show decisions."""

from __future__ import annotations

from flask import Flask

from dih.decisions.vocabulary import APPEAL_MEANINGS, APPEAL_STATUS_COLOURS, APPEAL_STATUS_LABELS, OUTCOME_LABELS


def furnish(app: Flask) -> None:
    """Gives templates the words and colours of outcomes and appeals."""
    app.jinja_env.globals.update(
        outcome_labels=OUTCOME_LABELS,
        appeal_labels=APPEAL_STATUS_LABELS,
        appeal_colours=APPEAL_STATUS_COLOURS,
        appeal_meanings=APPEAL_MEANINGS,
    )

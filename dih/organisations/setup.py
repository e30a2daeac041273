"""What templates call things by: legal natures, sectors and counties."""

from __future__ import annotations

from flask import Flask

from dih.organisations.closed import CLOSED
from dih.organisations.vocabulary import LEGAL_NATURE_LABELS
from dih.taxonomy import terms


def furnish(app: Flask) -> None:
    """Gives templates `nature_labels`, `county_name(code)`, `sector_label(code)`, `technology_label(code)`, and
    `closed_words` for a case in conflict with the reader.
    """
    app.jinja_env.globals.update(
        closed_words=CLOSED,
        nature_labels=LEGAL_NATURE_LABELS,
        county_name=terms.county_name,
        sector_label=terms.sector_label,
        technology_label=terms.technology_label,
    )

"""What templates of other rooms need to show aid and size."""

from __future__ import annotations

from flask import Flask

from dih.aid.queries import sizes
from dih.aid.vocabulary import BASIS_LABELS, GRANT_STATUS_COLOURS, GRANT_STATUS_LABELS, SIZE_LABELS
from dih.aid.whole_size import WholeSize
from dih.organisations.queries import OrganisationView
from dih.shared import clock


def furnish(app: Flask) -> None:
    """Gives templates the words for kinds of aid, states of grants and sizes, and the size of an organisation."""
    app.jinja_env.globals.update(
        aid_basis_labels=BASIS_LABELS,
        grant_labels=GRANT_STATUS_LABELS,
        grant_colours=GRANT_STATUS_COLOURS,
        size_labels=SIZE_LABELS,
        size_of=size_of,
    )


def size_of(organisation: OrganisationView) -> WholeSize:
    """The size of an organisation today, with all who are related with it. Its own page is in a room below."""
    return sizes([organisation], clock.day_of(clock.now()))[organisation.id]

"""What templates of the rooms above need to show aid."""

from __future__ import annotations

from flask import Flask

from dih.aid.vocabulary import BASIS_LABELS, GRANT_STATUS_COLOURS, GRANT_STATUS_LABELS


def furnish(app: Flask) -> None:
    """Gives templates the words for kinds of aid and states of grants."""
    app.jinja_env.globals.update(
        aid_basis_labels=BASIS_LABELS, grant_labels=GRANT_STATUS_LABELS, grant_colours=GRANT_STATUS_COLOURS
    )

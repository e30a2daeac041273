"""`/dev/mail`: the mails of this machine, under `make run` only. Links in them can be followed."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, render_template

from dih.desks import outgoing
from dih.desks.views import blueprint
from dih.shared import access
from dih.shared.errors import NotFound


@blueprint.get("/dev/mail")
@access.public
def mails() -> str:
    """The newest mails."""
    return render_template("desks/mails.html", letters=outgoing.letters(_folder()))


@blueprint.get("/dev/mail/<int:number>")
@access.public
def mail(number: int) -> str:
    """One mail, with its links."""
    found = outgoing.letter(_folder(), number)
    if found is None:
        raise NotFound
    return render_template("desks/mail.html", letter=found)


def _folder() -> Path:
    if not current_app.config["DEVELOPMENT"]:
        raise NotFound
    return Path(current_app.config["MAIL_FOLDER"])

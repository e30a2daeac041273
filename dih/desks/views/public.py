"""Pages for anyone: the start page and the texts."""

from __future__ import annotations

from flask import render_template

from dih.desks import queries, texts
from dih.desks.views import blueprint
from dih.shared import access, clock
from dih.shared.pages import reader_language


@blueprint.get("/")
@access.public
def start() -> str:
    questions = texts.questions(reader_language()).first(5)
    return render_template("desks/start.html", start=queries.start(clock.now()), questions=questions)


@blueprint.get("/help")
@access.public
def help_page() -> str:
    return render_template("desks/help.html", questions=texts.questions(reader_language()))


@blueprint.get("/privacy")
@access.public
def privacy() -> str:
    return _text("privacy")


@blueprint.get("/terms")
@access.public
def terms() -> str:
    return _text("terms")


@blueprint.get("/accessibility")
@access.public
def accessibility() -> str:
    return _text("accessibility")


def _text(name: str) -> str:
    return render_template("desks/text.html", text=texts.page(name, reader_language()))

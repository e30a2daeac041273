"""The measure of all pages: the smallest page that Flask and SQLAlchemy make of one row."""

from __future__ import annotations

import os

from flask import Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Row(db.Model):  # type: ignore[name-defined]
    """One row, in a table of the platform that all databases have."""

    __tablename__ = "partner"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]


PAGE = "<!doctype html><html lang=en><title>{{ row.code }}</title><p>{{ row.code }}</p></html>"


def bare() -> Flask:
    """One page at /, of the partner with the id 1."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    db.init_app(app)

    @app.get("/")
    def page() -> str:
        return render_template_string(PAGE, row=db.session.get(Row, 1))

    return app

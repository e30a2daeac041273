"""Words, money and days as readers of both languages get them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from markupsafe import escape

from dih.shared import speech
from dih.shared.wording import Text

HOME = Path(__file__).parents[3] / "dih"
MANY = Text(
    "Shorten this text by %(num)s character: at most %(limit)s fit.",
    {"limit": 200},
    plural="Shorten this text by %(num)s characters: at most %(limit)s fit.",
)


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("words", root_path=str(HOME))
    # The first room has no catalogue, as some rooms have none: its English plural rule must not win.
    folders = [HOME / "demo" / "none", HOME / "desks" / "translations", HOME / "shared" / "translations"]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, folders))
    Babel(app, locale_selector=lambda: "ro")
    speech.furnish(app)
    return app


@pytest.fixture(autouse=True)
def reading(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def both(speak: object, *values: object) -> tuple[str, str]:
    romanian = speak(*values)  # type: ignore[operator]
    with force_locale("en"):
        return romanian, speak(*values)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("cents", "romanian", "english"),
    [
        (0, "0,00\xa0€", "€0.00"),
        (5, "0,05\xa0€", "€0.05"),
        (-5, "-0,05\xa0€", "-€0.05"),
        (123456789, "1.234.567,89\xa0€", "€1,234,567.89"),
        (-100000, "-1.000,00\xa0€", "-€1,000.00"),
        (None, "–", "–"),
    ],
)
def test_money_is_written_as_the_reader_writes_it(cents: int | None, romanian: str, english: str) -> None:
    assert both(speech.euro, cents) == (romanian, english)


@pytest.mark.parametrize(("cents", "whole"), [(149, "1"), (150, "2"), (-150, "-2"), (99_999_950, "1.000.000")])
def test_whole_euro_are_rounded_half_up(cents: int, whole: str) -> None:
    assert speech.euro(cents, False) == f"{whole}\xa0€"


def test_days_and_moments_are_those_of_bucharest() -> None:
    late = dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC)
    assert both(speech.day, dt.date(2026, 11, 22)) == ("22\xa0nov.\xa02026", "22\xa0Nov\xa02026")
    assert speech.day(late) == "1\xa0iul.\xa02026"
    assert both(speech.moment, late) == ("1\xa0iul.\xa02026, 01:30", "1\xa0Jul\xa02026, 01:30")


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 caracter"), (2, "2 caractere"), (20, "20 de caractere"), (101, "101 caractere")]
)
def test_plurals_follow_romanian(count: int, words: str) -> None:
    said = speech.say(Text(MANY.message, MANY.values, MANY.plural, count))
    assert f"cu {words}:" in said


def test_a_bilingual_value_falls_back_to_romanian() -> None:
    assert both(speech.local, {"ro": "Cluj", "en": "Cluj county"}) == ("Cluj", "Cluj county")
    assert both(speech.local, {"ro": "Cluj"}) == ("Cluj", "Cluj")
    assert speech.local(None) == ""


def test_what_is_said_is_escaped_in_pages_and_plain_in_mails(app: Flask) -> None:
    source = '{{ _("Reference: %(reference)s", reference="<b>") }}'
    page = app.jinja_env.from_string("{% autoescape true %}" + source + "{% endautoescape %}")
    mail = app.jinja_env.from_string("{% autoescape false %}" + source + "{% endautoescape %}")
    assert page.render() == "Număr de referință: &lt;b&gt;"
    assert mail.render() == "Număr de referință: <b>"


def test_a_constant_is_said_in_the_language_of_the_reader_not_of_the_first_one(app: Flask) -> None:
    template = app.jinja_env.from_string('{{ 100000|euro }} {{ "Help"|say }} {{ _("Help") }}')
    assert both(template.render) == ("1.000,00\xa0€ Ajutor Ajutor", "€1,000.00 Help Help")


def test_a_reference_in_a_heading_is_never_broken(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ title|say|whole }}")
    kept = '<span class="nowrap">DIH-2026-00042</span>'
    assert template.render(title="Review of DIH-2026-00042, <b>") == f"Review of {kept}, &lt;b&gt;"
    assert template.render(title="pentru IMM-urile mici") == 'pentru <span class="nowrap">IMM-urile</span> mici'
    assert template.render(title=escape("A & B SRL, NIS2")) == "A &amp; B SRL, NIS2"

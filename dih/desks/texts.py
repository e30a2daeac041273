"""The texts that people read before they apply: Markdown files with a small header, made into safe HTML once."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import markdown
import nh3
from markupsafe import Markup

FOLDER = Path(__file__).parent / "pages"

_TAGS = {
    *("a", "p", "h2", "h3", "ul", "ol", "li", "strong", "em", "code"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href"}, "h2": {"id"}, "h3": {"id"}}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a text and the id under which it can be reached."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class TextPage:
    """A text in one language with its version and day."""

    title: str
    version: str
    day: dt.date
    headings: Sequence[Heading]
    html: Markup


@dataclass(frozen=True, slots=True)
class Question:
    """A question that people ask, and its answer."""

    id: str
    words: str
    answer: Markup


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions by theme: (heading, its questions)."""

    title: str
    themes: Sequence[tuple[Heading, Sequence[Question]]]

    def first(self, count: int) -> Sequence[Question]:
        """The first question of each theme, at most `count`."""
        return [questions[0] for _, questions in self.themes if questions][:count]


@functools.cache
def page(name: str, language: str) -> TextPage:
    """A text by its file's name and language ("ro", "en"). Raises FileNotFoundError for one that does not exist."""
    header, body = _parts(name, language)
    html, headings = _rendered(body)
    return TextPage(header["title"], header["version"], dt.date.fromisoformat(header["date"]), headings, html)


@functools.cache
def questions(language: str) -> Questions:
    """The questions that people ask: `##` is a theme, `###` a question, what follows its answer."""
    header, body = _parts("faq", language)
    themes = []
    for number, theme in enumerate(body.split("\n## ")[1:], 1):
        words, *asked = theme.split("\n### ")
        themes.append(
            (
                Heading(f"theme-{number}", words.strip()),
                [
                    Question(f"question-{number}-{place}", question.strip(), _rendered(answer)[0])
                    for place, (question, _, answer) in enumerate((one.partition("\n") for one in asked), 1)
                ],
            )
        )
    return Questions(header["title"], themes)


def _parts(name: str, language: str) -> tuple[Mapping[str, str], str]:
    _, header, body = (FOLDER / f"{name}.{language}.md").read_text().split("---\n", 2)
    fields = (line.partition(":") for line in header.splitlines())
    return {key.strip(): value.strip() for key, _, value in fields}, "\n" + body


def _rendered(body: str) -> tuple[Markup, list[Heading]]:
    reader = markdown.Markdown(extensions=["tables", "toc", "sane_lists"])
    html = nh3.clean(reader.convert(body), tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None)
    headings = [Heading(token["id"], token["name"]) for token in reader.toc_tokens]  # type: ignore[attr-defined]
    return Markup(html), headings  # noqa: S704 - cleaned in the line above

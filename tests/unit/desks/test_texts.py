"""The texts that people read before they apply."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dih.accounts.vocabulary import TERMS_VERSION
from dih.desks import texts

NAMES = sorted(file.name.split(".")[0] for file in texts.FOLDER.glob("*.ro.md"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of texts; what was read from it is forgotten afterwards."""
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    texts.page.cache_clear()
    texts.questions.cache_clear()


def lay(folder: Path, name: str, body: str) -> None:
    (folder / f"{name}.ro.md").write_text(f"---\ntitle: T\nversion: 1\ndate: 2026-01-02\n---\n\n{body}\n")


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_version_and_parts(name: str) -> None:
    romanian, english = texts.page(name, "ro"), texts.page(name, "en")
    assert (romanian.version, romanian.day) == (english.version, english.day)
    assert len(romanian.headings) == len(english.headings)


@pytest.mark.parametrize("name", ["terms", "privacy"])
def test_what_one_accepts_at_registration_is_the_version_that_one_reads(name: str) -> None:
    assert texts.page(name, "ro").version == TERMS_VERSION


def test_questions_in_both_languages_stand_at_the_same_places() -> None:
    romanian, english = (texts.questions(language).themes for language in ("ro", "en"))
    assert [[one.id for one in asked] for _, asked in romanian] == [[one.id for one in asked] for _, asked in english]


def test_a_text_cannot_bring_scripts_or_styles(folder: Path) -> None:
    bad = '<script>alert(1)</script><p style="color:red" onclick="x()">a</p>\n\n[a](javascript:alert(1))'
    lay(folder, "trick", f"## One\n\n{bad}")
    html = texts.page("trick", "ro").html
    assert not any(word in html for word in ("<script", "style", "onclick", "javascript"))
    assert '<h2 id="one">One</h2>' in html


def test_questions_are_grouped_by_theme(folder: Path) -> None:
    lay(folder, "faq", "## First\n\n### Why?\n\nSo.\n\n### How?\n\nThus.\n\n## Second\n\n### When?\n\nNow.")
    found = texts.questions("ro")
    assert [(theme.words, [question.words for question in asked]) for theme, asked in found.themes] == [
        ("First", ["Why?", "How?"]),
        ("Second", ["When?"]),
    ]
    assert [question.words for question in found.first(5)] == ["Why?", "When?"]
    assert found.first(1)[0].answer == "<p>So.</p>"

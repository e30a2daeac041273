"""The tool that keeps the Romanian catalogues finds every message, and every fault of a translation."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: ro\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2);\\n"\n\n'
)
PAGE = """
{{ _("Open") }} {{ ngettext("%(num)s day", "%(num)s days", n) }} {% trans %}In a tag{% endtrans %} {{ _(variable) }}
"""
CODE = """
A = N_("From a rule")
B = BrokenRule.because(N_("Until %(day)s"), "field", day=1)
C = Text(N_("%(num)s line"), {}, plural=N_("%(num)s lines"), count=2)
D = Text("Bare")
E = gettext("Long " "words")
F = other("not a message")
"""
ALL = {
    "Open": "Deschis",
    "In a tag": "Într-o etichetă",
    "From a rule": "Dintr-o regulă",
    "Until %(day)s": "Până pe %(day)s",
    "Bare": "Simplu",
    "Long words": "Cuvinte lungi",
}
PLURALS: dict[tuple[str, str], tuple[str, ...]] = {
    ("%(num)s day", "%(num)s days"): ("o zi", "%(num)s zile", "%(num)s de zile"),
    ("%(num)s line", "%(num)s lines"): ("%(num)s rând", "%(num)s rânduri", "%(num)s de rânduri"),
}


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool, looking at a house of two rooms in a folder of its own."""
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "HOME", tmp_path)
    for room in ("hall", "attic"):
        (tmp_path / room / "templates" / room).mkdir(parents=True)
        (tmp_path / room / "__init__.py").touch()
    (tmp_path / "hall" / "templates" / "hall" / "page.html").write_text(PAGE)
    (tmp_path / "hall" / "rules.py").write_text(CODE)
    return module


def lay(tool: ModuleType, room: str, singles: dict[str, str], plurals: dict[tuple[str, str], tuple[str, ...]]) -> None:
    text = HEADER + "".join(f'msgid "{key}"\nmsgstr "{value}"\n\n' for key, value in singles.items())
    for (one, many), forms in plurals.items():
        text += f'msgid "{one}"\nmsgid_plural "{many}"\n'
        text += "".join(f'msgstr[{place}] "{form}"\n' for place, form in enumerate(forms)) + "\n"
    tool._file(room).parent.mkdir(parents=True, exist_ok=True)
    tool._file(room).write_text(text)


def run(tool: ModuleType, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["catalogues.py", *words])
    return int(tool.main())


def test_every_message_is_found_once(tool: ModuleType) -> None:
    assert set(tool._messages("hall")) == {*ALL, *PLURALS}


def test_a_whole_catalogue_has_no_fault(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tool, "hall", ALL, PLURALS)
    assert run(tool, monkeypatch, "check") == 0


@pytest.mark.parametrize(
    ("message", "translation", "fault"),
    [
        ("Open", "", "is not translated"),
        ("Open", "Deşchis", "cedillas"),
        ("Until %(day)s", "Până pe %(zi)s", "other placeholders"),
        ("Until %(day)s", "Până atunci", "other placeholders"),
        ("Gone", "Plecat", "no longer used"),
    ],
)
def test_a_faulty_translation_is_named(
    tool: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    message: str,
    translation: str,
    fault: str,
) -> None:
    lay(tool, "hall", ALL | {message: translation}, PLURALS)
    assert run(tool, monkeypatch, "check") == 1
    assert fault in capsys.readouterr().out


def test_a_missing_plural_form_is_named(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tool, "hall", ALL, PLURALS | {("%(num)s day", "%(num)s days"): ("o zi", "%(num)s zile")})
    assert run(tool, monkeypatch, "check") == 1
    assert "%(num)s day" in capsys.readouterr().out


def test_two_rooms_say_the_same_message_alike(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tool, "hall", ALL, PLURALS)
    (tool.HOME / "attic" / "rules.py").write_text('A = N_("Open")')
    lay(tool, "attic", {"Open": "Deschisă"}, {})
    assert run(tool, monkeypatch, "check") == 1
    assert "translate differently: 'Open'" in capsys.readouterr().out


def test_extracting_keeps_what_is_translated_and_takes_over_what_another_room_says(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tool, "hall", ALL | {"Gone": "Plecat"}, PLURALS)
    (tool.HOME / "attic" / "rules.py").write_text('A = N_("Open")\nB = N_("New here")')
    assert run(tool, monkeypatch, "extract") == 0
    assert {message.id: message.string for message in tool._read("attic") if message.id} == {
        "Open": "Deschis",
        "New here": "",
    }
    kept = {message.id: message.string for message in tool._read("hall") if message.id}
    assert kept == {**ALL, **PLURALS}  # type: ignore[misc]
    before = tool._file("hall").read_bytes()
    assert run(tool, monkeypatch, "extract") == 0
    assert tool._file("hall").read_bytes() == before


def test_only_older_catalogues_are_compiled(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tool, "hall", ALL, PLURALS)
    assert run(tool, monkeypatch, "compile") == 0
    compiled = tool._file("hall").with_suffix(".mo")
    first = compiled.stat().st_mtime_ns
    assert run(tool, monkeypatch, "compile") == 0
    assert compiled.stat().st_mtime_ns == first

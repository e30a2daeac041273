"""Promises about the code as text."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

LONGEST_FILE = 350
"""Lines. Longer files are split by what they are about."""

REGISTRY_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "yarnpkg" + ".com")
MACHINE_PATHS = ("/wo" + "rk/main", "/wo" + "rk/shared", "/wo" + "rk/.", "/ro" + "ot/", "/ho" + "me/")
CLOCKS = {
    *((owner, name) for owner in ("datetime", "date") for name in ("now", "utcnow", "today")),
    *(("time", name) for name in ("time", "time_ns", "localtime", "gmtime")),
}

MAY_COMMIT = {
    "dih/shared/unit_of_work.py",
    "dih/accounts/datastore.py",  # Flask-Security ends its own requests
}
MAY_READ_THE_CLOCK = {"dih/shared/clock.py"}


@functools.cache
def read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="ignore")


@functools.cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(read(file))


@functools.cache
def calls(file: Path) -> list[tuple[int, str, str]]:
    """Every call `owner.name(...)` of a module, as (line, owner, name)."""
    found = []
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            found.append((node.lineno, name, node.func.attr))
    return found


def test_no_file_is_too_long(root: Path) -> None:
    long = {
        str(file.relative_to(root)): len(read(file).splitlines())
        for kind in ("*.py", "*.html", "*.css", "*.js")
        for file in (root / "dih").rglob(kind)
        if "dist" not in file.parts and len(read(file).splitlines()) > LONGEST_FILE
    }
    assert not long


@pytest.mark.parametrize("words", [REGISTRY_HOSTS, MACHINE_PATHS], ids=["registries", "machine paths"])
def test_no_file_names(project_files: list[Path], root: Path, words: tuple[str, ...]) -> None:
    found = [
        f"{file.relative_to(root)}: {word}"
        for file in project_files
        if file.suffix not in (".png", ".ico", ".woff2", ".pdf")
        for word in words
        if word in read(file)
    ]
    assert not found


def test_only_the_clock_reads_the_wall_clock(modules: list[Path], root: Path) -> None:
    found = [
        f"{file.relative_to(root)}:{line} {owner}.{name}()"
        for file in modules
        if str(file.relative_to(root)) not in MAY_READ_THE_CLOCK
        for line, owner, name in calls(file)
        if (owner, name) in CLOCKS
    ]
    assert not found


def test_operations_and_rules_get_their_time(modules: list[Path], root: Path) -> None:
    """They take `now` as an argument and never ask the clock."""
    found = [
        f"{file.relative_to(root)}:{line}"
        for file in modules
        if {"operations", "rules", "queries"} & {*file.relative_to(root).with_suffix("").parts}
        for line, owner, name in calls(file)
        if owner == "clock" and name == "now"
    ]
    assert not found


def test_only_the_unit_of_work_commits(modules: list[Path], root: Path) -> None:
    found = [
        f"{file.relative_to(root)}:{line} {owner}.{name}()"
        for file in modules
        if str(file.relative_to(root)) not in MAY_COMMIT
        for line, owner, name in calls(file)
        if name == "commit"
    ]
    assert not found


def test_operations_do_not_open_transactions_or_read_the_session(modules: list[Path], root: Path) -> None:
    """They are called inside a unit of work, with the actor as an argument."""
    forbidden = re.compile(r"\bunit_of_work\(\)|from flask import[^\n]*\b(session|request|g)\b|current_user")
    found = [
        f"{file.relative_to(root)}: {match.group()}"
        for file in modules
        if "operations" in file.relative_to(root).with_suffix("").parts
        for match in forbidden.finditer(read(file))
    ]
    assert not found


def test_no_drawer_for_everything(modules: list[Path], root: Path) -> None:
    names = {"utils", "helpers", "common", "misc", "tools"}
    assert not [str(file.relative_to(root)) for file in modules if names & {*file.with_suffix("").parts[-3:]}]


def test_imports_stand_at_the_top(modules: list[Path], root: Path) -> None:
    """Except heavy packages, and what commands run: it loads on first use, so that every command starts quickly."""
    heavy = (
        "ortools",
        "typst",
        "numpy",
        "stripe",
        "requests",
        "pyhanko",
        "xlsxwriter",
        "openpyxl",
        "segno",
        "dih.reviews.assignment",
    )
    found = []
    for file in modules:
        for function in (
            node for node in ast.walk(parsed(file)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ):
            for node in ast.walk(function):
                name = node.module if isinstance(node, ast.ImportFrom) else None
                name = node.names[0].name if isinstance(node, ast.Import) else name
                of_command = file.name == "commands.py" and (name or "").startswith("dih.")
                if name and not name.startswith(heavy) and not of_command:
                    found.append(f"{file.relative_to(root)}:{node.lineno} {name}")  # type: ignore[attr-defined]
    assert not found


def test_days_and_numbers_say_whether_they_may_stay_empty(modules: list[Path], root: Path) -> None:
    """A browser sends an empty field as an empty text, and without a validator WTForms takes that for a wrong day."""
    read_from_text = {"DateField", "DateTimeLocalField", "DecimalField", "IntegerField"}
    found = [
        f"{file.relative_to(root)}:{node.lineno}"
        for file in modules
        if file.name == "forms.py"
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in read_from_text
        if len(node.args) < 2 and not any(keyword.arg == "validators" for keyword in node.keywords)
    ]
    assert not found


def test_templates_carry_no_inline_script_or_style(templates: list[Path], root: Path) -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:"
    )
    found = [
        f"{file.relative_to(root)}:{read(file)[: match.start()].count(chr(10)) + 1} {match.group().strip()}"
        for file in templates
        for match in inline.finditer(read(file))
    ]
    assert not found


def test_templates_switch_off_no_escaping(templates: list[Path], root: Path) -> None:
    """Markup("...") around words of the template itself is fine: what is put into it is escaped."""
    found = [
        f"{file.relative_to(root)}: {match.group()}"
        for file in templates
        for match in re.finditer(r"\|\s*safe\b|autoescape\s+false|Markup\((?!\"(?:[^\"\\]|\\.)*\"\))", read(file))
    ]
    assert not found


def test_the_map_describes_every_package(root: Path) -> None:
    """docs/architecture.md has a line for every package, and none for one that is gone."""
    text = read(root / "docs" / "architecture.md")
    described = set(re.findall(r"^\| `dih/([a-z/]+)/`", text, re.MULTILINE))
    present = {str(file.parent.relative_to(root / "dih")) for file in (root / "dih").glob("*/__init__.py")}
    assert present - described == set(), "not described"
    assert described - present == set(), "described but gone"

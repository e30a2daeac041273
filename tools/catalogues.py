"""The Romanian catalogues, one for each room: `dih/<room>/translations/ro/LC_MESSAGES/messages.po`.

    .venv/bin/python tools/catalogues.py extract [ROOM ...]   brings them up to the code; keeps what is translated
    .venv/bin/python tools/catalogues.py compile              makes the .mo files that are missing or older
    .venv/bin/python tools/catalogues.py check [ROOM ...]     says what is missing or wrong; exits 1 if anything is

A new message that another room has already translated comes with that translation. Messages are found in templates
(`_`, `ngettext`, `trans`) and in Python (`_`, `N_`, `gettext`, `ngettext`, `Text(..., plural=...)`).
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent / "dih"
SINGLE = {"_", "N_", "gettext", "lazy_gettext"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
CEDILLA = re.compile("[\u015e\u015f\u0162\u0163]")
VOLATILE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-).*\n', re.M
)

Message = str | tuple[str, str]
"""A message, or a pair of singular and plural."""


def main() -> int:
    """Does what the command line asks for; the exit code."""
    command, *rooms = sys.argv[1:] or [""]
    if command == "compile":
        _compile()
        return 0
    if command not in ("extract", "check"):
        print(__doc__)
        return 2
    chosen = rooms or sorted(folder.parent.name for folder in HOME.glob("*/__init__.py"))
    if command == "extract":
        for room in chosen:
            _extract(room)
        return 0
    faults = [fault for room in chosen for fault in _faults(room)] + _contradictions()
    print("\n".join(faults) or "Every message is translated.")
    return 1 if faults else 0


def _file(room: str) -> Path:
    return HOME / room / "translations" / "ro" / "LC_MESSAGES" / "messages.po"


def _messages(room: str) -> dict[Message, list[str]]:
    """All messages of a room and the files in which they stand."""
    found: dict[Message, list[str]] = defaultdict(list)
    for file in sorted((HOME / room).rglob("*.py")):
        for message in _in_python(ast.parse(file.read_text(encoding="utf-8"))):
            found[message].append(file.relative_to(HOME).as_posix())
    for file in sorted((HOME / room / "templates").rglob("*.*")):
        for message in _in_template(file):
            found[message].append(file.relative_to(HOME).as_posix())
    singulars = {message[0] for message in found if isinstance(message, tuple)}
    return {message: files for message, files in found.items() if message not in singulars}


def _in_python(tree: ast.Module) -> Iterator[Message]:
    inside: set[ast.AST] = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        words = [_literal(argument) for argument in call.args[:2]]
        plural = next((word.value for word in call.keywords if word.arg == "plural"), None)
        if name == "ngettext" and len(words) == 2 and words[0] and words[1]:
            yield words[0], words[1]
        elif name == "Text" and words and words[0] and plural is not None and (many := _literal(plural)):
            inside |= {call.args[0], plural}
            yield words[0], many
        elif name in {"Text", *SINGLE} and call not in inside and words and words[0]:
            yield words[0]


def _literal(node: ast.expr) -> str | None:
    """The text of a string, or of a string marked by N_."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_" and node.args:
        node = node.args[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _in_template(file: Path) -> Iterator[Message]:
    from jinja2.ext import babel_extract

    with file.open("rb") as source:
        options = {"trimmed": "true", "silent": "false"}
        for _, function, words, _ in babel_extract(source, (*SINGLE, "ngettext"), (), options):
            if function == "ngettext" and isinstance(words, tuple) and words[0] and words[1]:
                yield words[0], words[1]
            elif function in SINGLE and (single := words[0] if isinstance(words, tuple) else words):
                yield single


def _read(room: str):  # type: ignore[no-untyped-def]
    from babel.messages.pofile import read_po

    if not _file(room).is_file():
        return None
    with _file(room).open("rb") as source:
        return read_po(source, locale="ro")


def _translated_anywhere() -> dict[Message, str | tuple[str, ...]]:
    known: dict[Message, str | tuple[str, ...]] = {}
    for file in HOME.glob("*/translations/ro/LC_MESSAGES/messages.po"):
        for message in _read(file.relative_to(HOME).parts[0]):
            if message.id and message.string and "fuzzy" not in message.flags:
                known.setdefault(message.id, message.string)
    return known


def _extract(room: str) -> None:
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    messages, old = _messages(room), _read(room)
    if not messages and old is None:
        return
    known = _translated_anywhere()
    catalog = Catalog(locale="ro", fuzzy=False, header_comment=f"# Romanian words of the room {room}.")
    for message, files in messages.items():
        mine = old.get(message[0] if isinstance(message, tuple) else message) if old is not None else None
        string = mine.string if mine is not None and mine.id == message and mine.string else known.get(message, "")
        catalog.add(
            message, string or (("", "", "") if isinstance(message, tuple) else ""), [(f, 0) for f in set(files)]
        )
    text = io.BytesIO()
    write_po(text, catalog, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    written = VOLATILE.sub("", text.getvalue().decode())
    _file(room).parent.mkdir(parents=True, exist_ok=True)
    if not _file(room).is_file() or _file(room).read_text(encoding="utf-8") != written:
        _file(room).write_text(written, encoding="utf-8")
    missing = sum(not _strings(message) or not all(_strings(message)) for message in catalog if message.id)
    print(f"{room}: {len(messages)} messages" + (f", {missing} to translate" if missing else ""))


def _compile() -> None:
    stale = [
        po
        for po in HOME.glob("*/translations/ro/LC_MESSAGES/messages.po")
        if not (mo := po.with_suffix(".mo")).is_file() or mo.stat().st_mtime < po.stat().st_mtime
    ]
    if not stale:
        return
    from babel.messages.mofile import write_mo

    for po in stale:
        text = io.BytesIO()
        write_mo(text, _read(po.relative_to(HOME).parts[0]))
        fresh = po.with_suffix(".mo.new")
        fresh.write_bytes(text.getvalue())
        fresh.replace(po.with_suffix(".mo"))


def _faults(room: str) -> Iterator[str]:
    """What is missing or wrong in one room's catalogue, a line each."""
    wanted, catalog = _messages(room), _read(room)
    kept = {message.id: message for message in catalog or () if message.id}
    for message in sorted(set(wanted) - set(kept), key=str):
        yield f"{room}: not in the catalogue: {message!r} ({wanted[message][0]})"
    for message in sorted(set(kept) - set(wanted), key=str):
        yield f"{room}: no longer used: {message!r}"
    for message in catalog.obsolete if catalog is not None else ():
        yield f"{room}: obsolete: {message!r}"
    for message in kept.values():
        yield from (f"{room}: {message.id!r} {fault}" for fault in _wrong(message))


def _wrong(message) -> Iterator[str]:  # type: ignore[no-untyped-def]
    forms = _strings(message)
    if not forms or not all(forms):
        yield "is not translated in every form"
        return
    if "fuzzy" in message.flags:
        yield "is marked fuzzy"
    if isinstance(message.id, tuple) and len(forms) != 3:
        yield f"has {len(forms)} plural forms instead of 3"
    wanted = set(PLACEHOLDER.findall(message.id[-1] if isinstance(message.id, tuple) else message.id))
    for place, form in enumerate(forms):
        # "one day" may be said without its number.
        optional = {"num"} if isinstance(message.id, tuple) and place == 0 else set()
        if set(PLACEHOLDER.findall(form)) | optional != wanted | optional:
            yield f"has other placeholders in: {form!r}"
        if CEDILLA.search(form):
            yield f"has cedillas in place of commas below: {form!r}"


def _strings(message) -> tuple[str, ...]:  # type: ignore[no-untyped-def]
    return message.string if isinstance(message.string, tuple) else (message.string,) if message.string else ()


def _contradictions() -> list[str]:
    """The same message said in two ways by two rooms."""
    said: dict[Message, dict[object, str]] = defaultdict(dict)
    for file in sorted(HOME.glob("*/translations/ro/LC_MESSAGES/messages.po")):
        room = file.relative_to(HOME).parts[0]
        for message in _read(room):
            if message.id and message.string:
                said[message.id].setdefault(message.string, room)
    return [
        f"{' and '.join(ways.values())} translate differently: {message!r}"
        for message, ways in said.items()
        if len(ways) > 1
    ]


if __name__ == "__main__":
    sys.exit(main())

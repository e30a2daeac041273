"""Forms of any depth, declared as fields: stored JSON -> what a form shows -> what was typed -> JSON again.

What a form shows and what was typed have the same shape, a tree of strings: {"title": {"ro": "..."}, "money": [{...}]}.
A control's name is the way to it, joined by points: `questions.3.choices.0.label.ro`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Protocol

from dih.shared import texts
from dih.shared.errors import BrokenRule, Problem
from dih.shared.money import parse_cents, plain
from dih.shared.wording import N_, Text

Kind = Literal[
    "both", "long", "text", "key", "codes", "integer", "percent", "money", "tick", "yes_no", "choice", "choices",
    "rows", "object",
]  # fmt: skip
"""`both` and `long` are texts in two languages, `codes` a list typed with commas, `rows` a list of groups, `object` one
group; `money` is typed in euro and kept in cents."""

LANGUAGES = ("ro", "en")
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `label`, `hint` and `one` (what a row is called) are `N_()` messages.

    `options`: value -> label, or the name of a set of options that the page brings. `kinds`: shown only where the
    group's own `kind` is one of these. `named_by`: a key left empty is made from this text; `titled`: the field that
    names a row on the screen. An `optional` object is left out when nothing of it is filled in.
    """

    name: str
    label: str
    kind: Kind
    hint: str = ""
    options: Mapping[str, Any] | str = ""
    fields: tuple[Field, ...] = ()
    kinds: frozenset[str] = frozenset()
    one: str = ""
    titled: str = ""
    named_by: str = ""
    optional: bool = False

    def fits(self, group: Mapping[str, Any]) -> bool:
        """Whether the field belongs to a group of this kind."""
        return not self.kinds or group.get("kind") in self.kinds


class Typed(Protocol):
    """What was posted: one value or all values of a name, and the names."""

    def get(self, key: str, default: str) -> str: ...
    def getlist(self, key: str) -> list[str]: ...
    def __iter__(self) -> Iterator[str]: ...


def shown(fields: Sequence[Field], data: Mapping[str, Any]) -> Tree:
    """The tree that shows stored JSON."""
    return {field.name: _shown(field, data.get(field.name)) for field in fields if field.fits(data)}


def _shown(field: Field, value: Any) -> Any:
    match field.kind:
        case "rows":
            return [shown(field.fields, row) for row in value or ()]
        case "object":
            return shown(field.fields, value or {})
        case "both" | "long":
            return {language: (value or {}).get(language, "") for language in LANGUAGES}
        case "choices":
            return list(value or ())
        case "codes":
            return ", ".join(value or ())
        case "tick" | "yes_no":
            return "" if value is None else "yes" if value else "no"
        case "money":
            return "" if value is None else plain(value)
        case "percent":
            return "" if value is None else f"{Decimal(value).normalize():f}"
    return "" if value is None else str(value)


def typed(fields: Sequence[Field], form: Typed, way: str = "") -> Tree:
    """The tree that was typed, hidden fields of other kinds included."""
    tree: Tree = {}
    for field in fields:
        tree[field.name] = tree.get(field.name) or _typed(field, form, f"{way}{field.name}")
    return tree


def _typed(field: Field, form: Typed, name: str) -> Any:
    match field.kind:
        case "rows":
            own = re.compile(rf"{re.escape(name)}\.(\d{{1,4}})\.")
            rows = sorted({int(found[1]) for key in form if (found := own.match(key))})
            return [typed(field.fields, form, f"{name}.{row}.") for row in rows]
        case "object":
            return typed(field.fields, form, f"{name}.")
        case "both" | "long":
            return {language: texts.plain(form.get(f"{name}.{language}", "")) for language in LANGUAGES}
        case "choices":
            return [texts.plain(value) for value in form.getlist(name)]
    return texts.plain(form.get(name, ""))


def posted(fields: Sequence[Field], tree: Mapping[str, Any], way: str = "") -> Iterator[tuple[str, str]]:
    """The names and values that a form of this tree posts: what is carried along of fields that are not shown."""
    for field in {field.name: field for field in fields}.values():
        name, value = f"{way}{field.name}", tree.get(field.name)
        if field.kind == "rows":
            for index, row in enumerate(value or ()):
                yield from posted(field.fields, row, f"{name}.{index}.")
        elif field.kind == "object":
            yield from posted(field.fields, value or {}, f"{name}.")
        elif isinstance(value, dict):
            yield from ((f"{name}.{language}", text) for language, text in value.items() if text)
        elif isinstance(value, list):
            yield from ((name, one) for one in value)
        elif value:
            yield name, value


def read(fields: Sequence[Field], tree: Mapping[str, Any], way: str = "") -> tuple[dict[str, Any], list[Problem]]:
    """The JSON of what was typed, without what is empty, and what can't be read, by the names of the controls."""
    data: dict[str, Any] = {}
    problems: list[Problem] = []
    for field in fields:
        if not field.fits(tree):
            continue
        name, value = f"{way}{field.name}", tree.get(field.name)
        try:
            found = _read(field, value, name, problems)
        except BrokenRule as rule:
            problems += rule.problems
            continue
        if found is None and field.named_by:
            found = key_of((tree.get(field.named_by) or {}).get("en", ""))
        if found is not None:
            data[field.name] = found
    return data, problems


def _read(field: Field, value: Any, name: str, problems: list[Problem]) -> Any:
    match field.kind:
        case "rows":
            rows = [read(field.fields, row, f"{name}.{index}.") for index, row in enumerate(value or ())]
            problems += [problem for _row, found in rows for problem in found]
            return [row for row, _found in rows]
        case "object":
            data, found = read(field.fields, value or {}, f"{name}.")
            problems += found
            return None if field.optional and not any(data.values()) else data
        case "both" | "long":
            texts = {language: text.strip() for language, text in (value or {}).items() if text.strip()}
            return texts or None
        case "choices":
            return list(dict.fromkeys(value or ()))
        case "codes":
            return [code for code in re.split(r"[\s,;]+", value or "") if code]
        case "tick":
            return value == "yes"
        case "yes_no":
            return {"yes": True, "no": False}.get(value or "")
    text = (value or "").strip()
    return _number(field, text, name) if text else None


def _number(field: Field, text: str, name: str) -> Any:
    if field.kind == "money":
        return parse_cents(text, name)
    if field.kind == "integer":
        digits = re.sub(r"(?<=\d)[ .\u00a0](?=\d{3}(\D|$))", "", text)
        if not re.fullmatch(r"\d{1,12}", digits, re.ASCII):
            raise BrokenRule.because(N_("Enter a whole number."), name)
        return int(digits)
    if field.kind == "percent":
        try:
            number = Decimal(text.removesuffix("%").strip().replace(",", "."))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number.adjusted()) > 9:
            raise BrokenRule.because(N_("Enter a percent such as 50 or 12.5."), name)
        return str(number)
    return text


def key_of(words: str) -> str | None:
    """A key made from words: small letters, digits and underscores; None where too little is left."""
    plain_words = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    key = "_".join(re.findall(r"[a-z0-9]+", plain_words)[:6]).lstrip("0123456789_")[:60].rstrip("_")
    return key if len(key) > 1 else None


def rearrange(fields: Sequence[Field], tree: Tree, deed: str) -> str:
    """Does to a typed tree what a button says, such as `questions.3.up`, and returns the way to the row in question.

    Deeds: `<list>.add`, `<row>.remove`, `<row>.up`, `<row>.down`, `<group>.show`. What makes no sense changes nothing.
    """
    *way, verb = deed.split(".")
    at: Any = tree
    steps: list[Any] = []
    for step in way:
        steps.append(at)
        at = at.get(step) if isinstance(at, dict) else _item(at, step)
        if at is None:
            return ""
    rows = steps[-1] if steps else None
    if verb == "add" and isinstance(at, list) and len(at) < MOST_ROWS:
        at.append(shown(_fields_at(fields, way), {}))
        return ".".join([*way, str(len(at) - 1)])
    if verb in ("up", "down", "remove") and isinstance(rows, list):
        index = int(way[-1])
        row = rows.pop(index)
        if verb == "remove":
            return ".".join(way[:-1])
        index = max(0, index - 1) if verb == "up" else min(len(rows), index + 1)
        rows.insert(index, row)
        return ".".join([*way[:-1], str(index)])
    return ".".join(way)


MOST_ROWS = 100
"""How long a list may become by its button."""


def _item(rows: Any, step: str) -> Any:
    return rows[int(step)] if isinstance(rows, list) and step.isdecimal() and int(step) < len(rows) else None


def _fields_at(fields: Sequence[Field], way: Sequence[str]) -> Sequence[Field]:
    for step in way:
        if not step.isdecimal():
            fields = next(field.fields for field in fields if field.name == step and field.fields)
    return fields


def labels(fields: Sequence[Field], way: Sequence[str]) -> list[Text | str]:
    """The labels on the way to a control, rows by their number: Questions, 3, Label, Romanian."""
    found: list[Text | str] = []
    for step in way:
        if step.isdecimal():
            found.append(str(int(step) + 1))
        elif step in LANGUAGE_LABELS:
            found.append(Text(LANGUAGE_LABELS[step]))
        elif field := next((field for field in fields if field.name == step), None):
            found.append(Text(field.label))
            fields = field.fields
    return found


LANGUAGE_LABELS = {"ro": N_("Romanian"), "en": N_("English")}

"""A submission as it is kept, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dih.applications.rules import answers, tasks
from dih.applications.rules.answers import Words
from dih.calls.content import CallContent
from dih.shared.money import Euro
from dih.shared.wording import N_, Text


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an application as people read it; `value` is text, a Text, a bilingual value, a list or None."""

    key: str
    label: str | Words | Text
    value: Any


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one task."""

    task: str
    title: str | Words
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one line was and what it is."""

    label: str | Words | Text
    before: Any
    after: Any


def snapshot(
    given: Mapping[str, Any], services: Sequence[Mapping[str, Any]], documents: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What a Submission keeps: answers by key, services with name and price, documents with name and digest."""
    return {"answers": dict(given), "services": [*services], "documents": [*documents]}


def parts(content: CallContent, kept: Mapping[str, Any]) -> list[Part]:
    """A snapshot as people read it, task by task."""
    given = kept["answers"]
    found = []
    if conditions := tasks.asked_conditions(content):
        found.append(Part(tasks.ORGANISATION, N_("Conditions"), [_line(asked, given) for asked in conditions]))
    found.append(Part(tasks.SERVICES, N_("Services"), [_services(kept["services"])]))
    for section in content.sections:
        key = tasks.SECTION + section.key
        found.append(Part(key, section.title, [_line(asked, given) for asked in tasks.asked_in(content, key)]))
    if content.documents:
        files = kept["documents"]
        lines = [
            Line(document.key, document.label, [file["name"] for file in files if file["key"] == document.key])
            for document in content.documents
        ]
        found.append(Part(tasks.DOCUMENTS, N_("Documents"), lines))
    return found


def declared(content: CallContent, given: Mapping[str, Any]) -> Part:
    """The declarations and which of them were made."""
    lines = [
        Line(
            tasks.DECLARATION + declaration.key,
            declaration.text,
            Text(N_("Yes")) if given.get(tasks.DECLARATION + declaration.key) is True else Text(N_("No")),
        )
        for declaration in content.declarations
    ]
    return Part(tasks.SUBMIT, N_("Declarations"), lines)


def differences(content: CallContent, earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[Difference]:
    """The lines that read differently in two snapshots; a document replaced under the same name counts as different."""
    changed = []
    for before, after in zip(_lines(content, earlier), _lines(content, later), strict=True):
        replaced = _digests(earlier, before.key) != _digests(later, after.key)
        if before.value != after.value or replaced:
            changed.append(Difference(before.label, before.value, after.value))
    return changed


def _lines(content: CallContent, kept: Mapping[str, Any]) -> list[Line]:
    whole = [*parts(content, kept), declared(content, kept["answers"])]
    return [line for part in whole for line in part.lines]


def _line(asked: answers.Asked, given: Mapping[str, Any]) -> Line:
    return Line(asked.key, asked.label, answers.as_shown(asked, given.get(asked.key)))


def _services(services: Sequence[Mapping[str, Any]]) -> Line:
    shown = [
        Text(N_("%(service)s: %(price)s"), {"service": service["name"], "price": Euro(service["price_cents"])})
        for service in services
    ]
    return Line("services", N_("Services you ask for"), shown)


def _digests(kept: Mapping[str, Any], key: str) -> list[str]:
    return [file["sha256"] for file in kept["documents"] if file["key"] == key]

"""Every status has a label, a colour, a way in and a way out; every choice has a label."""

from __future__ import annotations

import ast
import enum
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from dih.desks.vocabulary import ACTION_LABELS, SUBJECT_LABELS
from dih.shared.transitions import Transition

ROOT = Path(__file__).resolve().parents[2]
COLOURS = {"grey", "blue", "teal", "green", "amber", "red", "purple"}
UNLABELLED = {"FileKind", "PartyKind", "HolderKind", "CaenRevision", "Account", "EventOutcome", "FirstEnd"}
"""Kinds that no screen names by themselves."""

COMPUTED = {"TaskStatus"}
"""Statuses that are computed from other data each time and never stored, so that nothing leads from one to another."""

ENDS = {
    "AppealStatus": {"upheld", "dismissed", "withdrawn"},
    "ApplicationStatus": {"approved", "rejected", "withdrawn", "expired"},
    "CallStatus": {"closed"},
    "ChangeStatus": {"done", "withdrawn", "refused"},
    "ConflictStatus": {"cleared"},
    "GrantStatus": {"withdrawn"},
    "MeetingStatus": {"closed"},
    "ReviewStatus": {"submitted", "declined", "conflicted", "recalled"},
    "LineStatus": {"matched"},
    "PaymentStatus": {"paid"},
    "PlanStatus": {"published", "superseded"},
    "RefundStatus": {"failed"},
    "RoutingStatus": {"declined", "handed_over", "overridden", "ended"},
    "VoucherStatus": {"closed", "lapsed", "cancelled"},
}
"""Where a life may end: every other status needs a way out."""


def upper(name: str) -> str:
    """ApplicationStatus -> APPLICATION_STATUS."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


def vocabularies() -> Iterator[ModuleType]:
    for file in sorted((ROOT / "dih").glob("*/vocabulary.py")):
        yield importlib.import_module(f"dih.{file.parent.name}.vocabulary")


def kinds() -> Iterator[tuple[ModuleType, type[enum.StrEnum]]]:
    for module in vocabularies():
        for thing in dict.fromkeys(value for value in vars(module).values() if isinstance(value, type)):
            if issubclass(thing, enum.StrEnum) and thing.__module__ == module.__name__:
                yield module, thing


def words_for(module: ModuleType, kind: type[enum.StrEnum]) -> dict[enum.StrEnum, str]:
    """The labels of a kind: a dictionary of the module whose name ends in _LABELS and whose keys are of that kind."""
    for name, value in vars(module).items():
        if name.endswith("_LABELS") and {type(key) for key in value} == {kind}:
            return value
    return {}


def faults(module: ModuleType, kind: type[enum.StrEnum]) -> list[str]:
    """What a kind lacks."""
    name, found = upper(kind.__name__), []
    labels = words_for(module, kind)
    if kind.__name__ not in UNLABELLED:
        found += [f"{member} has no label" for member in kind if not labels.get(member)]
    if not kind.__name__.endswith("Status"):
        return found
    colours = getattr(module, f"{name}_COLOURS", {})
    found += [f"{member} has no colour" for member in kind if colours.get(member) not in COLOURS]
    table: tuple[Transition, ...] | None = getattr(module, f"{name}_TRANSITIONS", None)
    if table is None:
        return found if kind.__name__ in COMPUTED else [*found, "there is no transition table"]
    first = next(iter(kind))
    ends = ENDS.get(kind.__name__, set())
    for member in kind:
        if member is not first and not any(edge.target == member for edge in table):
            found.append(f"{member} has no way in")
        if member not in ends and not any(edge.source == member for edge in table):
            found.append(f"{member} has no way out and is not among the ends")
    edges = [(edge.action, edge.source, edge.permission) for edge in table]
    found += [f"{edge} stands twice" for edge in set(edges) if edges.count(edge) > 1]
    return found


@pytest.mark.parametrize(("module", "kind"), [pytest.param(m, k, id=f"{m.__name__}.{k.__name__}") for m, k in kinds()])
def test_it_is_complete(module: ModuleType, kind: type[enum.StrEnum]) -> None:
    assert not faults(module, kind)


def test_the_guard_sees_what_is_missing() -> None:
    class LampStatus(enum.StrEnum):
        OFF = "off"
        ON = "on"
        BROKEN = "broken"

    module = ModuleType("lamp")
    module.LAMP_STATUS_LABELS = {LampStatus.OFF: "Off", LampStatus.ON: "On"}  # type: ignore[attr-defined]
    module.LAMP_STATUS_COLOURS = {LampStatus.OFF: "grey", LampStatus.ON: "pink", LampStatus.BROKEN: "red"}  # type: ignore[attr-defined]
    module.LAMP_STATUS_TRANSITIONS = (Transition("switch", LampStatus.OFF, LampStatus.ON, None),)  # type: ignore[attr-defined]
    assert faults(module, LampStatus) == [
        "broken has no label",
        "on has no colour",
        "on has no way out and is not among the ends",
        "broken has no way in",
        "broken has no way out and is not among the ends",
    ]


def test_what_the_code_records_has_words() -> None:
    """Actions and kinds of subjects that stand as literals in a call of `audit.record`."""
    recorded = [
        call
        for file in (ROOT / "dih").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.record"
    ]
    assert len(recorded) > 50
    for place, labels in ((2, SUBJECT_LABELS), (3, ACTION_LABELS)):
        said = {word for call in recorded for word in _literals(call.args[place])}
        assert not said - labels.keys()


def _literals(argument: ast.expr) -> Iterator[str]:
    """The texts that an argument may be; of a subject (kind, id) those of its kind."""
    match argument:
        case ast.Constant(value=str(word)):
            yield word
        case ast.IfExp():
            yield from (*_literals(argument.body), *_literals(argument.orelse))
        case ast.Tuple(elts=[kind, _]):
            yield from _literals(kind)

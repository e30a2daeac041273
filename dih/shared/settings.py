"""Settings that an administrator may change while the platform runs: declared by the rooms, stored and audited here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule
from dih.shared.models import StoredSetting
from dih.shared.unit_of_work import forget, read_once
from dih.shared.wording import N_


@dataclass(frozen=True, slots=True)
class Setting:
    """A declared setting: its name, default (whose type rules; a frozenset holds days), label, limits for integers.

    `read` brings a text that is not empty into its normal form, or raises BrokenRule.
    """

    name: str
    default: Any
    label: str
    help: str = ""
    least: int | None = None
    most: int | None = None
    read: Callable[[str], str] | None = None


_declared: dict[str, Setting] = {}


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together: a title, a sentence on what they are about, their names.

    A room makes its group at import, in a module named settings.py, and declares its settings there.
    """

    title: str
    words: str
    names: list[str] = field(default_factory=list)

    def declare(self, setting: Setting) -> Setting:
        """Makes a setting known."""
        if not self.names:
            _groups.append(self)
        self.names.append(setting.name)
        _declared[setting.name] = setting
        return setting


_groups: list[Group] = []


def groups() -> list[tuple[Group, list[Setting]]]:
    """All settings by their groups, in the order of the rooms."""
    return [(group, [_declared[name] for name in group.names]) for group in _groups]


def find(name: str) -> Setting | None:
    """The setting of this name, if there is one."""
    return _declared.get(name)


def read(setting: Setting) -> Any:
    """The present value of a setting; all are read together, once in a unit of work or a request that only reads."""
    return _value(setting, _stored())


def read_all() -> dict[str, Any]:
    """The present values of all settings by name, in one query."""
    stored = _stored()
    return {setting.name: _value(setting, stored) for setting in _declared.values()}


def _stored() -> dict[str, Any]:
    def find() -> dict[str, Any]:
        rows = db.session.execute(select(StoredSetting.name, StoredSetting.value))
        return {row.name: row.value for row in rows}

    return read_once("settings", find) or {}


def _value(setting: Setting, stored: dict[str, Any]) -> Any:
    return _loaded(setting, stored[setting.name]) if setting.name in stored else setting.default


def change(name: str, value: Any, actor: Actor, now: dt.datetime) -> None:
    """Stores a new value and records it. Raises BrokenRule when the value does not fit the declaration."""
    setting = _declared[name]
    if type(value) is not type(setting.default):
        raise BrokenRule.because(N_("This value has the wrong form."), name)
    if setting.least is not None and value < setting.least:
        raise BrokenRule.because(N_("Enter at least %(least)s."), name, least=setting.least)
    if setting.most is not None and value > setting.most:
        raise BrokenRule.because(N_("Enter at most %(most)s."), name, most=setting.most)
    if setting.read is not None and value:
        value = setting.read(value)
    stored = db.session.scalar(select(StoredSetting).where(StoredSetting.name == name).with_for_update())
    before = _plain(setting.default) if stored is None else stored.value
    if before == _plain(value):
        return
    if stored is None:
        stored = StoredSetting(name=name)
        db.session.add(stored)
    stored.value = _plain(value)
    db.session.flush()
    forget()
    audit.record(
        actor, now, ("setting", stored.id), "setting_changed", before={name: before}, after={name: stored.value}
    )


def _plain(value: Any) -> Any:
    """As JSON keeps it: a day is its ISO form, a set of days a list of them in order."""
    if isinstance(value, frozenset):
        return [day.isoformat() for day in sorted(value)]
    return value.isoformat() if isinstance(value, dt.date) else value


def _loaded(setting: Setting, value: Any) -> Any:
    if isinstance(setting.default, frozenset):
        return frozenset(map(dt.date.fromisoformat, value))
    return dt.date.fromisoformat(value) if isinstance(setting.default, dt.date) else value

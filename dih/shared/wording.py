"""Words that people read, marked and carried without Flask: rules say what, templates in which language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:
    """Marks an English message for the catalogues and returns it unchanged; templates translate it."""
    return message


@dataclass(frozen=True, slots=True)
class Text:
    """A message with its values, translated when shown (template filter `say`).

    `plural` and `count` choose a plural form. A value may itself be a Text or bilingual. `str()` gives English.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    count: int | None = None

    def __str__(self) -> str:
        message = self.plural if self.plural and self.count != 1 else self.message
        values = {name: value["en"] if isinstance(value, Mapping) else value for name, value in self.values.items()}
        return message % {"num": self.count, **values} if values or self.plural else message

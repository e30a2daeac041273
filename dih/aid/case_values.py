"""Strict reading of one value of a case file, with the path that leads to it, so that each error names its field."""

from __future__ import annotations

import datetime as dt
import enum
import json
import re
from collections import Counter
from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from dih.shared.errors import BrokenRule
from dih.shared.wording import N_

MOST = 2**63 - 1
"""The largest whole number that the database keeps."""

_MOST_DECIMALS = 20  # sums of percents then stay exact within the 28 digits of decimal arithmetic
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_Choice = TypeVar("_Choice", bound=enum.StrEnum)


def parse_json(content: bytes) -> Value:
    """The root value of a JSON text in UTF-8. Raises BrokenRule for what is no JSON and for a key given twice.

    NaN, infinities and endless numbers are read, so that the field which holds them can be named when it refuses them.
    """
    try:
        parsed = json.loads(
            content.decode("utf-8-sig"),
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=Decimal,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError) as error:
        raise BrokenRule.because(N_("This is not valid JSON: %(why)s."), "case", why=error) from error
    return Value(parsed, "")


def _integer(digits: str) -> int:
    # Python refuses to read thousands of digits; the first sixty already lie beyond every limit.
    return int(digits[:60])


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return Decimal("NaN")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for key, count in Counter(key for key, _ in pairs).items():
        if count > 1:
            raise BrokenRule.because(N_("This key stands here twice."), key)
    return dict(pairs)


class Value:
    """A value and its path, such as `prior[0].date`. Each method returns what it names or raises BrokenRule."""

    def __init__(self, value: Any, path: str) -> None:
        self.value = value
        self.path = path

    def refuse(self, message: str, **values: object) -> BrokenRule:
        """The error that names this field."""
        return BrokenRule.because(message, self.path or "case", **values)

    def object(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Value]:
        """The members of an object, all of `required` and none that is unknown. `note` is a remark and is left out."""
        if not isinstance(self.value, dict):
            raise self.refuse(N_("This must be an object."))
        for key in self.value:
            if key not in {*required, *optional, "note"}:
                raise self._at(key).refuse(N_("This key is unknown."))
        present = [key for key in self.value if key != "note"]
        return {key: self.member(key) for key in dict.fromkeys([*required, *present])}

    def member(self, key: str) -> Value:
        """One member of an object, which must be there."""
        if key not in self.value:
            raise self._at(key).refuse(N_("This is missing."))
        return self._at(key)

    def _at(self, key: str) -> Value:
        return Value(self.value.get(key), f"{self.path}.{key}" if self.path else key)

    def members(self) -> dict[str, Value]:
        """The members of an object whose keys are free."""
        if not isinstance(self.value, dict):
            raise self.refuse(N_("This must be an object."))
        return {key: self._at(key) for key in self.value}

    def items(self) -> list[Value]:
        """The items of a list, which may be empty."""
        if not isinstance(self.value, list):
            raise self.refuse(N_("This must be a list; write [] for none."))
        return [Value(item, f"{self.path}[{index}]") for index, item in enumerate(self.value)]

    def name(self) -> str:
        """A name: text that is not empty and has no blanks around it, so that one name is always the same."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.refuse(N_("This must be a text that is not empty."))
        if self.value != self.value.strip():
            raise self.refuse(N_("Remove the blanks before or after the name."))
        try:
            self.value.encode()
        except UnicodeEncodeError:
            raise self.refuse(N_("This text has a character that does not exist.")) from None
        return self.value

    def choice(self, choices: type[_Choice]) -> _Choice:
        """One of the values of an enumeration."""
        return choices(self.one_of(tuple(choices)))

    def one_of(self, choices: Collection[str]) -> str:
        """One of these texts."""
        if not isinstance(self.value, str) or self.value not in choices:
            raise self.refuse(N_("This must be one of: %(choices)s."), choices=", ".join(choices))
        return self.value

    def whole(self, least: int = 0, most: int = MOST) -> int:
        """A whole number in these limits; true and false are none, and 1.0 is none."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.refuse(N_("This must be a whole number."))
        self._within(self.value, least, most)
        return self.value

    def number(self, most: int = MOST) -> Decimal:
        """A number from 0 to `most`, decimals allowed."""
        if not isinstance(self.value, int | Decimal) or isinstance(self.value, bool):
            raise self.refuse(N_("This must be a number."))
        number = Decimal(self.value)
        if not number.is_finite():
            raise self.refuse(N_("This must be a number."))
        self._within(number, 0, most)
        if not number:
            return Decimal(0)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -_MOST_DECIMALS:
            raise self.refuse(N_("This has more than %(most)s decimals."), most=_MOST_DECIMALS)
        return Decimal(f"{number:f}")

    def _within(self, number: int | Decimal, least: int, most: int) -> None:
        if number < least:
            raise self.refuse(N_("This must be at least %(least)s."), least=least)
        if number > most:
            raise self.refuse(N_("This must be at most %(most)s."), most=most)

    def percent(self) -> Decimal:
        """A percent from 0 to 100, decimals allowed."""
        return self.number(most=100)

    def day(self) -> dt.date:
        """A day written as YYYY-MM-DD."""
        if isinstance(self.value, str) and _DAY.fullmatch(self.value):
            try:
                return dt.date.fromisoformat(self.value)
            except ValueError:
                pass
        raise self.refuse(N_("This must be a day that exists, written as YYYY-MM-DD."))

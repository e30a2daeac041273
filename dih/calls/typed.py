"""What the typed parts of a call stand on: texts in both languages, keys, percents, a strict frozen base."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from dih.shared.errors import Problem
from dih.shared.wording import N_
from dih.shared.wording import Text as Words

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{1,39}$")]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]


class Unfit(ValueError):
    """What a validator of ours refuses: all problems at once, each at a field of the model that it looked at."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem.text) for problem in problems))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise Unfit when there is any problem."""
    if found := tuple(problems):
        raise Unfit(*found)


def problem(field: str, message: str, **values: object) -> Problem:
    """A problem from an `N_()` message and its values."""
    return Problem(field, Words(message, values))


def repeated(field: str, keys: Iterable[str]) -> Iterator[Problem]:
    """A problem at `field` that lists the keys given more than once, if there are any."""
    found = sorted(key for key, count in Counter(keys).items() if count > 1)
    if found:
        yield problem(field, N_("Used more than once: %(keys)s."), keys=", ".join(found))


def unknown(field: str, keys: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    """A problem at `field` that lists the keys that are not among the known, if there are any."""
    found = sorted(set(keys) - set(known))
    if found:
        yield problem(field, N_("Not known in this call: %(keys)s."), keys=", ".join(found))


def _in_both_languages(texts: dict[Literal["ro", "en"], Text]) -> dict[Literal["ro", "en"], Text]:
    refuse(problem(language, N_("Fill this in.")) for language in ("ro", "en") if language not in texts)
    return texts


Localised = Annotated[dict[Literal["ro", "en"], Text], AfterValidator(_in_both_languages)]


class Frozen(BaseModel):
    """Base of all parts: immutable, and a field that does not exist is an error instead of being dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

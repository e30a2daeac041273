"""What the typed parts of a call stand on: texts in both languages, keys, percents, a strict frozen base."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{1,39}$")]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]


def _in_both_languages(texts: dict[Literal["ro", "en"], Text]) -> dict[Literal["ro", "en"], Text]:
    missing = [language for language in ("ro", "en") if language not in texts]
    if missing:
        raise ValueError(f"text missing in: {', '.join(missing)}")
    return texts


Localised = Annotated[dict[Literal["ro", "en"], Text], AfterValidator(_in_both_languages)]


def unique(what: str, keys: Iterable[str]) -> None:
    """Raise ValueError that lists the keys given more than once."""
    repeated = sorted(key for key, count in Counter(keys).items() if count > 1)
    if repeated:
        raise ValueError(f"{what} repeated: {', '.join(repeated)}")


def known_only(what: str, keys: Iterable[str], known: Iterable[str]) -> None:
    """Raise ValueError that lists the keys that are not among the known."""
    unknown = sorted(set(keys) - set(known))
    if unknown:
        raise ValueError(f"{what} unknown: {', '.join(unknown)}")


class Frozen(BaseModel):
    """Base of all parts: immutable, and a field that does not exist is an error instead of being dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

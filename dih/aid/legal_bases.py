"""The legal bases as versioned data, read from data/legal_bases.toml, and which version rules on a day."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from dih.aid.vocabulary import SizeClass

_FILE = Path(__file__).parent / "data" / "legal_bases.toml"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One version of a legal basis.

    `ceiling_cents` None: money on this basis is no State aid and nothing is counted. `intensity_percent` is the most
    that the aid may be of the eligible cost. `valid_from` and `valid_to` are both included; None leaves an end open.
    `follows_delivery`: a grant shrinks to what the confirmed delivery bore, and what was not used counts no longer.
    `report_working_days`: by when a grant stands in the state's register, counted from the day of granting.
    """

    code: str
    source: Mapping[str, str] = field(hash=False)
    sizes: frozenset[SizeClass]
    economic_activity: bool
    ceiling_cents: int | None = None
    window_years: int = 0
    intensity_percent: Decimal = Decimal(100)
    follows_delivery: bool = False
    report_working_days: int = 0
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def begins_after(self, day: dt.date) -> bool:
        """Whether grants on `day` come too early for this version."""
        return self.valid_from is not None and day < self.valid_from

    def ended_before(self, day: dt.date) -> bool:
        """Whether grants on `day` come too late for this version."""
        return self.valid_to is not None and self.valid_to < day

    def in_force(self, day: dt.date) -> bool:
        """Whether a grant may be made on `day`."""
        return not self.begins_after(day) and not self.ended_before(day)

    def open_to(self, size: SizeClass, economic_activity: bool) -> bool:
        """Whether an organisation of this size, acting on a market in the project or not, may be aided on it."""
        return size in self.sizes and economic_activity == self.economic_activity


@functools.cache
def legal_bases() -> tuple[LegalBasis, ...]:
    """Every version of every basis, as the file lists them."""
    entries = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)["basis"]
    return tuple(
        LegalBasis(
            **{
                **entry,
                "sizes": frozenset(SizeClass(size) for size in entry["sizes"]),
                "intensity_percent": Decimal(entry.get("intensity_percent", 100)),
            }
        )
        for entry in entries
    )


def codes_with_ceiling() -> tuple[str, ...]:
    """The codes of the bases that are State aid, in the file's order, each once."""
    return tuple(dict.fromkeys(basis.code for basis in legal_bases() if basis.ceiling_cents is not None))


def basis_on(code: str, day: dt.date) -> LegalBasis:
    """The version of `code` in force on `day`; where none is, the last one before it, else the first to come.

    The caller asks `in_force`, so that a refusal can name the dates. Raises LookupError for an unknown code.
    """
    versions = [basis for basis in legal_bases() if basis.code == code]
    if not versions:
        raise LookupError(code)
    begun = [basis for basis in versions if not basis.begins_after(day)]
    return begun[-1] if begun else versions[0]

"""The engine's answers, ready for JSON: the same for the commands and the public endpoint."""

from __future__ import annotations

from typing import Any

from dih.aid import cases, rules, size
from dih.aid.case_values import Value
from dih.aid.reasons import explain
from dih.aid.size_form import whole_cents, written_out


def checked(root: Value) -> dict[str, Any]:
    """The answer to an aid case, ready for JSON, sentences in English. Raises BrokenRule for an invalid case."""
    case = cases.aid_case(root)
    result = rules.check(case.basis, case.new, case.prior, case.links, case.kinds)
    return {
        "allowed": result.allowed,
        "counted_cents": result.counted_cents,
        "ceiling_cents": result.ceiling_cents,
        "free_cents": result.free_cents,
        "undertaking": list(result.undertaking.members),
        "reasons": [str(reason) for reason in explain(result)],
    }


def sized(root: Value) -> dict[str, Any]:
    """The answer to a size case, ready for JSON, lines in English. Raises BrokenRule for an invalid case."""
    case = cases.size_case(root)
    result = size.assess(case.years, case.holders)
    staff = result.totals.staff
    return {
        "class": result.size.value,
        "totals": {
            "year": result.years[-1].given.year,
            # A part of a work unit has no other form in JSON; nothing is computed with it.
            "staff": int(staff) if staff.denominator == 1 else float(staff),
            "turnover_cents": whole_cents(result.totals.turnover_cents),
            "balance_cents": whole_cents(result.totals.balance_cents),
        },
        "explanation": [str(line) for line in written_out(result)],
    }

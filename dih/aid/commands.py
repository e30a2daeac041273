"""`flask aid check` and `flask aid size`: the aid engine on a case file, without database or settings.

Standard output holds one JSON object and nothing else. Invalid input ends with code 2 and names the field on standard
error; a refusal of aid is an answer, so it ends with 0.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, BinaryIO

import click

from dih.aid import cases, rules, size
from dih.aid.case_values import Value, parse_json
from dih.aid.reasons import explain
from dih.aid.size_form import whole_cents, written_out
from dih.shared.errors import BrokenRule


@click.group("aid")
def group() -> None:
    """State aid: ceilings, single undertakings and the size of enterprises."""


@group.command("check")
@click.argument("case", type=click.File("rb"))
def check_command(case: BinaryIO) -> None:
    """Say whether the new grant of CASE (a JSON file, or - for standard input) fits."""
    _answer(case, checked)


@group.command("size")
@click.argument("case", type=click.File("rb"))
def size_command(case: BinaryIO) -> None:
    """Say the size class of the enterprise of CASE (a JSON file, or - for standard input)."""
    _answer(case, sized)


def _answer(case: BinaryIO, judge: Callable[[Value], dict[str, Any]]) -> None:
    try:
        answer = judge(parse_json(case.read()))
    except BrokenRule as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2).encode())


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

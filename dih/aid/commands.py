"""`flask aid check` and `flask aid size`: the aid engine on a case file, without database or settings.

Their standard output holds one JSON object and nothing else. Invalid input ends with code 2 and names the field on
standard error; a refusal of aid is an answer, so it ends with 0. `flask aid import` fills the register.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import click
from flask.cli import with_appcontext

from dih.aid import answers
from dih.aid.case_values import Value, parse_json
from dih.shared.errors import BrokenRule


@click.group("aid")
def group() -> None:
    """State aid: ceilings, single undertakings and the size of enterprises."""


@group.command("check")
@click.argument("case", type=click.File("rb"))
def check_command(case: BinaryIO) -> None:
    """Say whether the new grant of CASE (a JSON file, or - for standard input) fits."""
    _answer(case, answers.checked)


@group.command("size")
@click.argument("case", type=click.File("rb"))
def size_command(case: BinaryIO) -> None:
    """Say the size class of the enterprise of CASE (a JSON file, or - for standard input)."""
    _answer(case, answers.sized)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_command(file: Path) -> None:
    """Take aid granted by other hubs into the register, from FILE, a CSV.

    Its heads: number (CUI), name, basis (gber_28 or de_minimis), day, amount, currency, authority, reference, and maybe
    member_state. A file read twice counts once. Bad lines are named, nothing of such a file is taken, exit code 1.
    """
    # The other two commands start without the database's libraries.
    from dih.aid.operations import import_csv
    from dih.shared import clock
    from dih.shared.access import SYSTEM
    from dih.shared.unit_of_work import unit_of_work

    try:
        with unit_of_work():
            done = import_csv(file.read_text(encoding="utf-8"), SYSTEM, clock.now())
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is not UTF-8 text") from None
    except BrokenRule as error:
        for problem in error.problems:
            click.echo(str(problem.text), err=True)
        raise SystemExit(1) from error
    click.echo(f"{done.new} new, {done.known} there already.")


def _answer(case: BinaryIO, judge: Callable[[Value], dict[str, Any]]) -> None:
    try:
        answer = judge(parse_json(case.read()))
    except BrokenRule as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2).encode())

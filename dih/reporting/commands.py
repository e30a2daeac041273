"""Commands on the budget that need what rooms above the ledger know."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from dih.budget.commands import group
from dih.reporting import statement as statements
from dih.shared import clock
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.export import KINDS

DAY = click.DateTime(formats=["%Y-%m-%d"])


@group.command("statement")
@click.option("--line", "line_code", required=True, help="Code such as SME-TEST; counts the lines below too.")
@click.option("--from", "first", type=DAY, required=True, help="First day, such as 2026-01-01.")
@click.option("--to", "last", type=DAY, required=True, help="Last day; it counts to its end in Bucharest.")
@click.option("--format", "kind", type=click.Choice([*KINDS, "pdf"]), help="As --out ends, else CSV.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File; by default standard output.")
@click.option("--language", type=click.Choice(["ro", "en"]), default="ro", show_default=True)
@with_appcontext
def statement(
    line_code: str, first: dt.datetime, last: dt.datetime, kind: str | None, out: Path | None, language: str
) -> None:
    """Write the statement of a line: balances at both ends and every move between, as CSV, XLSX or PDF."""
    kind = kind or (out.suffix.removeprefix(".") if out else "csv")
    if kind not in (*KINDS, "pdf"):
        raise click.UsageError("the file's name must end in .csv, .xlsx or .pdf, or --format must say which")
    with force_locale(language):
        try:
            shown = statements.statement(line_code, first.date(), last.date(), SYSTEM, last.date())
        except NotFound:
            raise click.ClickException(f"there is no budget line {line_code}") from None
        except BrokenRule as refusal:
            raise click.ClickException(str(refusal)) from None
        if kind == "pdf":
            content = statements.pdf(shown, clock.now())
        else:
            write = KINDS[kind][0]
            content = write(statements.table(shown))
    if out is None:
        click.echo(content, nl=False)
    else:
        out.write_bytes(content)
        click.echo(f"{len(shown.moves)} moves in {out}", err=True)

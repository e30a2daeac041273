"""Commands of the platform itself."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from dih.shared import clock, outbox, rates
from dih.shared import worker as work
from dih.shared.unit_of_work import unit_of_work


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send mails and run timed jobs until stopped; two workers at once are safe."""
    work.run(current_app.extensions.get("dih_jobs", []))


@click.group("rates")
def rate_group() -> None:
    """Exchange rates to the euro."""


@rate_group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def load(file: Path) -> None:
    """Load rates from FILE, a CSV with the heads currency, day, rate, source: RON,2026-11-20,5.0912,BNR.

    What one euro costs, at most six decimals. Loading a file twice changes nothing. Bad lines are named, nothing of
    such a file is taken, and the exit code is 1.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is not UTF-8 text") from None
    with unit_of_work():
        loaded = rates.load(text, clock.day_of(clock.now()))
    for sentence in loaded.bad:
        click.echo(sentence, err=True)
    if loaded.bad:
        sys.exit(1)
    click.echo(f"{loaded.new} new, {loaded.known} there already.")


@click.group("outbox")
def outbox_group() -> None:
    """Mails and other work that could not be done so far."""


@outbox_group.command("list")
@with_appcontext
def list_failed() -> None:
    """List what failed and is not done: number, kind, to whom, attempts, next attempt or given up, last error."""
    for item in outbox.failed():
        when = "given up" if item.dead_at else f"next {item.run_at:%Y-%m-%d %H:%M} UTC"
        to = item.payload.get("to", "")
        click.echo(f"{item.id}  {item.kind} {to}  {item.attempts} attempts, {when}  {item.last_error}")


@outbox_group.command("revive")
@click.argument("numbers", nargs=-1, type=int)
@with_appcontext
def revive(numbers: tuple[int, ...]) -> None:
    """Try again at once: the items with these NUMBERS, or all that failed, those given up too."""
    with unit_of_work():
        count = outbox.revive(clock.now(), numbers)
    click.echo(f"{count} will be tried again at once.")


COMMANDS = [worker, rate_group, outbox_group]

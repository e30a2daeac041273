"""Commands that fill the database."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from dih.shared import clock
from dih.shared.unit_of_work import unit_of_work


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Add the hub's partners, catalogue, envelope and calls where they are missing."""
    from dih.demo.seed import seed as fill

    with unit_of_work():
        fill(clock.now())
    click.echo("The hub's own data is there.")


COMMANDS = [seed]

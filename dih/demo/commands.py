"""Commands that fill the database."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from dih.shared import clock
from dih.shared.errors import BrokenRule
from dih.shared.unit_of_work import unit_of_work


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Add the hub's partners, catalogue, envelope and calls where they are missing."""
    from dih.demo.seed import seed as fill

    with unit_of_work():
        fill(clock.now())
    click.echo("The hub's own data is there.")


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Add invented organisations, people and applications; refuses a database that has any already."""
    from dih.demo import demo as made_up
    from dih.demo.people import password_hash

    hashed = password_hash()
    try:
        count = made_up.fill(clock.now(), hashed)
    except BrokenRule as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{count} applications in every state are there.")


COMMANDS = [seed, demo]

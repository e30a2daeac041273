"""Commands of the envelope."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from dih.budget import verification


@click.group("budget")
def group() -> None:
    """The envelope and its lines."""


@group.command("verify")
@with_appcontext
def verify() -> None:
    """Rebuild every line from its entries; list every difference and exit 1 if there is one."""
    found = verification.differences()
    for sentence in found:
        click.echo(sentence)
    if found:
        sys.exit(1)
    click.echo("Every line equals its entries.")


COMMANDS = [group]

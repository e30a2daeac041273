"""Commands of the platform itself."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from dih.shared import worker as work


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send mails and run timed jobs until stopped; two workers at once are safe."""
    work.run(current_app.extensions.get("dih_jobs", []))


COMMANDS = [worker]

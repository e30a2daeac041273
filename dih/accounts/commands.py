"""The command that makes the first administrator: without one, nobody can let the others in."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_security.recoverable import generate_reset_password_token

from dih.accounts import operations, queries
from dih.shared import clock
from dih.shared.access import SYSTEM, Role, ScopeKind
from dih.shared.errors import BrokenRule
from dih.shared.pages import address
from dih.shared.unit_of_work import unit_of_work


@click.command("administrator")
@click.argument("email")
@click.option("--name", default="Administrator", help="How the person is called, for a new account.")
@with_appcontext
def administrator(email: str, name: str) -> None:
    """Make EMAIL an administrator and print the page where the password is chosen; twice does no harm."""
    now = clock.now()
    try:
        with unit_of_work():
            person_id = queries.person_id_of(email.strip().lower())
            if person_id is None:
                person_id = operations.create_person(name, email, SYSTEM, now, confirmed=True)
            operations.grant_membership(person_id, Role.ADMINISTRATOR, ScopeKind.HUB, 0, SYSTEM, now)
    except BrokenRule as refusal:
        raise click.ClickException(str(refusal)) from None
    person = current_app.extensions["security"].datastore.find_user(id=person_id)
    with current_app.test_request_context():
        click.echo(address("security.reset_password", token=generate_reset_password_token(person)))


COMMANDS = [administrator]

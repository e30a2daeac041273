"""Commands of payments."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext


@click.group("payments")
def group() -> None:
    """The beneficiaries' shares."""


@group.command("reconcile")
@click.option("--days", default=90, show_default=True, help="How many days back Stripe's books are read.")
@with_appcontext
def reconcile(days: int) -> None:
    """List every difference between our books and Stripe's, and mend what can be proved.

    Exit code 1 while a difference is left, 2 when Stripe does not answer.
    """
    from dih.payments import reconciliation
    from dih.payments import stripe_gateway as stripe
    from dih.shared import clock

    if not stripe.is_on():
        click.echo("Cards are off: STRIPE_SECRET_KEY is not set.")
        return
    try:
        found = reconciliation.run(clock.now(), days)
    except (stripe.Unreachable, stripe.Refused) as error:
        click.echo(f"Stripe does not answer: {error}", err=True)
        sys.exit(2)
    for difference in found:
        click.echo(f"{'mended' if difference.mended else 'left  '}  {difference.words}")
    left = sum(not difference.mended for difference in found)
    click.echo(f"{len(found)} differences, {left} left." if found else "Our books and Stripe's agree.")
    if left:
        sys.exit(1)


COMMANDS = [group]

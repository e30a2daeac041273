"""A hub with a share to pay, the stand-in for Stripe beside it."""

import pytest

from tests.support.paying import Paying, stripe_on


@pytest.fixture
def stripe(context, moment):
    with stripe_on(context, moment) as stand_in:
        yield stand_in


@pytest.fixture
def hub(context, stripe, now):
    return Paying(now, stripe)


@pytest.fixture
def visit(hub, new_client, sign_in):
    def enter(who):
        return sign_in(new_client(), *hub.people[who])

    return enter

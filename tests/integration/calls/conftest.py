"""The hub's own calls."""

import pytest

from dih.demo.seed import seed
from dih.shared.unit_of_work import unit_of_work


@pytest.fixture
def seeded(context, now):
    with unit_of_work():
        seed(now)

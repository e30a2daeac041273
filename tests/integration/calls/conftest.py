"""The hub's own calls."""

import pytest

from tests.support import stages


@pytest.fixture
def seeded(context, now):
    stages.seeded(now)

"""Which entry of the navigation a page belongs to."""

from __future__ import annotations

import pytest

from dih.accounts.rules import PERMISSIONS
from dih.desks.setup import links
from dih.shared.access import Actor, Role


@pytest.mark.parametrize(
    ("role", "path", "entry"),
    [
        (Role.MANAGER, "/reviews/plans/1", "/reviews/calls"),
        (Role.MANAGER, "/conflicts/all", "/reviews/calls"),
        (Role.MANAGER, "/partners", "/routing"),
        (Role.AUDITOR, "/deliveries/1", "/vouchers"),
        (Role.AUDITOR, "/reviews/calls/health", "/reviews/calls"),
        (Role.COORDINATOR, "/cases/1", "/routing"),
        (Role.REVIEWER, "/reviews/plans/1", "/reviews"),
        (Role.OWNER, "/vouchers/1", "/applications"),
        (Role.MANAGER, "/callsign", None),
    ],
)
def test_a_page_lies_in_one_entry(role: Role, path: str, entry: str | None) -> None:
    actor = Actor(1, "Somebody", role, permissions=PERMISSIONS[role])
    assert [link.href for link in links(actor) if link.holds(path)] == ([entry] if entry else [])

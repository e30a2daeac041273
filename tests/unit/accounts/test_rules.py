"""Who looks after whom, ways back that stay here, addresses, deputies' days."""

from __future__ import annotations

import datetime as dt

import pytest

from dih.accounts import rules
from dih.shared.access import Actor, Permission, Role, ScopeKind
from dih.shared.errors import BrokenRule, Forbidden

TODAY = dt.date(2026, 11, 23)


def an(role: Role, kind: ScopeKind, scope_id: int) -> Actor:
    return Actor(1, "Somebody", role, kind, scope_id, 1, rules.PERMISSIONS[role])


@pytest.mark.parametrize(
    "target",
    ["//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test/", "javascript:alert(1)",
     "/\t/evil.test", " //evil.test", "/ /evil.test", "evil", "", None, "/a\\b", "/a\nb"],
)  # fmt: skip
def test_a_way_back_never_leads_elsewhere(target: str | None) -> None:
    assert rules.local_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/calls?x=1&y=//z", "/applications/1#part", "/c%C4%83utare"])
def test_a_path_of_ours_is_kept(target: str) -> None:
    assert rules.local_path(target) == target


def test_an_address_gets_its_normal_form() -> None:
    assert rules.email_address("  Ana.Pop@Firma.TEST ") == "ana.pop@firma.test"


@pytest.mark.parametrize("text", ["", "ana", "ana@", "@firma.test", "ana@firma", "ana pop@firma.test", "a@b@c.test"])
def test_what_is_no_address_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(BrokenRule) as refused:
        rules.email_address(text, "contact")
    assert [problem.field for problem in refused.value.problems] == ["contact"]


def test_search_knows_no_diacritics() -> None:
    assert rules.searchable("  Ștefan   ÎNCĂ  ") == "stefan inca"


def test_an_owner_looks_after_the_own_organisation_only() -> None:
    owner = an(Role.OWNER, ScopeKind.ORGANISATION, 7)
    assert rules.may_manage(owner, ScopeKind.ORGANISATION, 7)
    assert not rules.may_manage(owner, ScopeKind.ORGANISATION, 8)
    assert not rules.may_manage(owner, ScopeKind.PARTNER, 7)
    assert not rules.may_manage(owner, ScopeKind.HUB, 0)


def test_a_coordinator_looks_after_the_own_partner_only() -> None:
    coordinator = an(Role.COORDINATOR, ScopeKind.PARTNER, 2)
    assert rules.may_manage(coordinator, ScopeKind.PARTNER, 2)
    assert not rules.may_manage(coordinator, ScopeKind.PARTNER, 3)
    assert not rules.may_manage(coordinator, ScopeKind.ORGANISATION, 2)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.READER])
def test_who_does_not_look_after_people_is_stopped(role: Role) -> None:
    with pytest.raises(Forbidden):
        rules.check_manages(an(role, ScopeKind.ORGANISATION, 7), ScopeKind.ORGANISATION, 7)


def test_an_administrator_looks_after_all() -> None:
    administrator = an(Role.ADMINISTRATOR, ScopeKind.HUB, 0)
    assert all(rules.may_manage(administrator, kind, 0 if kind is ScopeKind.HUB else 5) for kind in ScopeKind)


@pytest.mark.parametrize(
    ("role", "kind", "scope_id"),
    [
        (Role.OWNER, ScopeKind.PARTNER, 1),
        (Role.MANAGER, ScopeKind.ORGANISATION, 1),
        (Role.MANAGER, ScopeKind.HUB, 1),
        (Role.OWNER, ScopeKind.ORGANISATION, 0),
        (Role.GUEST, ScopeKind.HUB, 0),
        (Role.SYSTEM, ScopeKind.HUB, 0),
    ],
)
def test_a_role_that_does_not_exist_there_is_refused(role: Role, kind: ScopeKind, scope_id: int) -> None:
    with pytest.raises(BrokenRule):
        rules.fit_scope(role, kind, scope_id)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(1, 0, "ends_on"), (-9, -1, "ends_on"), (0, 366, "ends_on")],
)
def test_impossible_days_of_a_deputy_are_refused(first: int, last: int, field: str) -> None:
    with pytest.raises(BrokenRule) as refused:
        rules.check_deputy_days(TODAY + dt.timedelta(first), TODAY + dt.timedelta(last), TODAY)
    assert refused.value.problems[0].field == field


@pytest.mark.parametrize(("first", "last"), [(0, 0), (-5, 0), (10, 20), (0, 365)])
def test_possible_days_of_a_deputy_pass(first: int, last: int) -> None:
    rules.check_deputy_days(TODAY + dt.timedelta(first), TODAY + dt.timedelta(last), TODAY)


def test_each_role_has_its_permissions_and_a_guest_none() -> None:
    assert set(rules.PERMISSIONS) == set(Role)
    assert rules.PERMISSIONS[Role.READER] < rules.PERMISSIONS[Role.EDITOR] < rules.PERMISSIONS[Role.OWNER]
    assert not rules.PERMISSIONS[Role.GUEST]
    changing = {permission for permission in Permission if not permission.value.startswith(("see_", "export"))}
    assert not rules.PERMISSIONS[Role.AUDITOR] & changing


def test_every_role_that_acts_has_its_place_in_the_order() -> None:
    assert set(rules.ACTING_ORDER) == set(Role) - {Role.GUEST, Role.SYSTEM}


def test_days_are_typed_one_on_each_line() -> None:
    typed = " 24.12.2026 \r\n\n2026-12-31\n24.12.2026"
    assert rules.days_typed(typed, "value") == {dt.date(2026, 12, 24), dt.date(2026, 12, 31)}
    assert rules.days_typed("", "value") == frozenset()


@pytest.mark.parametrize("typed", ["31.11.2026", "24.12", "24/12/2026", "Crăciun", "1.12.2026 2.12.2026", "1.1.99999"])
def test_a_line_that_is_no_day_is_named(typed: str) -> None:
    with pytest.raises(BrokenRule) as refused:
        rules.days_typed(f"24.12.2026\n{typed}", "value")
    assert refused.value.problems[0].text.values["line"] == typed

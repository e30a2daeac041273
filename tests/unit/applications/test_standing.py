"""Who may change what when, and what differs between two versions."""

from __future__ import annotations

import pytest

from dih.accounts.rules import PERMISSIONS
from dih.applications.rules import snapshot, standing
from dih.applications.vocabulary import (
    APPLICATION_STATUS_COLOURS,
    APPLICATION_STATUS_LABELS,
    APPLICATION_STATUS_TRANSITIONS,
    AUDIT_WORDS,
    ENDS,
    PIPELINE,
    STATUS_MEANINGS,
)
from dih.applications.vocabulary import ApplicationStatus as S
from dih.shared.access import SYSTEM, Actor, Role, ScopeKind
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.transitions import open_actions, target_of
from tests.support.small_call import small_call


def actor(role: Role, kind: ScopeKind | None = None, scope: int | None = None) -> Actor:
    return Actor(person_id=1, name="X", role=role, scope_kind=kind, scope_id=scope, permissions=PERMISSIONS[role])


OWNER = actor(Role.OWNER, ScopeKind.ORGANISATION, 7)
EDITOR = actor(Role.EDITOR, ScopeKind.ORGANISATION, 7)
READER = actor(Role.READER, ScopeKind.ORGANISATION, 7)
STRANGER = actor(Role.OWNER, ScopeKind.ORGANISATION, 8)
MANAGER = actor(Role.MANAGER, ScopeKind.HUB, 0)


@pytest.mark.parametrize(
    ("who", "by_staff", "writes", "hands_in"),
    [
        (OWNER, False, True, True),
        (EDITOR, False, True, False),
        (READER, False, False, False),
        (STRANGER, False, False, False),
        (MANAGER, False, False, False),
        (MANAGER, True, True, True),
        (OWNER, True, True, True),
    ],
)
def test_who_fills_in_and_who_hands_in(who: Actor, by_staff: bool, writes: bool, hands_in: bool) -> None:
    assert standing.may_write(who, 7, by_staff) is writes
    assert standing.may_hand_in(who, 7, by_staff) is hands_in


def test_a_clarification_unlocks_only_the_fields_that_it_names() -> None:
    assert standing.unlocked(S.DRAFT, []) is None
    opened = standing.unlocked(S.SUBMITTED, [["staff"], ["mandate"]])
    assert opened == {"staff", "mandate"}
    standing.check_unlocked(["staff"], opened)
    with pytest.raises(BrokenRule):
        standing.check_unlocked(["staff", "wishes"], opened)
    with pytest.raises(BrokenRule):
        standing.clarifiable(["amount"], ["staff"])


@pytest.mark.parametrize("status", list(S))
def test_reopening_ends_when_the_call_closes_or_a_partner_has_the_case(status: S) -> None:
    assert standing.may_reopen(status, True) is (status in (S.SUBMITTED, S.ELIGIBLE))
    assert standing.may_reopen(status, False) is False


@pytest.mark.parametrize("status", list(S))
def test_every_state_has_words_a_colour_a_way_in_and_a_way_out_or_an_end(status: S) -> None:
    assert {status} <= set(APPLICATION_STATUS_LABELS) & set(APPLICATION_STATUS_COLOURS) & set(STATUS_MEANINGS)
    assert status is S.DRAFT or any(edge.target is status for edge in APPLICATION_STATUS_TRANSITIONS)
    leaves = any(edge.source is status for edge in APPLICATION_STATUS_TRANSITIONS)
    assert leaves or status in ENDS
    assert not (PIPELINE & ENDS)


def test_every_edge_has_words_for_the_timeline() -> None:
    assert {edge.action for edge in APPLICATION_STATUS_TRANSITIONS} <= set(AUDIT_WORDS)


def test_one_of_several_edges_is_enough_and_the_wrong_role_is_told_from_the_wrong_moment() -> None:
    table = APPLICATION_STATUS_TRANSITIONS
    assert target_of(table, "place", S.ELIGIBLE, MANAGER) is S.PLACED
    with pytest.raises(Forbidden):
        target_of(table, "place", S.ELIGIBLE, OWNER)
    with pytest.raises(Forbidden):
        target_of(table, "expire", S.DRAFT, MANAGER)
    with pytest.raises(Stale):
        target_of(table, "place", S.DRAFT, MANAGER)
    assert target_of(table, "expire", S.DRAFT, SYSTEM) is S.EXPIRED
    assert open_actions(table, S.DRAFT, SYSTEM) == ["submit", "withdraw"]


def test_versions_differ_by_line_and_by_the_content_of_a_file() -> None:
    content = small_call()
    service = {"name": {"ro": "Serviciu", "en": "Service"}, "price_cents": 100}
    before = snapshot.snapshot(
        {"project_title": "One", "staff": 4}, [service], [{"key": "mandate", "name": "m.pdf", "sha256": "a"}]
    )
    after = snapshot.snapshot(
        {"project_title": "Two", "staff": 4, "declaration.true_data": True},
        [service],
        [{"key": "mandate", "name": "m.pdf", "sha256": "b"}],
    )
    assert snapshot.differences(content, before, before) == []
    changed = snapshot.differences(content, before, after)
    assert [(str(one.label["en"]), one.before, one.after) for one in changed[:2]] == [
        ("Title", "One", "Two"),
        ("Mandate", ["m.pdf"], ["m.pdf"]),
    ]
    assert len(changed) == 3


@pytest.mark.parametrize("status", list(S))
def test_what_has_ended_says_why_nothing_can_be_changed(status: S) -> None:
    if status in (S.WITHDRAWN, S.EXPIRED):
        with pytest.raises(BrokenRule, match=r"withdrawn|over"):
            standing.check_going_on(status)
    else:
        standing.check_going_on(status)

"""What happens next, to everybody and to those who may do it."""

from __future__ import annotations

import pytest

from dih.applications.vocabulary import ApplicationStatus as A
from dih.desks.rules import NEXT, NEXT_FOR_OWNERS, lifeline, next_words
from dih.vouchers.vocabulary import VoucherStatus as V


@pytest.mark.parametrize("state", [*A, *V])
def test_every_state_has_its_words_for_both(state: A | V) -> None:
    assert next_words(state, asked=False, own=False) == NEXT[state]
    assert next_words(state, asked=False, own=True) == NEXT_FOR_OWNERS.get(state, NEXT[state])


def test_an_open_question_comes_first() -> None:
    both = {next_words(A.SUBMITTED, asked=True, own=own) for own in (False, True)}
    assert len(both) == 2
    assert NEXT[A.SUBMITTED] not in both


def test_what_waited_for_money_expires_in_other_words_than_a_draft() -> None:
    waited, draft = (next_words(A.EXPIRED, asked=False, own=True, waited=waited) for waited in (True, False))
    assert waited != draft == NEXT[A.EXPIRED]


@pytest.mark.parametrize("ended", [A.WITHDRAWN, A.EXPIRED])
def test_the_line_of_a_case_that_ended_shows_how_far_it_had_come(ended: A) -> None:
    lines = [lifeline(ended, None, reviewed=False, pays=False, submitted=submitted) for submitted in (False, True)]
    assert [[step.state for step in line] for line in lines] == [["done", "stopped"], ["done", "done", "stopped"]]

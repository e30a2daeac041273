"""The frame of every page, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.visitor import NARROW, Visitor


def test_a_page_that_is_not_there_is_still_a_good_page(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    assert somebody.goto("/there-is-no-such-page").status == 404
    somebody.look_everywhere()


def test_the_frame_stands_without_javascript(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(width=NARROW, javascript=False)
    assert somebody.goto("/there-is-no-such-page").status == 404

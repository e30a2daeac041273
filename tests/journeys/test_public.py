"""What anyone sees before signing in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.visitor import NARROW, Visitor


@pytest.mark.parametrize("path", ["/", "/help", "/privacy", "/terms", "/accessibility"])
def test_a_page_for_anyone_is_good_in_both_languages_and_widths(visitor: Callable[..., Visitor], path: str) -> None:
    somebody = visitor()
    assert somebody.goto(path).status == 200
    somebody.look_everywhere()


def test_the_start_page_says_what_is_left_and_leads_to_the_calls(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    somebody.goto("/")
    assert somebody.page.locator(".purse-sum p").inner_text() == "4.000.000\xa0€"
    assert somebody.page.locator(".call-card").count() == 3
    somebody.page.locator(".call-card a").first.click()
    assert somebody.page.url.startswith(f"{somebody.address}/calls/")


def test_the_language_chosen_stays(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    somebody.goto("/help")
    somebody.press("English")
    assert somebody.page.url == f"{somebody.address}/help"
    somebody.goto("/terms")
    assert somebody.page.locator("html").get_attribute("lang") == "en"


def test_the_menu_of_a_phone_opens_without_javascript(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(width=NARROW, javascript=False)
    somebody.goto("/")
    link = somebody.page.locator(".site-nav a").first
    assert not link.is_visible()
    somebody.page.locator(".site-menu summary").click()
    assert link.is_visible()


def test_the_keyboard_reaches_the_content_past_the_header(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    somebody.goto("/help")
    somebody.page.keyboard.press("Tab")
    somebody.page.keyboard.press("Enter")
    assert somebody.page.evaluate("document.activeElement.id") == "main"

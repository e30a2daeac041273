"""What every page must have, whoever fetches it: `look` names all that is wrong at once."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import Any

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

POLICY = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
LEFT_OVER = re.compile(r"%\(\w+\)[sd]|\{\{|\{%|<Text |Undefined|LazyString")


def look(response: TestResponse) -> BeautifulSoup:
    """The page of a response, held against what every page must have. Raises AssertionError naming every fault."""
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    faults = policy_faults(response.headers)
    faults += page_faults(page) if page.html else part_faults(page)
    assert not faults, f"{response.request.method} {response.request.path} ({response.status_code}):\n  " + "\n  ".join(
        faults
    )
    return page


def policy_faults(headers: Any) -> list[str]:
    """What is missing of the content policy and its companions; for answers of every kind."""
    policy = headers.get("Content-Security-Policy", "")
    faults = [f"the content policy lacks {part}" for part in POLICY if part not in policy]
    if "unsafe" in policy:
        faults.append("the content policy allows something unsafe")
    if headers.get("X-Content-Type-Options") != "nosniff":
        faults.append("X-Content-Type-Options is not nosniff")
    return faults


def page_faults(page: BeautifulSoup) -> list[str]:
    """Faults of a whole page."""
    faults = []
    assert page.html is not None
    if page.html.get("lang") not in ("ro", "en"):
        faults.append("<html> names no language")
    title = page.title.get_text(" ", strip=True) if page.title else ""
    if len(title.replace("DIH4Society", "").strip(" –-|")) < 3:
        faults.append(f"the title says nothing: {title!r}")
    if page.main is None:
        faults.append("there is no <main>")
    headings = [int(tag.name[1]) for tag in page.find_all(re.compile(r"^h[1-6]$"))]
    if headings.count(1) != 1:
        faults.append(f"there are {headings.count(1)} <h1>")
    main = [int(tag.name[1]) for tag in page.main.find_all(re.compile(r"^h[1-6]$"))] if page.main else []
    for before, after in itertools.pairwise(main):
        if after > before + 1:
            faults.append(f"a heading h{after} follows h{before}")
    return faults + part_faults(page)


def part_faults(page: BeautifulSoup) -> list[str]:
    """Faults that a part of a page, fetched by htmx, may not have either."""
    faults = []
    ids = Counter(str(tag["id"]) for tag in page.find_all(id=True))
    faults += [f"the id {name!r} occurs {count} times" for name, count in ids.items() if count > 1 or not name]
    for tag in page.find_all(True):
        faults += _tag_faults(tag)
    for tag in page.find_all(attrs={"for": True}):
        if tag["for"] not in ids:
            faults.append(f"a label is for {tag['for']!r}, which is not there")
    text = page.get_text(" ", strip=True)
    faults += [f"left over in the text: {found!r}" for found in set(LEFT_OVER.findall(text))]
    return faults


def _tag_faults(tag: Tag) -> list[str]:
    faults = []
    if tag.has_attr("style") and tag.name != "canvas":  # the chart library sizes its canvas by script, which CSP allows
        faults.append(f"<{tag.name}> has an inline style")
    if handlers := [name for name in tag.attrs if name.startswith("on")]:
        faults.append(f"<{tag.name}> has an inline handler {handlers}")
    if tag.name in ("script", "style") and tag.get_text(strip=True) and tag.get("type") != "application/json":
        faults.append(f"<{tag.name}> has its content inline")
    if tag.name == "img" and not tag.has_attr("alt"):
        faults.append(f"an image has no alt: {tag.get('src')}")
    if (
        tag.name == "form"
        and str(tag.get("method", "get")).lower() == "post"
        and not tag.find(attrs={"name": "csrf_token"})
    ):
        faults.append(f"a form that posts to {tag.get('action')!r} carries no csrf_token")
    return faults

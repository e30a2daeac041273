"""What every page must have, whoever fetches it: `look` names all that is wrong at once."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import Any

from lxml.html import HtmlElement, document_fromstring, fragment_fromstring
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


HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def look(response: TestResponse) -> None:
    """Holds the page of a response against what every page must have. Raises AssertionError naming every fault."""
    text = response.get_data(as_text=True)
    faults = policy_faults(response.headers)
    faults += page_faults(text) if "<html" in text else part_faults(fragment_fromstring(text, create_parent=True))
    assert not faults, f"{response.request.method} {response.request.path} ({response.status_code}):\n  " + "\n  ".join(
        faults
    )


def policy_faults(headers: Any) -> list[str]:
    """What is missing of the content policy and its companions; for answers of every kind."""
    policy = headers.get("Content-Security-Policy", "")
    faults = [f"the content policy lacks {part}" for part in POLICY if part not in policy]
    if "unsafe" in policy:
        faults.append("the content policy allows something unsafe")
    if headers.get("X-Content-Type-Options") != "nosniff":
        faults.append("X-Content-Type-Options is not nosniff")
    return faults


def page_faults(text: str) -> list[str]:
    """Faults of a whole page."""
    page = document_fromstring(text)
    faults = []
    if page.get("lang") not in ("ro", "en"):
        faults.append("<html> names no language")
    title = " ".join((page.findtext(".//title") or "").split())
    if len(title.replace("DIH4Society", "").strip(" –-|")) < 3:
        faults.append(f"the title says nothing: {title!r}")
    main = page.find(".//main")
    if main is None:
        faults.append("there is no <main>")
    if (count := len(list(page.iter("h1")))) != 1:
        faults.append(f"there are {count} <h1>")
    headings = [int(tag.tag[1]) for tag in main.iter(*HEADINGS)] if main is not None else []
    for before, after in itertools.pairwise(headings):
        if after > before + 1:
            faults.append(f"a heading h{after} follows h{before}")
    return faults + part_faults(page)


def part_faults(page: HtmlElement) -> list[str]:
    """Faults that a part of a page, fetched by htmx, may not have either."""
    faults = []
    ids = Counter(page.xpath("//@id"))
    faults += [f"the id {name!r} occurs {count} times" for name, count in ids.items() if count > 1 or not name]
    for tag in page.iter("*"):
        faults += _tag_faults(tag)
    faults += [f"a label is for {name!r}, which is not there" for name in page.xpath("//@for") if name not in ids]
    text = " ".join(page.xpath("//text()[not(parent::script or parent::style)]"))
    faults += [f"left over in the text: {found!r}" for found in set(LEFT_OVER.findall(text))]
    return faults


def _tag_faults(tag: HtmlElement) -> list[str]:
    faults = []
    if "style" in tag.attrib and tag.tag != "canvas":  # the chart library sizes its canvas by script, which CSP allows
        faults.append(f"<{tag.tag}> has an inline style")
    if handlers := [name for name in tag.attrib if name.startswith("on")]:
        faults.append(f"<{tag.tag}> has an inline handler {handlers}")
    if tag.tag in ("script", "style") and (tag.text or "").strip() and tag.get("type") != "application/json":
        faults.append(f"<{tag.tag}> has its content inline")
    if tag.tag == "img" and "alt" not in tag.attrib:
        faults.append(f"an image has no alt: {tag.get('src')}")
    if tag.tag == "form" and tag.get("method", "get").lower() == "post" and not tag.xpath(".//*[@name='csrf_token']"):
        faults.append(f"a form that posts to {tag.get('action')!r} carries no csrf_token")
    return faults

"""One part of a draft on a page. Rows are added, moved and taken away by buttons that send the page as it is typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dih.calls import fields, managed, operations, parts
from dih.calls.fields import Field
from dih.calls.managed import ManagedCall, VersionRow
from dih.calls.parts import Part
from dih.calls.views import blueprint
from dih.catalogue import queries as catalogue
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Problem, Stale
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy import terms


@blueprint.route("/manage/calls/<code>/edit/<part>", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_CALLS)
def edit(code: str, part: str) -> str | tuple[str, int] | Response:
    """Shows and saves one part. What is refused comes back as it was typed."""
    if part not in parts.BY_KEY:
        raise NotFound
    here, call = parts.BY_KEY[part], managed.one(code)
    if request.method == "POST":
        return _posted(call, here)
    if call.draft is None:
        return redirect(url_for("calls.manage_call", code=code))
    stored = managed.content(call.draft.id)
    mine = {field.name for field in here.fields}
    missing = [
        one for one in managed.problems(call, call.draft, stored, clock.now()) if one.field.partition(".")[0] in mine
    ]
    return _page(call, call.draft, here, fields.shown(here.fields, stored), missing=missing)


def _posted(call: ManagedCall, here: Part) -> str | tuple[str, int] | Response:
    draft = call.draft or call.versions[0]
    tree = fields.typed(here.fields, request.form)
    deed = request.form.get("do", "save")
    if deed not in ("save", "next"):
        opened = fields.rearrange(here.fields, tree, deed)
        return _page(call, draft, here, tree, lock_version=_lock_version(), opened=opened, rearranged=True)
    data, problems = fields.read(here.fields, tree)
    if not problems:
        try:
            with unit_of_work():
                operations.save_part(draft.id, here.key, data, _lock_version(), the_actor(), clock.now())
        except BrokenRule as rule:
            problems = list(rule.problems)
        except Stale:
            return _page(call, draft, here, tree, stale=True), 409
        else:
            return _saved(call, here, further=deed == "next")
    return _page(call, draft, here, tree, lock_version=_lock_version(), problems=problems), 422


def _saved(call: ManagedCall, here: Part, further: bool) -> Response:
    flash(_("Saved."), "success")
    after = parts.next_after(here)
    if further and after:
        return redirect(url_for("calls.edit", code=call.code, part=after.key))
    return redirect(url_for("calls.manage_call", code=call.code))


def _lock_version() -> int:
    typed = request.form.get("lock_version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _page(
    call: ManagedCall,
    draft: VersionRow,
    here: Part,
    tree: Mapping[str, Any],
    *,
    lock_version: int | None = None,
    opened: str = "",
    problems: Sequence[Problem] = (),
    missing: Sequence[Problem] = (),
    stale: bool = False,
    rearranged: bool = False,
) -> str:
    at: dict[str, list[object]] = {}
    for problem in problems:
        at.setdefault(problem.field, []).append(problem.text)
    return render_template(
        "calls/edit.html",
        call=call,
        draft=draft,
        part=here,
        after=parts.next_after(here),
        tree=tree,
        lock_version=draft.lock_version if lock_version is None else lock_version,
        problems=[(one.field, parts.where(one.field)[1:], one.text) for one in problems],
        missing=[(one.field, parts.where(one.field)[1:], one.text) for one in missing],
        stale=stale,
        rearranged=rearranged,
        page={
            "at": at,
            "open": [opened, *(one.field for one in (*problems, *missing))],
            "offered": partial(_offered, managed.content(draft.id)),
            "carried": _carried,
            "action": url_for("calls.edit", code=call.code, part=here.key),
        },
    )


def _offered(content: Mapping[str, Any], field: Field, chosen: str | Sequence[str]) -> list[tuple[str, Any]]:
    """What a field offers; chosen ones first and as ordered, so that saving keeps their order."""
    named = _named(content, field.options) if isinstance(field.options, str) else field.options
    if isinstance(chosen, str):
        return [*named.items(), *((value, _alike(value)) for value in [chosen] if value and value not in named)]
    return [
        *((value, named.get(value, _alike(value))) for value in chosen),
        *((value, label) for value, label in named.items() if value not in chosen),
    ]


def _named(content: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    if what == "services":
        return {service.code: service.name for service in catalogue.services()}
    if what == "budget_lines":
        lines = managed.paying_lines().items()
        return {code: {tongue: f"{words} ({code})" for tongue, words in name.items()} for code, name in lines}
    if what == "counties":
        return {county.code: _alike(county.name) for county in terms.all_counties()}
    rows = [row for row in content.get(what) or () if row.get("key")]
    return {row["key"]: row.get("title") or row.get("label") or _alike(row["key"]) for row in rows}


def _alike(words: str) -> dict[str, str]:
    """A name that is the same in both languages."""
    return {"ro": words, "en": words}


def _carried(group: Sequence[Field], tree: Mapping[str, Any], way: str) -> Iterator[tuple[str, str]]:
    """What was typed into fields that another kind of the group shows: posted along, so that nothing is lost."""
    here = {field.name for field in group if field.fits(tree)}
    yield from fields.posted([field for field in group if field.name not in here], tree, way)

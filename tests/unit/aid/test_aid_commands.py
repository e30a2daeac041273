"""`aid check` and `aid size` as a program sees them: exit codes, standard output and the field that is named."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dih.aid.commands import group

AID: dict[str, Any] = {
    "basis": "de_minimis",
    "beneficiary": "A",
    "new": {"date": "2026-11-20", "amount_cents": 3000000},
    "prior": [{"undertaking": "A", "member_state": "RO", "date": "2025-06-15", "amount_cents": 1}],
    "links": [{"from": "B", "to": "A", "kind": "votes", "percent": 60}],
}
SIZE: dict[str, Any] = {
    "years": [
        {
            "year": 2025,
            "own": {"staff": 40, "turnover_cents": 1, "balance_cents": 1},
            "related": [{"name": "B", "percent": 30, "staff": 1, "turnover_cents": 1, "balance_cents": 1}],
        }
    ]
}
NOTHING = object()


def _run(command: str, case: Any) -> Result:
    content = case if isinstance(case, str | bytes) else json.dumps(case)
    return CliRunner().invoke(group, [command, "-"], input=content)


def _with(case: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the case with one field set, added or (NOTHING) taken away; `path` is `prior/0/date`."""
    changed = copy.deepcopy(case)
    *way, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    at: Any = changed
    for step in way:
        at = at[step]
    if value is NOTHING:
        del at[last]
    else:
        at[last] = value
    return changed


def test_the_example_of_the_order(tmp_path: Path) -> None:
    """Exactly the agreed keys, nothing else on standard output."""
    file = tmp_path / "case.json"
    file.write_text(json.dumps(AID))
    result = CliRunner().invoke(group, ["check", str(file)])
    answer = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert set(answer) == {"allowed", "counted_cents", "ceiling_cents", "free_cents", "undertaking", "reasons"}
    assert (answer["allowed"], answer["counted_cents"], answer["ceiling_cents"]) == (True, 1, 30_000_000)
    assert (answer["free_cents"], answer["undertaking"]) == (29_999_999, ["A", "B"])
    assert answer["reasons"]
    assert all(isinstance(reason, str) for reason in answer["reasons"])


def test_a_refusal_of_aid_is_an_answer() -> None:
    """Not allowed still ends with 0."""
    result = _run("check", _with(AID, "new/amount_cents", 30_000_000))
    assert (result.exit_code, json.loads(result.stdout)["allowed"]) == (0, False)


def test_the_size_example_of_the_order() -> None:
    """Class, totals of the last year and the lines."""
    result = _run("size", SIZE)
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["class"]) == (0, "small")
    assert answer["totals"] == {"year": 2025, "staff": 40.3, "turnover_cents": 1, "balance_cents": 1}
    assert answer["explanation"]


@pytest.mark.parametrize("holder", ["new/eligible_cost_cents", "eligible_cost_cents"])
def test_the_eligible_cost_may_stand_in_both_places(holder: str) -> None:
    """Beside the new grant or inside it, the intensity is checked."""
    result = _run("check", _with(AID, holder, 2_999_999))
    assert json.loads(result.stdout)["allowed"] is False


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        (AID, {"kinds": {"B": "person"}}),
        (AID, {"links/0/since": "2026-11-21"}),
        (AID, {"links/0/until": "2026-11-19"}),
        (AID, {"links/0/percent": 50}),
    ],
)
def test_what_a_case_may_add(case: dict[str, Any], changes: dict[str, Any]) -> None:
    """Kinds of parties and days of links are heard: B no longer belongs."""
    for path, value in changes.items():
        case = _with(case, path, value)
    assert json.loads(_run("check", case).stdout)["undertaking"] == ["A"]


def test_public_holders_are_heard() -> None:
    """A size case may name public holders."""
    case = _with(SIZE, "public", [{"name": "City", "percent": 25, "kind": "public_body"}])
    assert json.loads(_run("size", case).stdout)["class"] == "large"


def test_notes_and_ignored_percents() -> None:
    """A note stands anywhere; the percent of a link that is not about votes says nothing, not even when wrong."""
    case = _with(_with(AID, "note", "why"), "links/0", {"from": "B", "to": "A", "kind": "board", "percent": "?"})
    assert _run("check", case).exit_code == 0


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("basis", "agriculture", "basis"),
        ("basis", "none", "basis"),
        ("basis", ["de_minimis"], "basis"),
        ("basis", NOTHING, "basis"),
        ("beneficiary", "", "beneficiary"),
        ("beneficiary", " A", "beneficiary"),
        ("beneficiary", 7, "beneficiary"),
        ("beneficiary", "\ud800", "beneficiary"),
        ("new", NOTHING, "new"),
        ("new", [], "new"),
        ("new/date", NOTHING, "new.date"),
        ("new/date", "2026-02-30", "new.date"),
        ("new/date", "20261120", "new.date"),
        ("new/date", "2026-W47-5", "new.date"),
        ("new/date", "2026-11-20T00:00", "new.date"),
        ("new/date", "２０２６-11-20", "new.date"),
        ("new/date", 20261120, "new.date"),
        ("new/date", None, "new.date"),
        ("new/amount_cents", NOTHING, "new.amount_cents"),
        ("new/amount_cents", -1, "new.amount_cents"),
        ("new/amount_cents", True, "new.amount_cents"),
        ("new/amount_cents", 1.0, "new.amount_cents"),
        ("new/amount_cents", "1", "new.amount_cents"),
        ("new/amount_cents", float("nan"), "new.amount_cents"),
        ("new/amount_cents", float("inf"), "new.amount_cents"),
        ("new/amount_cents", 2**63, "new.amount_cents"),
        ("new/eligible_cost_cents", -1, "new.eligible_cost_cents"),
        ("eligible_cost_cents", False, "eligible_cost_cents"),
        ("eligible_cost_cent", 1, "eligible_cost_cent"),
        ("prior", NOTHING, "prior"),
        ("prior", {}, "prior"),
        ("prior/0", 1, "prior[0]"),
        ("prior/0/undertaking", NOTHING, "prior[0].undertaking"),
        ("prior/0/member_state", "ro", "prior[0].member_state"),
        ("prior/0/member_state", "XX", "prior[0].member_state"),
        ("prior/0/date", "2025-6-15", "prior[0].date"),
        ("prior/0/amount_cents", -5, "prior[0].amount_cents"),
        ("links", NOTHING, "links"),
        ("links/0/from", NOTHING, "links[0].from"),
        ("links/0/to", None, "links[0].to"),
        ("links/0/kind", "marriage", "links[0].kind"),
        ("links/0/percent", NOTHING, "links[0].percent"),
        ("links/0/percent", 100.01, "links[0].percent"),
        ("links/0/percent", -0.01, "links[0].percent"),
        ("links/0/percent", True, "links[0].percent"),
        ("links/0/percent", "60", "links[0].percent"),
        ("links/0/percent", float("nan"), "links[0].percent"),
        ("links/0/percent", 1e300, "links[0].percent"),
        ("links/0/percent", 1e-300, "links[0].percent"),
        ("links/0/since", "soon", "links[0].since"),
        ("kinds", {"P": "alien"}, "kinds.P"),
    ],
)
def test_what_an_aid_case_may_not_say(path: str, value: Any, named: str) -> None:
    """Ends with 2, prints nothing, and names the field at the start of what it says."""
    result = _run("check", _with(AID, path, value))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{named}: ")


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("years", NOTHING, "years"),
        ("years", [], "years"),
        ("years", {}, "years"),
        ("years/0/year", NOTHING, "years[0].year"),
        ("years/0/year", "2025", "years[0].year"),
        ("years/0/year", 0, "years[0].year"),
        ("years/0/year", 10000, "years[0].year"),
        ("years/0/year", True, "years[0].year"),
        ("years/0/own", NOTHING, "years[0].own"),
        ("years/0/own/staff", NOTHING, "years[0].own.staff"),
        ("years/0/own/staff", -1, "years[0].own.staff"),
        ("years/0/own/staff", True, "years[0].own.staff"),
        ("years/0/own/staff", float("inf"), "years[0].own.staff"),
        ("years/0/own/turnover_cents", 0.5, "years[0].own.turnover_cents"),
        ("years/0/own/balance_cents", None, "years[0].own.balance_cents"),
        ("years/0/related", None, "years[0].related"),
        ("years/0/related/0/name", "", "years[0].related[0].name"),
        ("years/0/related/0/percent", 100.5, "years[0].related[0].percent"),
        ("years/0/related/0/staff", "many", "years[0].related[0].staff"),
        ("public", [{"name": "C", "percent": 1, "kind": "king"}], "public[0].kind"),
        ("public", [{"name": "C", "percent": 51, "kind": "public_body"}] * 2, "public"),
    ],
)
def test_what_a_size_case_may_not_say(path: str, value: Any, named: str) -> None:
    """Ends with 2, prints nothing, and names the field at the start of what it says."""
    result = _run("size", _with(SIZE, path, value))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{named}: ")


def test_a_year_that_names_no_related_enterprise() -> None:
    """Who stands alone may leave them out."""
    alone, said = (_run("size", _with(SIZE, "years/0/related", value)) for value in (NOTHING, []))
    assert (alone.exit_code, alone.stdout) == (0, said.stdout)


def test_the_same_year_twice() -> None:
    """The second one is named."""
    result = _run("size", {"years": SIZE["years"] * 2})
    assert result.exit_code == 2
    assert result.stderr.startswith("years[1].year: ")


def test_a_cost_given_twice() -> None:
    """Both places at once is a contradiction waiting to happen."""
    result = _run("check", _with(_with(AID, "new/eligible_cost_cents", 1), "eligible_cost_cents", 1))
    assert result.exit_code == 2
    assert "eligible_cost_cents" in result.stderr


def test_a_link_that_ends_before_it_begins() -> None:
    """The end is named."""
    case = _with(_with(AID, "links/0/since", "2026-01-02"), "links/0/until", "2026-01-01")
    assert _run("check", case).stderr.startswith("links[0].until: ")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\xff\xfe{}",
        b'{"basis": "de_minimis", "basis": "gber_28"}',
        b"[" * 100_000,
        json.dumps(AID).replace("3000000", "9" * 5000).encode(),
        json.dumps(AID).replace("60", "6e99999999999999999999").encode(),
    ],
    ids=["empty", "cut", "list", "null", "number", "not UTF-8", "key twice", "deep", "endless number", "huge exponent"],
)
@pytest.mark.parametrize("command", ["check", "size"])
def test_what_is_no_case_at_all(command: str, content: bytes) -> None:
    """Ends with 2 and one line, never with a traceback."""
    result = _run(command, content)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert isinstance(result.exception, SystemExit)


def test_an_endless_number_is_named() -> None:
    """Thousands of digits are read far enough to name their field."""
    result = _run("check", json.dumps(AID).replace("3000000", "9" * 5000))
    assert result.stderr.startswith("new.amount_cents: ")


def test_the_largest_amounts_are_counted_exactly() -> None:
    """What the database can hold is added up without loss."""
    most = 2**63 - 1
    prior = [{"undertaking": "A", "member_state": "RO", "date": "2026-01-01", "amount_cents": most}] * 3
    assert json.loads(_run("check", _with(AID, "prior", prior)).stdout)["counted_cents"] == 3 * most


def test_names_with_diacritics_are_shown() -> None:
    """The answer is UTF-8, also with a byte order mark in the case."""
    case = json.dumps(_with(AID, "beneficiary", "Țesătoria Brașov")).encode("utf-8-sig")
    assert "Țesătoria Brașov" in _run("check", case).stdout_bytes.decode()


def test_a_file_that_is_not_there() -> None:
    """The argument is named."""
    result = CliRunner().invoke(group, ["check", "no-such-file.json"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "CASE" in result.stderr

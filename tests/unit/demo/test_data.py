"""The seed's data files: whole, in both languages, and everything that is named exists."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from stdnum.eu import nace
from stdnum.ro import cui, onrc

from dih.aid.legal_bases import basis_on
from dih.aid.vocabulary import SizeClass
from dih.calls.conditions import ActivityCodeCheck, CountyCheck, LegalNatureCheck
from dih.calls.content import CallContent, Question
from dih.demo.seed import seeded_rule
from dih.organisations.vocabulary import LegalNature
from dih.shared.access import ROLE_LABELS, Role, ScopeKind
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import Area, Category, TargetGroup

DIH = Path(__file__).parents[3] / "dih"
DATA = DIH / "demo" / "data"
FILES = ("partners", "services", "budget", "organisations", "people", "projects")
SAME_IN_BOTH = {"Cluj IT Cluster"}


SECTORS = {term.code for term in terms.sectors()}
TECHNOLOGIES = {term.code for term in terms.technologies()}
COUNTIES = {county.code for county in terms.counties()}


@dataclass(frozen=True)
class CallFile:
    code: str
    opens_day: int
    closes_day: int
    content: CallContent
    instead: dict[str, Any] = field(default_factory=dict)


@cache
def read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def calls() -> tuple[CallFile, ...]:
    found = [read(f"calls/{path.stem}") for path in sorted((DATA / "calls").glob("*.toml"))]
    return tuple(
        CallFile(**row["call"], content=CallContent.model_validate({k: v for k, v in row.items() if k != "call"}))
        for row in found
    )


def rows(name: str) -> list[dict[str, Any]]:
    return read(name)["lines" if name == "budget" else name]


def codes(name: str) -> set[str]:
    listed = [row["code"] for row in rows(name)]
    assert len(listed) == len(set(listed)), f"{name}: a code twice"
    return set(listed)


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in the data with where it stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from texts(inner, f"{path}[{number}]")


def bilingual(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of the data that is there in a language."""
    if isinstance(value, dict):
        if {"ro", "en"} & set(value):
            yield path, value
        for key, inner in value.items():
            yield from bilingual(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from bilingual(inner, f"{path}[{number}]")


def everything() -> dict[str, Any]:
    return {name: read(name) for name in FILES} | {call.code: call.content.model_dump(mode="json") for call in calls()}


def pages() -> dict[str, str]:
    folder = DIH / "desks" / "pages"
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}


def call_for(group: str) -> CallContent:
    return next(call.content for call in calls() if call.content.target_group == group)


def test_there_is_enough_of_everything() -> None:
    assert len(codes("partners")) == 4
    assert len(codes("services")) >= 18
    assert len(codes("organisations")) >= 60
    assert len(codes("projects")) >= 38
    assert {call.content.target_group for call in calls()} == set(TargetGroup)


def test_every_text_is_there_in_both_languages_and_they_differ() -> None:
    for path, text in bilingual(everything()):
        assert set(text) == {"ro", "en"}, path
        assert text["ro"], path
        if isinstance(text["ro"], list):
            assert len(text["ro"]) == len(text["en"]), path
        assert text["ro"] != text["en"] or text["ro"] in SAME_IN_BOTH, f"{path}: the same in both languages"


def test_romanian_letters_have_a_comma_below() -> None:
    for path, text in [*texts(everything()), *pages().items()]:
        assert not re.search("[ŞşŢţ]", text), f"{path}: cedilla in {text!r}"
        assert "\u00ad" not in text, f"{path}: soft hyphen"


def test_every_page_has_both_languages_and_a_version() -> None:
    found = pages()
    assert {name.split(".")[0] for name in found} == {"privacy", "terms", "accessibility", "faq"}
    for name, text in found.items():
        other = found[name.replace(".ro.", ".en.") if ".ro." in name else name.replace(".en.", ".ro.")]
        header = re.match(r"---\ntitle: .+\nversion: (\d+\.\d+)\ndate: (\d{4}-\d\d-\d\d)\n---\n\n", text)
        assert header, f"{name}: no title, version and date"
        assert text.startswith("---\n")
        assert header.groups() == re.search(r"version: (.+)\ndate: (.+)\n", other).groups()  # type: ignore[union-attr]
        assert text.count("\n## ") == other.count("\n## ") >= 4, f"{name}: other parts than in the other language"


@pytest.mark.parametrize("row", rows("partners"), ids=lambda row: row["code"])
def test_partners_name_what_exists(row: dict[str, Any]) -> None:
    assert set(row["areas"]) <= set(Area)
    assert set(row["sectors"]) <= SECTORS
    assert set(row["technologies"]) <= TECHNOLOGIES
    assert set(row["counties"]) <= COUNTIES
    assert row["county"] in COUNTIES
    assert row["email"].endswith(f"@{row['email_domain']}")
    assert any(row["code"] in service["partners"] for service in rows("services"))


def test_one_partner_leads() -> None:
    assert [row["code"] for row in rows("partners") if row["lead"]] == ["clujit"]


@pytest.mark.parametrize("row", rows("services"), ids=lambda row: row["code"])
def test_services_name_what_exists_and_cost_something_plausible(row: dict[str, Any]) -> None:
    assert row["category"] in set(Category)
    assert row["area"] in set(Area)
    assert set(row["technologies"]) <= TECHNOLOGIES
    assert set(row["partners"]) <= codes("partners")
    assert set(row["target_groups"]) <= set(TargetGroup)
    assert row["partners"]
    assert 600_00 <= row["price_cents"] / row["person_days"] <= 1_250_00, "cents for a person-day"


def test_services_cover_every_category_and_area() -> None:
    services = rows("services")
    assert {row["category"] for row in services} == set(Category)
    assert {row["area"] for row in services} == set(Area)


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.code)
def test_a_call_offers_the_services_and_lines_of_its_target_group(call: CallFile) -> None:
    group = call.content.target_group
    services = {row["code"]: row for row in rows("services")}
    assert set(call.content.services) == {code for code, row in services.items() if group in row["target_groups"]}
    lines = {row["code"]: row for row in rows("budget")}
    leaves = {code for code, row in lines.items() if row.get("target_group") == group and "category" in row}
    assert set(call.content.budget_lines) == leaves
    assert {lines[code]["category"] for code in leaves} == set(Category)
    assert call.opens_day < 0 < call.closes_day
    for condition in call.content.conditions:
        if isinstance(condition.check, CountyCheck):
            assert set(condition.check.one_of) == COUNTIES


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.code)
def test_a_legal_basis_that_has_ended_is_seeded_by_another(call: CallFile) -> None:
    for rule in read(f"calls/{call.code}")["money"]:
        for day in (dt.date(2026, 12, 31), dt.date(2027, 1, 1)):
            found = seeded_rule(rule, call.instead, day)
            assert basis_on(found["legal_basis"], day).in_force(day)
            assert (found == rule) is basis_on(rule["legal_basis"], day).in_force(day)


def test_the_calls_show_every_way_to_decide() -> None:
    methods = {(call.content.method.value, call.content.reviews_per_application) for call in calls()}
    assert methods == {("ranked", 2), ("first_come", 0), ("ranked", 1)}
    grid = call_for("production_sme").grid
    assert grid is not None
    main = grid.criteria[0]
    assert (main.weight_percent, main.max_points, main.sub_criteria[0].max_points) == (75, 75, 15)
    shares = {rule.beneficiary_share_percent > 0 for call in calls() for rule in call.content.money}
    assert shares == {True, False}


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.code)
def test_a_call_asks_for_little(call: CallFile) -> None:
    content = call.content
    required = [part for parts in (content.questions, content.declarations, content.documents) for part in parts]
    assert 8 <= len(content.questions) <= 12
    assert sum(part.required for part in required) <= 13


def test_the_envelope_is_four_million_and_no_line_holds_more_than_its_parent() -> None:
    lines = {row["code"]: row for row in rows("budget")}
    roots = [row for row in lines.values() if "parent" not in row]
    assert [row["ceiling_cents"] for row in roots] == [400_000_000]
    for code, line in lines.items():
        children = [row for row in lines.values() if row.get("parent") == code]
        assert sum(row["ceiling_cents"] for row in children) <= line["ceiling_cents"], code
        added = {tuple(sorted({"target_group", "category"} & child.keys() - line.keys())) for child in children}
        assert len(added) == bool(children), f"the lines below {code} divide it by more than one dimension"


@pytest.mark.parametrize("row", rows("organisations"), ids=lambda row: row["code"])
def test_organisations_have_right_numbers_and_codes(row: dict[str, Any]) -> None:
    assert cui.validate(row["cui"]) == row["cui"]
    nature = LegalNature(row["legal_nature"])
    if nature in (LegalNature.ENTERPRISE, LegalNature.SOLE_TRADER):
        assert onrc.validate(row["onrc"]) == row["onrc"]
        assert row["economic_activity"]
    else:
        assert row["onrc"] == ""
    revision = {"2": "2.0", "3": "2.1"}[row["caen_revision"]]
    assert len(row["caen_code"]) == 4
    assert nace.info(row["caen_code"], revision=revision)["label"]
    assert row["county"] in COUNTIES
    assert row["sector"] in SECTORS
    assert row["email"].endswith(".test")
    for year in ("last_year", "year_before"):
        assert all(figure > 0 for figure in row[year].values())


def test_each_organisation_is_there_once() -> None:
    listed = rows("organisations")
    for column in ("cui", "name", "email", "owner"):
        assert len({row[column] for row in listed}) == len(listed), column


@pytest.mark.parametrize("row", rows("organisations"), ids=lambda row: row["code"])
def test_organisations_fit_the_calls_that_they_are_for(row: dict[str, Any]) -> None:
    for group in row["target_groups"]:
        content = call_for(group)
        for condition in content.conditions:
            if isinstance(condition.check, LegalNatureCheck):
                assert row["legal_nature"] in condition.check.one_of
            elif isinstance(condition.check, ActivityCodeCheck):
                assert row["caen_code"].startswith(condition.check.prefixes)
        size = SizeClass.LARGE if row["last_year"]["staff"] >= 250 else SizeClass.MEDIUM
        facts = (LegalNature(row["legal_nature"]), row["economic_activity"], size)
        assert any(rule.covers(*facts) for rule in content.money)
        if group == TargetGroup.PRODUCTION_SME:
            assert size is not SizeClass.LARGE


def test_people_are_named_by_role_and_act_where_something_exists() -> None:
    known = {"hub": {None}, "partner": codes("partners"), "organisation": codes("organisations")}
    seen = set()
    for row in rows("people"):
        assert row["email"].endswith(".test")
        assert row["language"] in ("ro", "en")
        for membership in row["memberships"]:
            seen.add(Role(membership["role"]))
            assert membership.get("of") in known[ScopeKind(membership["scope"]).value]
        if competences := row.get("competences"):
            assert set(competences["areas"]) <= set(Area)
            assert set(competences["sectors"]) <= SECTORS
            assert set(competences["technologies"]) <= TECHNOLOGIES
        assert ("competences" in row) is any(m["role"] == "reviewer" for m in row["memberships"])
    assert seen == set(ROLE_LABELS) - {Role.GUEST, Role.SYSTEM, Role.OWNER}, "owners stand with their organisations"
    emails = [row["email"] for name in ("people", "organisations") for row in rows(name)]
    assert len(emails) == len(set(emails))


def fits(question: Question, answer: Any) -> bool:
    """Whether an answer has the shape and lies in the limits of its question."""
    if question.kind in ("text", "long_text"):
        return isinstance(answer, str) and 0 < len(answer) <= (question.max_length or 0)
    if question.kind in ("integer", "money"):
        return type(answer) is int and (question.minimum or 0) <= answer <= (question.maximum or 0)
    if question.kind == "yes_no":
        return isinstance(answer, bool)
    values = {choice.value for choice in question.choices}
    return set([answer] if question.kind == "choice" else answer) <= values


@pytest.mark.parametrize("row", rows("projects"), ids=lambda row: row["code"])
def test_projects_answer_what_their_call_asks(row: dict[str, Any]) -> None:
    content = call_for(row["target_group"])
    questions = {question.key: question for question in content.questions}
    assert {key for key, question in questions.items() if question.required} <= set(row["answers"]) <= set(questions)
    for key, answer in row["answers"].items():
        assert fits(questions[key], answer), f"{key}: {answer!r}"
    prices = {service["code"]: service["price_cents"] for service in rows("services")}
    assert set(row["services"]) <= set(content.services)
    asked = sum(prices[code] for code in row["services"])
    assert asked <= min(rule.max_value_cents for rule in content.money)
    organisations = {organisation["code"]: organisation for organisation in rows("organisations")}
    assert all(row["target_group"] in organisations[code]["target_groups"] for code in row["fits"])


def test_every_organisation_has_a_project_for_an_application() -> None:
    projects = rows("projects")
    assert sum(len(row["fits"]) for row in projects) >= 120
    fitting = {code for row in projects for code in row["fits"]}
    assert {row["code"] for row in rows("organisations") if row["target_groups"]} <= fitting

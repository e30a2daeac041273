"""The editor of calls: what is stored comes back from its form unchanged, and nothing typed is lost on the way."""

import tomllib
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from dih.calls import fields, readiness
from dih.calls.content import CallContent
from dih.calls.fields import key_of
from dih.calls.parts import BY_KEY, PART_OF, PARTS, where
from dih.shared.wording import Text

FILES = sorted((Path(__file__).parents[3] / "dih/demo/data/calls").glob("*.toml"))


def stored(file):
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    del data["call"]
    return CallContent.model_validate(data).model_dump(mode="json")


def through_a_form(part, data):
    """What a browser would send back of a form that shows `data`, read again."""
    shown = fields.shown(part.fields, data)
    form = MultiDict(fields.posted(part.fields, shown))
    return fields.read(part.fields, fields.typed(part.fields, form))


def said(problems):
    return [(problem.field, str(problem.text)) for problem in problems]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_call_comes_back_from_its_forms_unchanged(file):
    data, again = stored(file), {}
    for part in PARTS:
        found, problems = through_a_form(part, data)
        assert problems == []
        again |= found
    assert CallContent.model_validate(again) == CallContent.model_validate(data)
    assert readiness.faults(again) == []


def test_the_parts_are_the_whole_content():
    assert set(PART_OF) == set(CallContent.model_fields)


def test_a_draft_may_lack_anything_but_says_what():
    assert readiness.mistakes({}, set(PART_OF)) == []
    assert ("title", "Fill this in.") in said(readiness.faults({}))
    half = {"questions": [{"label": {"ro": "Ce?"}, "kind": "text"}], "services": []}
    assert readiness.mistakes(half, set(PART_OF)) == []
    missing = said(readiness.faults(half))
    assert ("questions.0.label.en", "Fill this in.") in missing
    assert ("services", "Add at least one.") in missing


def test_what_cannot_be_right_is_said_at_its_control():
    data = stored(FILES[0])
    data["questions"][0]["key"] = "Not A Key"
    data["money"][0]["eu_share_percent"] = "150"
    data["conditions"][1]["check"] = {"kind": "activity_code", "prefixes": ["x"]}
    assert said(readiness.mistakes(data, {"questions"})) == [
        ("questions.0.key", "Use small letters, digits and underscores, and begin with a letter.")
    ]
    assert said(readiness.mistakes(data, {"money"})) == [("money.0.eu_share_percent", "Enter at most 100.")]
    assert said(readiness.mistakes(data, {"conditions"})) == [
        ("conditions.1.check.prefixes.0", "Enter two to four digits of each CAEN code.")
    ]


def test_all_that_does_not_fit_together_is_said_at_once():
    data = stored(next(file for file in FILES if file.stem == "health"))
    data["reviews_per_application"] = 0
    data["questions"][0]["section"] = "nowhere"
    found = said(readiness.faults(data))
    assert [field for field, _words in found] == ["questions", "reviews_per_application", "grid"]
    data["grid"]["criteria"][0]["weight_percent"] = "31"
    assert said(readiness.faults(data)) == [("grid.criteria", "The weights sum to 101 percent instead of 100.")]


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("max_points", "ten", "Enter a whole number."),
        ("max_points", "-1", "Enter a whole number."),
        ("weight_percent", "NaN", "Enter a percent such as 50 or 12.5."),
        ("weight_percent", "1e99", "Enter a percent such as 50 or 12.5."),
        ("weight_percent", "half", "Enter a percent such as 50 or 12.5."),
    ],
)
def test_numbers_that_are_none_are_named(name, typed, words):
    form = MultiDict({"grid.total_threshold_percent": "60", f"grid.criteria.0.{name}": typed})
    part = BY_KEY["grid"]
    assert said(fields.read(part.fields, fields.typed(part.fields, form))[1]) == [(f"grid.criteria.0.{name}", words)]


def test_numbers_are_read_as_people_write_them():
    part = BY_KEY["questions"]
    form = MultiDict({"questions.0.kind": "money", "questions.0.maximum": "1.234,50", "questions.0.label.en": "Cost?"})
    data, problems = fields.read(part.fields, fields.typed(part.fields, form))
    assert problems == []
    assert (data["questions"][0]["maximum"], data["questions"][0]["key"]) == (123_450, "cost")
    grid = BY_KEY["grid"]
    form = MultiDict({"grid.total_threshold_percent": "62,5 %"})
    assert fields.read(grid.fields, fields.typed(grid.fields, form))[0]["grid"]["total_threshold_percent"] == "62.5"
    assert fields.read(grid.fields, fields.typed(grid.fields, MultiDict()))[0] == {}


def test_rows_are_added_moved_and_taken_away_with_all_that_was_typed():
    part = BY_KEY["sections"]
    form = MultiDict({"sections.0.title.ro": "A", "sections.4.title.ro": "B", "sections.7.title.ro": "C"})
    tree = fields.typed(part.fields, form)

    def rearranged(deed):
        way = fields.rearrange(part.fields, tree, deed)
        return way, [row["title"]["ro"] for row in tree["sections"]]

    assert rearranged("sections.2.up") == ("sections.1", ["A", "C", "B"])
    assert rearranged("sections.0.down") == ("sections.1", ["C", "A", "B"])
    assert rearranged("sections.0.up") == ("sections.0", ["C", "A", "B"])
    assert rearranged("sections.1.remove") == ("sections", ["C", "B"])
    assert rearranged("sections.add") == ("sections.2", ["C", "B", ""])
    for nonsense in ("", "sections", "sections.9.up", "sections.x.add", "title.add", "..", "sections.0.title.up"):
        assert rearranged(nonsense)[1] == ["C", "B", ""]


def test_a_list_within_a_row_is_changed_too():
    part = BY_KEY["questions"]
    tree = fields.typed(part.fields, MultiDict({"questions.0.kind": "choice", "questions.0.label.en": "Which?"}))
    assert fields.rearrange(part.fields, tree, "questions.0.choices.add") == "questions.0.choices.0"
    assert tree["questions"][0]["choices"] == [{"label": {"ro": "", "en": ""}, "value": ""}]
    assert tree["questions"][0]["label"]["en"] == "Which?"


def test_what_another_kind_shows_is_carried_but_not_saved():
    part = BY_KEY["questions"]
    form = MultiDict({"questions.0.kind": "yes_no", "questions.0.max_length": "12", "questions.0.maximum": "9"})
    tree = fields.typed(part.fields, form)
    assert ("questions.0.max_length", "12") in list(fields.posted(part.fields, tree))
    assert fields.read(part.fields, tree)[0] == {"questions": [{"kind": "yes_no", "required": False}]}


def test_a_key_is_made_of_words():
    assert key_of("  What is the (project's) țintă, 2027? ") == "what_is_the_project_s_tinta"
    assert key_of("2027 plan") == "plan"
    assert key_of("—") is None


def test_the_way_to_a_control_is_said_in_labels():
    labels = [str(one) if isinstance(one, Text) else one for one in where("questions.3.choices.0.label.ro")]
    assert labels == ["Questions", "Questions", "4", "Choices", "1", "Choice", "Romanian"]
    assert where("closes_at") == []

"""Where refusals land, and what the error summary lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from wtforms import FieldList, Form, FormField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from dih.shared import forms
from dih.shared.errors import BrokenRule, Problem
from dih.shared.wording import Text


class Line(Form):
    days = StringField("Days", [forms.needed("Enter the days.")])


class Sheet(forms.Form):
    class Meta:
        csrf = False

    name = StringField("Name", [forms.needed("Enter the name."), forms.at_most(5)])
    nature = RadioField("Nature", choices=[SelectChoice("a", "A")], validators=[forms.needed("Choose the nature.")])
    county = SelectField("County", choices=[SelectChoice("CJ", "Cluj")])
    code = StringField("Code", [forms.checks("Enter a code of three letters.", lambda code: len(code) == 3)])
    plain = StringField("Plain", [InputRequired()])
    lines = FieldList(FormField(Line), min_entries=2)


@pytest.fixture(autouse=True)
def request_at_hand() -> Iterator[None]:
    app = Flask("forms")
    app.secret_key = "key"
    with app.test_request_context("/"):
        yield


def refused(**data: str) -> Sheet:
    sheet = Sheet(
        data={"name": "Ana", "nature": "a", "county": "CJ", "plain": "x", "lines": [{"days": "1"}] * 2} | data
    )
    sheet.validate()
    return sheet


def test_the_summary_leads_to_the_control_of_each_message_in_the_order_of_the_fields() -> None:
    sheet = refused(name=" ", nature=None, county="XX", code="AB", lines=[{"days": "1"}, {"days": ""}])  # type: ignore[arg-type]
    assert [(target, str(message)) for target, message in forms.faults(sheet)] == [
        ("name", "Enter the name."),
        ("nature-0", "Choose the nature."),
        ("county", "Choose one of the options in the list."),
        ("code", "Enter a code of three letters."),
        ("plain", "Fill in this field."),
        ("lines-1-days", "Enter the days."),
    ]


def test_a_text_too_long_says_by_how_many() -> None:
    (fault,) = (message for target, message in forms.faults(refused(name="Anamaria")) if target == "name")
    assert fault == Text(fault.message, {"limit": 5}, fault.plural, 3)


def test_an_empty_field_is_not_checked_for_its_shape() -> None:
    assert "code" not in dict(forms.faults(refused(code="")))


def test_a_broken_rule_lands_at_its_fields_and_the_rest_above_the_form() -> None:
    sheet = refused()
    sheet.refuse(
        BrokenRule(
            Problem("lines-0-days", Text("Too many days.")),
            Problem("name", Text("This name is taken.")),
            Problem("", Text("The call has closed.")),
            Problem("elsewhere", Text("Not on this page.")),
        )
    )
    messages = [(target, str(message)) for target, message in forms.faults(sheet) if target != "plain"]
    assert messages == [("name", "This name is taken."), ("lines-0-days", "Too many days.")]
    assert [str(message) for message in sheet.form_errors] == ["The call has closed.", "Not on this page."]

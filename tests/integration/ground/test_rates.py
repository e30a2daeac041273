"""Rates are data: a file is taken whole or not at all, twice is once, and what was used never changes."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import render_template_string

from dih.extensions.database import db
from dih.shared import rates
from dih.shared.errors import BrokenRule
from dih.shared.unit_of_work import unit_of_work

GOOD = "currency,day,rate,source\nRON,2026-11-19,5.0900,BNR\nRON,2026-11-20,5.0912,BNR\n"
BAD = """XXX,2026-11-20,1,BNR
USD,20.11.2026,1,BNR
USD,2027-01-01,1,BNR
USD,2026-11-20,0,BNR
USD,2026-11-20,1,
"""


def load(app, tmp_path, text):
    file = tmp_path / "rates.csv"
    file.write_text(text, encoding="utf-8")
    return app.test_cli_runner().invoke(args=["rates", "load", str(file)])


def test_loading_converting_and_what_is_refused(context, tmp_path):
    app = context
    assert load(app, tmp_path, GOOD).output == "2 new, 0 there already.\n"
    assert load(app, tmp_path, "\ufeff" + GOOD.replace(",", ";")).output == "0 new, 2 there already.\n"

    found = rates.to_euro(509_120, "RON", dt.date(2026, 11, 22))
    assert (found.cents, found.rate.day, found.rate.source) == (100_000, dt.date(2026, 11, 20), "BNR")
    with pytest.raises(BrokenRule, match="No rate of USD"):
        rates.to_euro(1, "USD", dt.date(2026, 11, 22))

    bad = GOOD.replace("5.0912", "5.1") + BAD
    refused = load(app, tmp_path, bad)
    assert refused.exit_code == 1
    for words in (
        "line 3: RON of 2026-11-20 is there already",
        "line 4: currency XXX",
        "line 5: day 20.11.2026",
        "line 6: day 2027-01-01 lies ahead",
        "line 7: rate 0",
        "line 8: source is missing",
    ):
        assert words in refused.output
    assert "not CSV" in load(app, tmp_path, GOOD + "RON,2026-11-21," + "5" * 200_000 + ",BNR\n").output
    assert "heads must be" in load(app, tmp_path, "a,b\n1,2\n").output
    assert load(app, tmp_path, GOOD + "USD,2026-11-20,1.15,BNR\nUSD,2026-11-20,1.16,BNR\n").exit_code == 1
    with pytest.raises(sa.exc.DBAPIError), unit_of_work():
        db.session.execute(sa.text("UPDATE exchange_rate SET micros = 1"))
    assert db.session.scalar(sa.text("SELECT count(*) FROM exchange_rate")) == 2


@pytest.mark.parametrize(("lang", "shown"), [("ro", "4,9756 66,67 1.234"), ("en", "4.9756 66.67 1,234")])
def test_a_rate_is_shown_whole_and_a_mean_with_two_decimals(app, lang, shown):
    page = "{{ rate|decimal }} {{ mean|decimal }} {{ count|decimal }}"
    with app.test_request_context(f"/?lang={lang}"):
        assert render_template_string(page, rate=Decimal("4.9756"), mean=Fraction(200, 3), count=1234) == shown

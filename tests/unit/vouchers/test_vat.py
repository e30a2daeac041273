"""VAT on the beneficiary's share: a rate or an exemption, to the cent, beside the price and never of it."""

from decimal import Decimal

import pytest

from dih.vouchers.rules import divide, vat_on


@pytest.mark.parametrize(
    ("net", "percent", "vat"),
    [
        (10_000, "21", 2_100),
        (50, "21", 11),
        (2, "21", 0),
        (3, "21", 1),
        (333, "9.5", 32),
        (10_000, "0", 0),
        (0, "21", 0),
    ],
)
def test_it_is_rounded_half_up_to_the_cent(net, percent, vat):
    due = vat_on(net, Decimal(percent))
    assert (due.percent, due.vat_cents, due.gross_cents) == (Decimal(percent), vat, net + vat)


def test_an_exemption_adds_nothing_and_is_cited():
    due = vat_on(10_000, Decimal(21), "Fiscal Code, art. 292")
    assert (due.vat_cents, due.gross_cents, due.percent, due.exemption) == (0, 10_000, 0, "Fiscal Code, art. 292")


def test_the_envelope_bears_none_of_it():
    shares = divide(100_001, Decimal(50), Decimal(30))
    due = vat_on(shares.beneficiary_cents, Decimal(21))
    assert shares.envelope_cents + shares.beneficiary_cents == 100_001
    assert due.net_cents == shares.beneficiary_cents

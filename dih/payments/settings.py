"""Settings of payments: who issues invoices and where transfers go. The defaults are the invented hub's."""

from __future__ import annotations

from dih.organisations import rules
from dih.shared.errors import BrokenRule
from dih.shared.settings import Group, Setting
from dih.shared.wording import N_
from dih.taxonomy import terms


def _county(text: str) -> str:
    code = text.strip().upper()
    if code not in {county.code for county in terms.all_counties()}:
        raise BrokenRule.because(N_("Enter the two letters of a county, such as CJ."))
    return code


MOST_SERIES = 20
"""Characters of a series: with the year and the number it fits what is kept of an invoice's name."""


def _series(text: str) -> str:
    series = " ".join(text.split())
    if len(series) > MOST_SERIES:
        raise BrokenRule.because(N_("Shorten this text to %(most)s characters."), most=MOST_SERIES)
    return series


declare = Group(
    N_("Invoices and payments"),
    N_("Who issues invoices for the beneficiary's share, and where transfers go."),
).declare

ISSUER_NAME = declare(
    Setting("issuer_name", "Cluj IT Cluster", N_("Issuer of invoices: name"), N_("As it stands on invoices."))
)
ISSUER_CUI = declare(
    Setting(
        "issuer_cui",
        "99000204",
        N_("Issuer of invoices: CUI, digits only"),
        N_("Each issuer has a series of numbers of its own."),
        read=rules.cui,
    )
)
ISSUER_TRADE_REGISTER = declare(
    Setting("issuer_trade_register", "", N_("Issuer of invoices: number in the register"), read=rules.onrc)
)
ISSUER_STREET = declare(Setting("issuer_street", "Strada Memorandumului 28", N_("Issuer of invoices: street")))
ISSUER_CITY = declare(Setting("issuer_city", "Cluj-Napoca", N_("Issuer of invoices: town")))
ISSUER_COUNTY = declare(Setting("issuer_county", "CJ", N_("Issuer of invoices: county, two letters"), read=_county))
ISSUER_IBAN = declare(
    Setting(
        "issuer_iban",
        "RO89DIHB0000999900000001",
        N_("Account for bank transfers (IBAN)"),
        N_("Empty: bank transfer is not offered."),
        read=rules.iban,
    )
)
ISSUER_BANK = declare(Setting("issuer_bank", "Banca Exemplu", N_("Bank of this account")))
INVOICE_SERIES = declare(
    Setting(
        "invoice_series",
        "DIH4S",
        N_("Series of invoices"),
        N_("It stands before the number: DIH4S-2026-00001."),
        read=_series,
    )
)
TRANSFER_GRACE_DAYS = declare(
    Setting(
        "transfer_grace_days",
        5,
        N_("Days that an expected bank transfer may be told of late"),
        N_("Money booked in time counts, though the statement comes later: so long the voucher does not lapse."),
        least=0,
        most=30,
    )
)

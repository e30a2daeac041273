"""An invoice or credit note as UBL 2.1 by RO_CIUS 1.0.1, the form that e-Factura takes. Pure; sending is not ours.

Sources: EN 16931-1 (business terms BT-...), RO_CIUS (Order 1366/2021 of the Ministry of Finance): the accounting
currency is RON where the invoice is in another one (BR-RO-030); counties are ISO 3166-2 codes; a party is told by its
CUI, with the prefix RO where it is registered for VAT. What is kept on the invoice is all that this reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from dih.payments.queries.invoices import Paper
from dih.payments.rules import in_currency
from dih.payments.vocabulary import InvoiceKind
from dih.shared.currency import Rate
from dih.shared.money import plain

PROFILE = "urn:cen.eu:en16931:2017#compliant#urn:efactura.mfinante.ro:CIUS-RO:1.0.1"
_OASIS = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = _OASIS + "CommonAggregateComponents-2", _OASIS + "CommonBasicComponents-2"
CURRENCY, ACCOUNTING = "EUR", "RON"
INVOICE_CODE, CREDIT_CODE = "380", "381"
BY_CARD, BY_TRANSFER = "48", "30"
"""Ways of paying in UNCL 4461: bank card, credit transfer."""

ET.register_namespace("cac", CAC)
ET.register_namespace("cbc", CBC)


def document(paper: Paper, lei: Rate) -> bytes:
    """The XML of an invoice; `lei` is the rate for the VAT in lei."""
    is_credit = paper.kind is InvoiceKind.CREDIT_NOTE
    content = paper.content
    kind = "CreditNote" if is_credit else "Invoice"
    root = ET.Element(f"{{{_OASIS}{kind}-2}}{kind}")
    _basic(root, "CustomizationID", PROFILE)
    _basic(root, "ID", paper.name)
    _basic(root, "IssueDate", paper.issued_on.isoformat())
    if not is_credit:
        _basic(root, "DueDate", paper.issued_on.isoformat())
    _basic(root, f"{kind}TypeCode", CREDIT_CODE if is_credit else INVOICE_CODE)
    _basic(root, "Note", f"1 EUR = {lei.decimal:f} RON, {lei.source}, {lei.day.isoformat()}")
    _basic(root, "DocumentCurrencyCode", CURRENCY)
    _basic(root, "TaxCurrencyCode", ACCOUNTING)
    _basic(_part(root, "OrderReference"), "ID", content["case"])
    if is_credit:
        corrected = _part(_part(root, "BillingReference"), "InvoiceDocumentReference")
        _basic(corrected, "ID", content["corrects"])
        _basic(corrected, "IssueDate", content["corrects_on"])
    _party(_part(root, "AccountingSupplierParty"), content["seller"], taxed=True)
    _party(_part(root, "AccountingCustomerParty"), content["buyer"], taxed=False)
    _payment(root, content)
    _tax(root, paper, lei)
    _totals(root, paper, prepaid=0 if is_credit else paper.total_cents)
    _line(root, paper, is_credit)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _part(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{CAC}}}{name}")


def _basic(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, f"{{{CBC}}}{name}", attributes).text = text


def _money(parent: ET.Element, name: str, minor: int, currency: str = CURRENCY) -> None:
    _basic(parent, name, plain(minor), currencyID=currency)


def _party(parent: ET.Element, facts: Mapping[str, str], *, taxed: bool) -> None:
    party = _part(parent, "Party")
    address = _part(party, "PostalAddress")
    city = _city(facts)
    _basic(address, "StreetName", facts["street"] or city)
    _basic(address, "CityName", city)
    _basic(address, "CountrySubentity", f"RO-{facts['county']}")
    _basic(_part(address, "Country"), "IdentificationCode", "RO")
    if taxed:
        scheme = _part(party, "PartyTaxScheme")
        _basic(scheme, "CompanyID", f"RO{facts['cui']}")
        _basic(_part(scheme, "TaxScheme"), "ID", "VAT")
    legal = _part(party, "PartyLegalEntity")
    _basic(legal, "RegistrationName", facts["name"])
    _basic(legal, "CompanyID", facts["cui"])


def _city(facts: Mapping[str, str]) -> str:
    """The town; in Bucharest the code of its sector, SECTOR1 to SECTOR6 (BR-RO-100), where the address names it."""
    city = facts["city"] or facts["county"]
    sector = re.search(r"\bsector(?:ul)?\W*([1-6])\b", f"{city} {facts['street']}", re.IGNORECASE)
    return f"SECTOR{sector[1]}" if sector and facts["county"] == "B" else city


def _payment(root: ET.Element, content: Mapping[str, Any]) -> None:
    means = _part(root, "PaymentMeans")
    _basic(means, "PaymentMeansCode", BY_CARD if content["method"] == "card" else BY_TRANSFER)
    _basic(means, "PaymentID", content["payment"])
    if content["method"] != "card":
        account = _part(means, "PayeeFinancialAccount")
        _basic(account, "ID", content["seller"]["iban"])
        _basic(account, "Name", content["seller"]["name"])


def _category(parent: ET.Element, name: str, content: Mapping[str, Any], *, why: bool = False) -> None:
    """S: the standard rate; E: exempt, with the provision; Z: the rate is zero."""
    code = "E" if content["exemption"] else "S" if content["vat_percent"] else "Z"
    category = _part(parent, name)
    _basic(category, "ID", code)
    _basic(category, "Percent", str(content["vat_percent"]))
    if why and content["exemption"]:
        _basic(category, "TaxExemptionReason", content["exemption"])
    _basic(_part(category, "TaxScheme"), "ID", "VAT")


def _tax(root: ET.Element, paper: Paper, lei: Rate) -> None:
    total = _part(root, "TaxTotal")
    _money(total, "TaxAmount", paper.vat_cents)
    subtotal = _part(total, "TaxSubtotal")
    _money(subtotal, "TaxableAmount", paper.net_cents)
    _money(subtotal, "TaxAmount", paper.vat_cents)
    _category(subtotal, "TaxCategory", paper.content, why=True)
    _money(_part(root, "TaxTotal"), "TaxAmount", in_currency(paper.vat_cents, lei.micros), ACCOUNTING)


def _totals(root: ET.Element, paper: Paper, *, prepaid: int) -> None:
    totals = _part(root, "LegalMonetaryTotal")
    _money(totals, "LineExtensionAmount", paper.net_cents)
    _money(totals, "TaxExclusiveAmount", paper.net_cents)
    _money(totals, "TaxInclusiveAmount", paper.total_cents)
    if prepaid:
        _money(totals, "PrepaidAmount", prepaid)
    _money(totals, "PayableAmount", paper.total_cents - prepaid)


def _line(root: ET.Element, paper: Paper, is_credit: bool) -> None:
    line = _part(root, "CreditNoteLine" if is_credit else "InvoiceLine")
    _basic(line, "ID", "1")
    _basic(line, "CreditedQuantity" if is_credit else "InvoicedQuantity", "1", unitCode="C62")
    _money(line, "LineExtensionAmount", paper.net_cents)
    item = _part(line, "Item")
    _basic(item, "Description", str(paper.content["title"])[:200] or paper.content["case"])
    _basic(item, "Name", f"Contribuția beneficiarului la voucherul {paper.content['case']}")
    _category(item, "ClassifiedTaxCategory", paper.content)
    _money(_part(line, "Price"), "PriceAmount", paper.net_cents)

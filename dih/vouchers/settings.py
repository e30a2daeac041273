"""Settings of vouchers."""

from __future__ import annotations

from dih.shared.settings import Group, Setting
from dih.shared.wording import N_

declare = Group(
    N_("VAT on the share"),
    N_("What is added to the share that a beneficiary pays."),
).declare

VAT_PERCENT = declare(
    Setting(
        "vat_percent",
        21,
        N_("VAT on the beneficiary's share, in percent"),
        N_("The rate of the Romanian Fiscal Code, Law 227/2015, art. 291. It counts for payments from now on."),
        least=0,
        most=100,
    )
)
VAT_EXEMPTION = declare(
    Setting(
        "vat_exemption",
        "",
        N_("Provision that exempts the beneficiary's share from VAT"),
        N_("Empty while VAT is due. Otherwise the words that documents cite, and no VAT is added."),
    )
)

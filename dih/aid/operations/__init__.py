"""What is done about aid. Each verb takes the actor and the moment; none commits."""

from __future__ import annotations

from dih.aid.operations.figures import enter_figures
from dih.aid.operations.importing import import_csv
from dih.aid.operations.locking import enrol, hold, hold_organisations, party_of_organisation
from dih.aid.operations.register import Award, bring_in, declare, grant, reserve, restore, settle, strike, withdraw
from dih.aid.operations.stating import confirm_link, end_link, state_link, strike_link

__all__ = [
    "Award",
    "bring_in",
    "confirm_link",
    "declare",
    "end_link",
    "enrol",
    "enter_figures",
    "grant",
    "hold",
    "hold_organisations",
    "import_csv",
    "party_of_organisation",
    "reserve",
    "restore",
    "settle",
    "state_link",
    "strike",
    "strike_link",
    "withdraw",
]

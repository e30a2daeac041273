"""A share paid by card: from the voucher to Stripe's page, a declined card, a good one, and back to it active."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dih.demo.people import PASSWORD
from tests.support.live import ROOT, Live
from tests.support.stripe_books import DECLINED_CARD, GOOD_CARD
from tests.support.stripe_server import SECRET_KEY, WEBHOOK_SECRET, StandIn, post_to, stripe_stand_in
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def live_server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A platform that takes cards by the stand-in, which runs here and tells it of payments."""
    folder = tmp_path_factory.mktemp("paying")
    shutil.copyfile(seeded, folder / "dih.sqlite")
    live = Live(folder, f"sqlite:///{folder / 'dih.sqlite'}")
    start = dt.datetime.fromisoformat(live.environment["LIVE_START"]).timestamp()
    began = float(live.environment["LIVE_BEGAN"])
    with stripe_stand_in(lambda: start + time.time() - began) as stripe:
        stripe.webhook = post_to(live.address)
        live.environment |= {
            "STRIPE_API_BASE": stripe.url,
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }
        live.stripe = stripe  # type: ignore[attr-defined]
        try:
            live.start()
            yield live
        finally:
            live.stop()


def test_a_share_is_paid_by_card(live_server: Live, visitor: Callable[..., Visitor]) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "tests.support.share"],
        cwd=ROOT,
        env=live_server.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    facts = json.loads(made.stdout)
    stripe: StandIn = live_server.stripe  # type: ignore[attr-defined]
    owner = visitor()
    owner.context.route(f"{stripe.url}/**", lambda route: route.continue_())
    owner.goto("/login")
    owner.fill({"email": facts["owner"], "password": PASSWORD})
    owner.page.locator("main .btn-primary").first.click()
    owner.goto(f"/vouchers/{facts['voucher']}")
    owner.page.locator(f"main a[href='/vouchers/{facts['voucher']}/payment']").first.click()
    owner.look_everywhere()
    owner.page.locator("form[action$='/payment/card'] button").click()
    owner.page.wait_for_url(f"{stripe.url}/**")
    for card in (DECLINED_CARD, GOOD_CARD):
        owner.page.get_by_label("Card number").fill(card)
        owner.page.get_by_role("button", name="Pay").click()
        if card == DECLINED_CARD:
            assert "declined" in owner.page.get_by_role("alert").inner_text()
    owner.page.wait_for_url(f"{live_server.address}/**")
    owner.look_everywhere()
    assert "DIH4S-2026-00001" in owner.page.locator("main").inner_text()
    live_server.wait_for_mail(facts["owner"], "activ")
    owner.goto(f"/cases/{facts['case']}")
    owner.look()
    assert "agree" in live_server.flask("payments", "reconcile")

"""A person at a browser. Each page visited is held against axe, the content policy and the width of the screen."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, Route

from tests.support.pages import page_faults

WIDE, NARROW = 1366, 390
HEIGHTS = {WIDE: 768, NARROW: 844}
AXE_SCRIPT = Axe().axe_script
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
}


class Visitor:
    """`page` is Playwright's page; `goto`, `press` and `fill` are what most journeys need beside it.

    Whatever leaves 127.0.0.1 is blocked, and counts as a fault like an error in the browser's console.
    """

    def __init__(self, browser: Browser, address: str, width: int = WIDE, javascript: bool = True) -> None:
        self.address = address
        self.javascript = javascript
        self.faults: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            java_script_enabled=javascript,
            locale="ro-RO",
            timezone_id="Europe/Bucharest",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(10_000)
        self.context.route("**/*", self._only_here)
        self.context.on("page", self._watch)
        self.page: Page = self.context.new_page()
        self._mirror = None if javascript else browser.new_page(reduced_motion="reduce")

    def _only_here(self, route: Route) -> None:
        if route.request.url.startswith((f"{self.address}/", "data:", "blob:")):
            route.continue_()
        else:
            self.faults.append(f"asked for {route.request.url}")
            route.abort()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"script error at {page.url}: {error}"))
        page.on("console", lambda said: self._console(page, said))

    def _console(self, page: Page, said: Any) -> None:
        refused_on_purpose = "the server responded with a status of 4" in said.text
        if said.type == "error" and not refused_on_purpose:
            self.faults.append(f"console at {page.url}: {said.text}")

    def goto(self, path: str) -> Response:
        """Opens a path (or a whole address of this platform) and looks at the page."""
        url = path if path.startswith("http") else f"{self.address}{path}"
        response = self.page.goto(url)
        assert response is not None
        assert response.status < 500, f"{url} answered {response.status}"
        self.look()
        return response

    def press(self, name: str, role: str = "button") -> None:
        """Presses the button (or `role="link"`) of that name, waits for what follows, and looks at the page."""
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()
        self.look()

    def fill(self, fields: dict[str, str]) -> None:
        """Fills fields by their names in the form: text, choice, radio or check box."""
        for name, value in fields.items():
            field = self.page.locator(f'[name="{name}"]')
            kind = field.first.evaluate("e => e.type") if self.javascript else field.first.get_attribute("type")
            if kind == "radio":
                self.page.locator(f'[name="{name}"][value="{value}"]').check()
            elif kind == "checkbox":
                (self.page.locator(f'[name="{name}"][value="{value}"]') if value else field.first).check()
            elif kind in ("select-one", "select-multiple") or field.first.evaluate("e => e.tagName") == "SELECT":
                field.first.select_option(value)
            else:
                field.first.fill(value)

    def look(self) -> None:
        """Raises AssertionError naming all that is wrong with the page at hand, as it stands now."""
        faults = page_faults(self.page.content())
        faults += self._beyond_the_edge() + self._axe() + self.faults
        self.faults = []
        assert not faults, f"{self.page.url} at {self.page.viewport_size}:\n  " + "\n  ".join(faults)

    def look_everywhere(self) -> None:
        """Looks at the present address in Romanian, wide and narrow, and in English, narrow and wide."""
        before, size = self.page.url, self.page.viewport_size
        for language, widths in (("ro", (WIDE, NARROW)), ("en", (NARROW, WIDE))):
            self._widen(widths[0])
            self.page.goto(f"{before}{'&' if '?' in before else '?'}lang={language}")
            assert self.page.locator("html").get_attribute("lang") == language
            for width in widths:
                self._widen(width)
                self.look()
        assert size is not None
        self.page.set_viewport_size(size)
        self.page.goto(before)

    def _widen(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def _beyond_the_edge(self) -> list[str]:
        measure = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        width = self.page.evaluate(f"document.fonts.ready.then(() => {measure})")
        return [f"the page is {width[0]} pixels wide on a screen of {width[1]}"] if width[0] > width[1] else []

    def _axe(self) -> list[str]:
        page = self._mirrored()
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        violations = page.evaluate("options => axe.run(options).then(results => results.violations)", AXE_OPTIONS)
        return [
            f"axe, {found['id']} ({found['impact']}): {found['help']}: {node['html'][:200]} {node['target']}"
            for found in violations
            for node in found["nodes"]
        ]

    def _mirrored(self) -> Page:
        """The page itself; without JavaScript a copy of it, scripts left out, in which axe can run."""
        if self._mirror is None:
            return self.page
        content, size = self.page.content(), self.page.viewport_size
        assert size is not None
        self._mirror.unroute_all()
        self._mirror.route("**/*.js*", lambda route: route.abort())
        self._mirror.route(self.page.url, lambda route: route.fulfill(body=content, content_type="text/html"))
        self._mirror.set_viewport_size(size)
        self._mirror.goto(self.page.url)
        return self._mirror

    def close(self) -> None:
        """Closes the browser window; what went wrong unseen is raised now."""
        self.context.close()
        if self._mirror is not None:
            self._mirror.context.close()
        assert not self.faults, "\n".join(self.faults)

"""Somebody at a browser: signs in, looks around, and hears everything the browser complains about."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, ViewportSize, expect
from story.installation import Installation

PASSWORD = "correct horse battery"
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
ALL_RULES: dict[str, object] = {"resultTypes": ["violations"]}
COLOUR_RULES: dict[str, object] = {**ALL_RULES, "runOnly": ["color-contrast"]}
GRAVE = {"serious", "critical"}


@dataclass
class Person:
    """One browser of their own; `complaints` is what its console said that nobody took."""

    desk: Installation
    context: BrowserContext
    page: Page
    pictures: Path
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda trouble: self.complaints.append(str(trouble.error)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self.complaints.append(f"{said.location['url']}: {said.text}")

    def take(self, complaint: str) -> None:
        """Accept one complaint of the console that belongs to the story."""
        found = next((said for said in self.complaints if complaint in said), None)
        assert found is not None, f"The console did not say {complaint!r}, but: {self.complaints}"
        self.complaints.remove(found)

    def goes(self, path: str) -> None:
        """Open a page of the desk."""
        self.page.goto(f"{self.desk.url}{path}")

    def signs_in(self, email: str) -> None:
        """Sign in with the password every agent of the tests has."""
        self.goes("/sign-in")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.arrives_at("My work")

    def arrives_at(self, heading: str) -> None:
        """Wait for the page with a heading, and for its scripts to listen."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self.page.wait_for_load_state()

    def subject(self) -> Locator:
        """Return the subject of the ticket that is open."""
        return self.page.locator("h1.ticket-subject")

    def rows(self) -> Locator:
        """Return the links to the tickets of the list."""
        return self.page.locator("#worklist [data-row]")

    def focused(self) -> Locator:
        """Return what has the keyboard."""
        return self.page.locator("*:focus")

    def chooses_status(self, name: str, reason: str = "") -> None:
        """Set the status by the menu under the subject."""
        self.page.locator("#prop-status summary").click()
        if reason:
            self.page.locator("#status-reason").fill(reason)
        self.page.locator("#prop-status").get_by_role("button", name=name, exact=True).click()

    def takes_picture(self, name: str) -> None:
        """Keep how the page looks now."""
        self.page.screenshot(path=self.pictures / f"{name}.png", scale="css", animations="disabled")

    def looks(self, name: str) -> None:
        """Check the page, light, dark and on a phone, for what keeps people out, and keep its pictures."""
        self.takes_picture(name)
        _reaches_everybody(self.page, ALL_RULES)
        self.page.emulate_media(color_scheme="dark")
        self.takes_picture(f"{name}-dark")
        _reaches_everybody(self.page, COLOUR_RULES)
        self.page.emulate_media(color_scheme="light")
        self.fits_a_phone(name)

    def fits_a_phone(self, name: str) -> None:
        """Check that nothing sticks out at 360 px, and keep the picture."""
        self.page.set_viewport_size(PHONE)
        self.takes_picture(f"{name}-360")
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{self.page.url}: {wide} px stick out"
        self.page.set_viewport_size(DESK)


def _reaches_everybody(page: Page, rules: dict[str, object]) -> None:
    found = Axe().run(page, options=rules).response["violations"]
    grave = [
        f"{violation['id']}: {', '.join(str(node['target']) for node in violation['nodes'])}"
        for violation in found
        if violation["impact"] in GRAVE
    ]
    assert not grave, f"{page.url}: {grave}"


def link_in(text: str, path: str) -> str:
    """Return the address in a mail that has a path like `/rate/`."""
    found = re.search(rf"https?://\S*{re.escape(path)}[\w.-]+", text)
    assert found, text
    return found.group()

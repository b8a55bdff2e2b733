"""How a person goes through the market: reads, types, presses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, Self

import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.services.market import Market
from tests.services.net import wait_until

PHONE = {"width": 412, "height": 900}
HARMLESS = ("status of 404", "status of 422")  # the page itself says it better


@dataclass(slots=True)
class Street:
    """The open market and where its pages stand."""

    market: Market
    places: dict[str, Any]
    states: dict[str, Any] = field(default_factory=dict)  # of people who have signed in

    @property
    def url(self) -> str:
        return self.market.url

    def letter(self, to: str, about: str) -> str:
        """The text of the newest mail to somebody whose subject holds these words."""
        found: list[str] = []

        def came() -> bool:
            found[:] = [text for text in map(_read, self.market.letters()) if to in text[:200]]
            found[:] = [text for text in found if about in text.partition("\n\n")[0]]
            return bool(found)

        wait_until(came, what=f"a mail to {to} about {about}", seconds=30)
        return found[-1]


def _read(path: Path) -> str:
    mail = message_from_bytes(path.read_bytes(), policy=default)
    body = mail.get_body(("plain",))
    return f"{mail['To']}\n{mail['Subject']}\n\n{body.get_content() if body else ''}"


class Walk:
    """One person with one browser; `page` is what they look at."""

    def __init__(
        self, chromium: Browser, street: Street, *, javascript: bool = True, **more: Any
    ) -> None:
        self.street = street
        self.complaints: list[str] = []
        self.context: BrowserContext = chromium.new_context(
            **{
                "viewport": PHONE,
                "locale": "id-ID",
                "base_url": street.url,
                "java_script_enabled": javascript,
                **more,
            }
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hears)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def _hears(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(h in message.text for h in HARMLESS):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def open(self, path: str) -> None:
        """Go to an address; anything but a page is a failure."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"

    def reads(self, *words: str) -> None:
        """See that the page says this."""
        for word in words:
            expect(self.page.locator("main")).to_contain_text(word)

    def press(self, words: str, *, within: str = "main") -> None:
        """Press the first button with these words; the page that follows is shown."""
        button = self.page.locator(within).get_by_role("button", name=words)
        self._go(button.and_(self.page.locator(":visible")).first)

    def follow(self, words: str, *, within: str = "main") -> None:
        """Follow the first link with these words."""
        link = self.page.locator(within).get_by_role("link", name=words)
        self._go(link.and_(self.page.locator(":visible")).first)

    def type(self, **typed: str) -> None:
        """Fill in fields by their labels; _ stands for a space."""
        for label, words in typed.items():
            field_ = self.page.get_by_label(re.compile(rf"^{label.replace('_', ' ')}", re.I))
            field_.first.fill(words)

    def sign_in(self, email: str, *, secret: str = "") -> None:
        """With the password everybody here has, and the code if there is one."""
        self.open("/masuk")
        self.type(Alamat_email=email, Kata_sandi=self.street.places["password"])
        self.press("Masuk")
        if secret:
            self.reads("Kode masuk")
            self.type(Kode_masuk=pyotp.TOTP(secret).now())
            self.press("Masuk")

    def _go(self, control: Any) -> None:
        """Press, and wait until the page that follows is there."""
        with self.page.expect_navigation(wait_until="load"):
            control.click()

"""A person with a browser without JavaScript: reads pages, fills in the forms found on them.

    asih = Visitor(market.url)
    asih.open("/p/keripik-abc")
    asih.send("/keranjang/tambah", quantity=2)

It sends only what the page offers, so a test that drives it fails when a page loses its form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

PATIENCE = 15.0  # a page answers within 12 s, whatever happens to a provider
Fields = list[tuple[str, str]]


class NotOnThePage(AssertionError):
    """What the test wanted to press or fill in is not there."""


@dataclass(slots=True)
class Button:
    """One way to send a form."""

    words: str
    name: str | None
    value: str
    action: str | None


@dataclass(slots=True)
class Form:
    """A form as it stands on a page, with what is filled in already."""

    action: str
    method: str
    upload: bool
    fields: Fields = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[Button] = field(default_factory=list)

    def filled(self, wanted: dict[str, Any], button: Button | None) -> Fields:
        """Every field with the value a browser would send."""
        unknown = set(wanted) - self.names
        if unknown:
            raise NotOnThePage(f"{self.action} asks for {sorted(self.names)}, not {unknown}")
        kept = [(name, value) for name, value in self.fields if name not in wanted]
        for name, value in wanted.items():
            values = value if isinstance(value, list | tuple) else [value]
            kept += [(name, str(one)) for one in values if one is not None]
        if button is not None and button.name:
            kept.append((button.name, button.value))
        return kept


@dataclass(slots=True)
class Page:
    """What came back."""

    status: int
    url: str
    text: str
    headers: Mapping[str, str]  # whatever the case of their names
    seconds: float
    forms: list[Form]

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def words(self) -> str:
        """The text without its marks, spaces made single."""
        bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", self.text, flags=re.S)
        return re.sub(r"\s+", " ", bare)

    def offers(self, action: str) -> bool:
        """Whether a form with this action (a pattern) stands on the page."""
        return any(re.search(action, form.action) for form in self.forms)

    def form(self, action: str) -> Form:
        """The first form whose action matches this pattern."""
        for form in self.forms:
            if re.search(action, form.action):
                return form
        known = [form.action for form in self.forms]
        raise NotOnThePage(f"no form {action} on {self.url} ({self.status}), only {known}")

    def links(self, pattern: str) -> list[str]:
        """Addresses of links that match."""
        return [link for link in re.findall(r'href="([^"]*)"', self.text) if
                re.search(pattern, link)]  # fmt: skip


class Visitor:
    """One browser: keeps its connection, its cookies and the page it looks at."""

    def __init__(self, home: str, *, patience: float = PATIENCE) -> None:
        self.home = home
        self.page = Page(0, home, "", {}, 0.0, [])
        self._patience = patience
        self._browser = requests.Session()
        self._browser.trust_env = False
        self._browser.headers["User-Agent"] = "Guyub-Visitor"
        self._browser.mount("http://", HTTPAdapter(pool_connections=2, pool_maxsize=2))
        self._last: dict[str, Any] = {}

    def open(self, address: str) -> Page:
        """Go to an address of the market, or any other."""
        return self._ask(method="GET", url=urljoin(self.home, address))

    def send(
        self,
        action: str,
        *,
        button: str | None = None,
        files: dict[str, tuple[str, bytes | BinaryIO, str]] | None = None,
        **wanted: Any,
    ) -> Page:
        """Fill in the form with this action (a pattern) and press its button with these words."""
        form = self.page.form(action)
        pressed = self._button(form, button)
        target = urljoin(self.page.url, (pressed and pressed.action) or form.action)
        filled = form.filled(wanted, pressed)
        if form.method == "get":
            return self._ask(method="GET", url=target, params=filled)
        if files and not form.upload:
            raise NotOnThePage(f"{form.action} takes no files")
        headers = {"Origin": "{0.scheme}://{0.netloc}".format(urlsplit(self.page.url))}
        return self._ask(method="POST", url=target, data=filled, files=files, headers=headers)

    def again(self) -> Page:
        """Reload: the very same request once more, as after an answer that never came."""
        return self._ask(**self._last)

    def close(self) -> None:
        """Hang up; who opens another page calls again and is known by the same cookies."""
        self._browser.close()

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def _button(form: Form, words: str | None) -> Button | None:
        if words is None:
            return form.buttons[0] if form.buttons else None
        for button in form.buttons:
            if words in button.words:
                return button
        known = [button.words for button in form.buttons]
        raise NotOnThePage(f"no button {words} at {form.action}, only {known}")

    def _ask(self, **words: Any) -> Page:
        self._last = words
        answer = self._browser.request(**words, timeout=self._patience)
        seconds = answer.elapsed.total_seconds() + sum(
            step.elapsed.total_seconds() for step in answer.history
        )
        html = "text/html" in answer.headers.get("Content-Type", "")
        self.page = Page(
            answer.status_code,
            answer.url,
            answer.text,
            answer.headers,
            seconds,
            forms_of(answer.text, answer.url) if html else [],
        )
        return self.page


def forms_of(html: str, url: str) -> list[Form]:
    """All forms of a page, with fields that stand outside but name their form."""
    reader = _Reader(urlsplit(url).path)
    reader.feed(html)
    reader.close()
    return reader.forms


class _Reader(HTMLParser):
    """Collects forms the way a browser does."""

    def __init__(self, here: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._here = here
        self._named: dict[str, Form] = {}
        self._open: Form | None = None
        self._button: Button | None = None
        self._select: tuple[Form, str, list[tuple[str, bool]]] | None = None
        self._text: tuple[Form, str] | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attributes: Iterable[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._begin(at)
        form = self._named.get(at["form"]) if "form" in at else self._open
        if form is None:
            return
        if tag == "input":
            self._input(form, at)
        elif tag == "button":
            self._button = Button("", at.get("name"), at.get("value", ""), at.get("formaction"))
            if at.get("type", "submit") == "submit":
                form.buttons.append(self._button)
            self._words = ""
        elif tag == "select" and "disabled" not in at:
            self._select = (form, at.get("name", ""), [])
        elif tag == "option" and self._select:
            self._select[2].append((at.get("value", ""), "selected" in at))
        elif tag == "textarea" and "disabled" not in at:
            self._text, self._words = (form, at.get("name", "")), ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "button" and self._button:
            self._button.words = " ".join(self._words.split())
            self._button = None
        elif tag == "select" and self._select:
            form, name, options = self._select
            chosen = next((value for value, on in options if on), options[0][0] if options else "")
            _put(form, name, chosen)
            self._select = None
        elif tag == "textarea" and self._text:
            _put(*self._text, self._words.removeprefix("\r").removeprefix("\n"))
            self._text = None

    def _begin(self, at: dict[str, str]) -> None:
        form = Form(
            action=at.get("action") or self._here,
            method=at.get("method", "get").lower(),
            upload="multipart" in at.get("enctype", ""),
        )
        self.forms.append(form)
        self._open = form
        if "id" in at:
            self._named[at["id"]] = form

    @staticmethod
    def _input(form: Form, at: dict[str, str]) -> None:
        name, kind = at.get("name", ""), at.get("type", "text")
        if not name or "disabled" in at or kind == "file":
            return
        form.names.add(name)
        if kind in ("radio", "checkbox") and "checked" not in at:
            return
        if kind == "submit":
            form.buttons.append(Button(at.get("value", ""), name, at.get("value", ""), None))
            return
        form.fields.append((name, at.get("value", "on" if kind == "checkbox" else "")))


def _put(form: Form, name: str, value: str) -> None:
    if name:
        form.names.add(name)
        form.fields.append((name, value))

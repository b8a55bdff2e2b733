"""What can go wrong, in words for code; the sentences people read stand in web/sentences.py."""

from __future__ import annotations

from typing import Any


class MarketError(Exception):
    """Something a person did cannot be done; `code` names the reason, `params` the figures."""

    kind = "invalid"
    code = "market_error"

    def __init__(self, code: str | None = None, /, **params: Any) -> None:
        self.code = code or type(self).code
        self.params = params
        super().__init__(self.code, params)


class Invalid(MarketError):
    """What was typed cannot be right: 422. `field` in the params names where."""

    kind, code = "invalid", "invalid"


class NotFound(MarketError):
    """No such thing, or not yours: the same 404."""

    kind, code = "not_found", "not_found"


class NotAllowed(MarketError):
    """You are known, but this is not for your role: 403."""

    kind, code = "not_allowed", "not_allowed"


class Conflict(MarketError):
    """The world moved meanwhile: 409."""

    kind, code = "conflict", "conflict"


class TooMany(MarketError):
    """Asked too often: 429; `minutes` in the params says when to come back."""

    kind, code = "too_many", "too_many"


class OutsideFailed(MarketError):
    """A service outside did not answer: 502, nothing is lost."""

    kind, code = "outside_failed", "outside_failed"

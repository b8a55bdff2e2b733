"""Pages at a provider on which buyers promise money: the words of their key, and their end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import Row

from marketplace.orders.ports import GatewayDown, GatewayRefused
from marketplace.outside import Gateway, outside

log = structlog.get_logger()
AROUND = timedelta(hours=12)
CLOCKS_APART = timedelta(hours=1)
LATE = timedelta(minutes=5)  # the same question may be under way when a page's time is over


@dataclass(slots=True)
class Seen:
    """What looking after promises came to: news, and how often there was no answer, or a no."""

    news: int = 0
    unreachable: int = 0
    refused: int = 0

    def look(self, what: Callable[[], bool]) -> None:
        """Look at one of them; a provider that is away or refuses it holds up no other."""
        try:
            self.news += what()
        except GatewayDown:
            self.unreachable += 1
        except GatewayRefused as refusal:
            self.refused += 1
            log.warning("promise_refused", why=refusal.code)


def gateway(provider: str) -> Gateway:
    """Who is asked; a provider that is not set up any more cannot be."""
    found = outside().payments.get(provider)
    if found is None:
        raise GatewayDown("credentials")
    return found


def words(
    *,
    email: str | None,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
    description: str | None = None,
) -> dict[str, Any]:
    """All that belongs to the key of a page, as it is stored: asking again repeats every word."""
    said = {
        "email": email,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": expires_at.replace(microsecond=0).isoformat(),
    }
    return said if description is None else {**said, "description": description}


def arguments(stored: dict[str, Any]) -> dict[str, Any]:
    """The stored words as the port takes them."""
    return {**stored, "expires_at": datetime.fromisoformat(stored["expires_at"])}


def is_over(row: Row[Any], now: datetime) -> bool:
    """Whether nobody may use this page any more."""
    return datetime.fromisoformat(row.words["expires_at"]) + LATE <= now


def begun(row: Row[Any]) -> datetime:
    """From when on to look for what the provider made of a row: its clock may be behind ours."""
    return cast(datetime, row.created_at) - CLOCKS_APART


def lost_page(found: Iterable[Any], row: Row[Any], name: str) -> str | None:
    """The page whose answer was lost, known by our code on it."""
    return next((one.page for one in found if getattr(one, name) == row.code), None)

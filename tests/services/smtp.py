"""A mail server that keeps what it is given, for tests to read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from tests.services.net import free_port


@dataclass(slots=True)
class Postbox:
    """The mails that arrived, oldest first; `refuse` makes the server answer "try later"."""

    address: str
    mails: list[EmailMessage] = field(default_factory=list)
    refuse: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse:
            return "451 try again later"
        mail = message_from_bytes(envelope.content, policy=default)
        self.mails.append(mail)  # type: ignore[arg-type]  # the policy makes EmailMessages
        return "250 kept"


@contextmanager
def smtp_server() -> Iterator[Postbox]:
    """Give a running mail server's postbox; its `address` fits `SMTP_URL`."""
    port = free_port()
    postbox = Postbox(f"smtp://127.0.0.1:{port}")
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield postbox
    finally:
        controller.stop()

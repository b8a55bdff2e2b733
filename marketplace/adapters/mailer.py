"""Letters on their way: to an SMTP server when one is set, otherwise into a folder."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from marketplace.config import Config
from marketplace.core import clock, work
from marketplace.core.errors import OutsideFailed
from marketplace.core.ids import new_code

CONNECT_SECONDS = 15


class Mailer(Protocol):
    """Takes one finished letter; raises OutsideFailed when it could not be handed over."""

    def send(self, *, to: str, subject: str, text: str, html: str) -> None: ...


def letter(sender: str, *, to: str, subject: str, text: str, html: str) -> EmailMessage:
    """One letter in both forms."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain="guyub")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


class FolderMailer:
    """Puts every letter as a file where a person (or a test) can read it."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder, self.sender = folder, sender

    def send(self, *, to: str, subject: str, text: str, html: str) -> None:
        work.refuse_when_open()
        message = letter(self.sender, to=to, subject=subject, text=text, html=html)
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{clock.now():%Y%m%d-%H%M%S-%f}-{new_code()}.eml"
        part = self.folder / f".{name}"
        part.write_bytes(message.as_bytes())
        part.rename(self.folder / name)


class SmtpMailer:
    """Hands letters to a server: smtp://user:password@host:587 (STARTTLS) or smtps://host:465."""

    def __init__(self, url: str, sender: str) -> None:
        self.url, self.sender = urlsplit(url), sender

    def send(self, *, to: str, subject: str, text: str, html: str) -> None:
        work.refuse_when_open()
        message = letter(self.sender, to=to, subject=subject, text=text, html=html)
        try:
            with self._open() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as fault:
            raise OutsideFailed("mail_failed") from fault

    def _open(self) -> smtplib.SMTP:
        host, port = self.url.hostname or "localhost", self.url.port
        secure = ssl.create_default_context()
        if self.url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=CONNECT_SECONDS, context=secure
            )
        else:
            server = smtplib.SMTP(host, port or 25, timeout=CONNECT_SECONDS)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=secure)
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server


def open_mailer(config: Config) -> Mailer:
    """The way letters leave with these settings."""
    if config.smtp_url:
        return SmtpMailer(config.smtp_url, config.mail_from)
    return FolderMailer(config.mail_dir, config.mail_from)

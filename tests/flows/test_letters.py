"""Letters carry text and HTML; a letter that cannot leave is tried again."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask

from marketplace.adapters.mailer import SmtpMailer
from marketplace.core.errors import OutsideFailed
from marketplace.outside import outside
from tests.services.net import free_port
from tests.services.smtp import smtp_server


def test_a_letter_goes_into_the_folder_in_both_forms(app: Flask, home: Path) -> None:
    outside().mail.send(to="asih@contoh.test", subject="Kabar", text="Halo", html="<p>Halo</p>")
    [file] = (home / "mail").iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert letter["To"] == "asih@contoh.test"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]


def test_a_line_break_in_a_subject_makes_no_new_header(app: Flask, home: Path) -> None:
    outside().mail.send(to="a@contoh.test", subject="A\nBcc: b@contoh.test", text="x", html="x")
    [file] = (home / "mail").iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert letter["Bcc"] is None


@pytest.mark.services
def test_a_letter_reaches_a_real_server() -> None:
    with smtp_server() as box:
        mailer = SmtpMailer(box.address, "Guyub <kabar@guyub.test>")
        mailer.send(to="asih@contoh.test", subject="Kabar", text="Halo", html="<p>Halo</p>")
        assert len(box.mails) == 1


def test_a_server_that_is_away_is_said_so() -> None:
    mailer = SmtpMailer(f"smtp://127.0.0.1:{free_port()}", "Guyub <kabar@guyub.test>")
    with pytest.raises(OutsideFailed):
        mailer.send(to="asih@contoh.test", subject="Kabar", text="Halo", html="<p>Halo</p>")

"""A picture that comes with a form."""

from __future__ import annotations

from flask import request

from marketplace.core.errors import Invalid

LARGEST = 12 * 1024 * 1024  # a photo of 10 MB with the form around it


def expect_pictures() -> None:
    """Let this request be as large as a phone's photo; asked before its form is read."""
    request.max_content_length = LARGEST


def picture_sent() -> bytes:
    """The one picture of the form, unopened."""
    file = request.files.get("foto")
    data = file.read() if file and file.filename else b""
    if not data:
        raise Invalid("photo_missing", field="foto")
    return data


def pictures_sent(most: int) -> list[bytes]:
    """The pictures of a form that may have some, unopened; too many are refused."""
    files = [file for file in request.files.getlist("foto") if file.filename]
    if len(files) > most:
        raise Invalid("photos_at_once", field="foto", most=most)
    return [file.read() for file in files]

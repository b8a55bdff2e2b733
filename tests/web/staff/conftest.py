"""Who sits at the desk of the dinas."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import builders


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    """Eka's browser."""
    browser = app.test_client()
    builders.sign_in(browser, builders.staff())
    return browser

"""Headers and cookies that keep other people's scripts and pages out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from marketplace.config import Config
from marketplace.web.access import is_provider

YEAR = 365 * 24 * 3600


class SignedCookie(SecureCookieSessionInterface):
    """Flask's session in a signed cookie, whose signer is made once and not twice a request."""

    def __init__(self, app: Flask) -> None:
        self.signer = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self.signer


def protect(app: Flask, config: Config) -> None:
    """Set cookies, the form token, and the headers of every answer."""
    secure = config.base_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-sid" if secure else "sid",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=30 * 24 * 3600,
        SESSION_REFRESH_EACH_REQUEST=False,
        TRUSTED_HOSTS=list(config.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=64 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,  # one read of an upload is 64 KiB and must fit in
        MAX_FORM_PARTS=100,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # Origin and Sec-Fetch-Site are checked at the door
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    app.session_interface = SignedCookie(app)
    forms = CSRFProtect(app)

    @app.before_request
    def token() -> None:
        if request.endpoint and not (is_provider() or _form_checks_itself()):
            forms.protect()

    lines = list(headers(config).items())

    @app.after_request
    def stamp(response: Response) -> Response:
        if "token" in (request.view_args or {}):  # a secret address is named to no other page
            response.headers["Referrer-Policy"] = "no-referrer"
        if "Referrer-Policy" in response.headers:
            response.headers.extend([line for line in lines if line[0] != "Referrer-Policy"])
        else:
            response.headers.extend(lines)
        if "Cache-Control" not in response.headers and response.mimetype == "text/html":
            # a page that looked at the session belongs to one visitor
            private = session.accessed or "Set-Cookie" in response.headers
            response.headers["Cache-Control"] = (
                "private, no-cache" if private else "public, no-cache"
            )
        if request.blueprint in ("account", "seller", "staff", "buying"):
            response.headers["Cache-Control"] = "no-store"
        return response


def _form_checks_itself() -> bool:
    """Whether this view's form answers a stale token itself (`forms.keeps_typed`)."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "keeps_typed", False)


def headers(config: Config) -> dict[str, str]:
    """What every answer carries, whoever gives it."""
    media = "'self'"
    if config.s3_public_url:
        where = urlsplit(config.s3_public_url)
        media += f" {where.scheme}://{where.netloc}"
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"{media} data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self' https://checkout.stripe.com",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }
    found = {
        "Content-Security-Policy": "; ".join(f"{k} {v}" for k, v in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    }
    if config.base_url.startswith("https://"):
        found["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    return found

"""Settings from the environment: read once, checked at start, frozen."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ENVIRONMENTS = ("demo", "development", "test", "production")
KNOWN_SECRETS = {"secret", "changeme", "change-me", "dev", "development", "test", "password"}


class BadConfig(Exception):
    """The settings cannot work; `faults` holds one sentence for each thing to mend."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting, with the variable of the same name in upper case; see .env.example."""

    app_env: str = "demo"
    debug: bool = False
    instance: Path = Path("instance")
    secret_key: str = field(default="", repr=False)
    old_secret_keys: tuple[str, ...] = field(default=(), repr=False)
    database_url: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    web_processes: int = 2
    web_threads: int = 4
    media_root: Path = Path("instance/media")
    media_url: str = "/media"
    s3_bucket: str = ""
    s3_endpoint_url: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: str = field(default="", repr=False)
    s3_secret_key: str = field(default="", repr=False)
    s3_public_url: str = ""
    stripe_secret_key: str = field(default="", repr=False)
    stripe_webhook_secret: tuple[str, ...] = field(default=(), repr=False)
    stripe_account: str = ""
    stripe_api_base: str = ""
    simulator: bool = True
    bank_name: str = ""
    bank_account: str = ""
    bank_holder: str = ""
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "Guyub <kabar@guyub.test>"
    mail_dir: Path = Path("instance/mail")
    broker_url: str = field(default="", repr=False)
    search_per_second: int = 5
    complaint_contact: str = (
        "Direktorat Jenderal Perlindungan Konsumen dan Tertib Niaga, Kementerian Perdagangan RI"
    )
    complaint_whatsapp: str = "6285311111010"
    complaint_email: str = "pengaduan.konsumen@kemendag.go.id"
    help_whatsapp: str = ""
    failpoint: str = ""
    failpoint_log: str = ""

    @property
    def production(self) -> bool:
        return self.app_env == "production"

    @property
    def demo(self) -> bool:
        return self.app_env == "demo"

    @property
    def livemode(self) -> bool:
        """Whether the Stripe key moves real money."""
        return self.stripe_secret_key.startswith(("sk_live_", "rk_live_"))


def load(env: Mapping[str, str]) -> Config:
    """Read the environment or refuse with a sentence for each fault."""
    faults: list[str] = []
    values: dict[str, Any] = {}
    for item in fields(Config):
        raw = env.get(item.name.upper())
        if raw is not None and raw.strip() != "":
            try:
                values[item.name] = _parse(raw.strip(), item.default)
            except ValueError as fault:
                faults.append(f"{item.name.upper()} {fault}")
    if faults:
        raise BadConfig(faults)
    values = _with_defaults(values)
    config = Config(**values)
    faults = _faults(config)
    if faults:
        raise BadConfig(faults)
    return config


def _parse(raw: str, default: Any) -> Any:
    if isinstance(default, bool):
        if raw.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise ValueError("must be 0 or 1.")
        return raw.lower() in ("1", "true", "yes")
    if isinstance(default, int):
        if not (raw.isascii() and raw.isdigit()):
            raise ValueError("must be a whole number.")
        return int(raw)
    if isinstance(default, Path):
        return Path(raw)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in raw.split(",") if part.strip())
    return raw


def _with_defaults(values: dict[str, Any]) -> dict[str, Any]:
    """Fill what follows from other settings; outside production a secret is made and kept."""
    instance = Path(values.get("instance", Config.instance)).resolve()
    filled: dict[str, Any] = {
        "media_root": instance / "media",
        "mail_dir": instance / "mail",
        "database_url": f"sqlite:///{instance / 'guyub.sqlite3'}",
        **values,
        "instance": instance,
    }
    url = filled["database_url"]
    if url.startswith("postgres://"):
        filled["database_url"] = "postgresql" + url.removeprefix("postgres")
    environment = filled.get("app_env", Config.app_env)
    if environment != "production":
        if not filled.get("secret_key"):
            filled["secret_key"] = _kept_secret(instance / "secret_key")
        filled.setdefault("trusted_hosts", ("127.0.0.1", "localhost", filled.get("host", "")))
        for name, value in (
            ("bank_name", "Bank Contoh"),
            ("bank_account", "000 000 0000"),
            ("bank_holder", "Guyub (contoh)"),
            ("help_whatsapp", "6281200000000"),
        ):
            filled.setdefault(name, value)
    else:
        filled.setdefault("simulator", False)
    port = filled.get("port", Config.port)
    filled.setdefault("base_url", f"http://{filled.get('host', Config.host)}:{port}")
    filled["base_url"] = filled["base_url"].rstrip("/")
    return filled


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _faults(config: Config) -> list[str]:
    faults = []
    if config.app_env not in ENVIRONMENTS:
        faults.append(f"APP_ENV must be one of {', '.join(ENVIRONMENTS)}.")
    if not config.database_url.startswith(("sqlite:///", "postgresql")):
        faults.append("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    if not 1 <= config.port <= 65535:
        faults.append("PORT must be between 1 and 65535.")
    if not urlsplit(config.base_url).hostname:
        faults.append("BASE_URL must be a whole address such as https://guyub.id.")
    if config.s3_bucket and not (config.s3_access_key and config.s3_secret_key):
        faults.append("S3_BUCKET needs S3_ACCESS_KEY and S3_SECRET_KEY.")
    if config.stripe_secret_key and not config.stripe_webhook_secret:
        faults.append(
            "STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET, or payments would go unheard."
        )
    if config.stripe_secret_key and not config.stripe_secret_key.startswith(
        ("sk_test_", "rk_test_", "sk_live_", "rk_live_")
    ):
        faults.append("STRIPE_SECRET_KEY must be a secret or restricted key of Stripe.")
    elif config.stripe_secret_key and config.livemode is not config.production:
        faults.append(
            "STRIPE_SECRET_KEY is a test key: in production buyers would get goods for play money."
            if config.production
            else "STRIPE_SECRET_KEY is a live key: only APP_ENV=production takes real money."
        )
    for name in ("complaint_whatsapp", "help_whatsapp"):
        if not re.fullmatch(r"(62[0-9]{8,13})?", getattr(config, name), re.ASCII):
            faults.append(f"{name.upper()} must be digits with country code, as 6281234567890.")
    for name in ("failpoint", "failpoint_log"):
        if getattr(config, name) and config.app_env != "test":
            faults.append(f"{name.upper()} works with APP_ENV=test only.")
    if config.production:
        faults += _production_faults(config)
    return faults


def _production_faults(config: Config) -> list[str]:
    faults = []
    if len(config.secret_key) < 32 or config.secret_key.lower() in KNOWN_SECRETS:
        faults.append("SECRET_KEY must hold at least 32 random characters in production.")
    elif len(set(config.secret_key)) < 10:
        faults.append("SECRET_KEY looks typed by hand; use secrets.token_urlsafe(48).")
    if config.debug:
        faults.append("DEBUG must be off in production.")
    if not config.trusted_hosts:
        faults.append("TRUSTED_HOSTS must name the hosts that this shop answers for.")
    if not config.base_url.startswith("https://"):
        faults.append("BASE_URL must begin with https:// in production.")
    if config.simulator:
        faults.append("SIMULATOR pays with play money and must be off in production.")
    if not (config.bank_account and config.bank_name and config.bank_holder):
        faults.append("BANK_NAME, BANK_ACCOUNT and BANK_HOLDER say where transfers go.")
    if config.stripe_api_base:
        faults.append("STRIPE_API_BASE points away from Stripe and must be empty in production.")
    return faults

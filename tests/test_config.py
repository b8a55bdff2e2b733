"""The house refuses to start with settings that cannot work, one sentence a fault."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from marketplace.config import BadConfig, Config, load

GOOD = {
    "APP_ENV": "production",
    "SECRET_KEY": "kN3v9QmZ7xT2bL5rW8yC1dF4gH6jP0sA-uE_iOqXt",
    "DATABASE_URL": "postgresql://guyub@db/guyub",
    "BASE_URL": "https://guyub.example",
    "TRUSTED_HOSTS": "guyub.example",
    "BANK_NAME": "Bank Contoh",
    "BANK_ACCOUNT": "123",
    "BANK_HOLDER": "Guyub",
}


def faults(**change: str) -> str:
    with pytest.raises(BadConfig) as refused:
        load({**GOOD, **change})
    return "\n".join(refused.value.faults)


def test_a_whole_production_setting_is_accepted(tmp_path: Path) -> None:
    config = load({**GOOD, "INSTANCE": str(tmp_path)})
    assert config.production
    assert not config.simulator


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "changeme"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 64}, "SECRET_KEY"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"TRUSTED_HOSTS": ""}, "TRUSTED_HOSTS"),
        ({"BASE_URL": "http://guyub.example"}, "BASE_URL"),
        ({"STRIPE_SECRET_KEY": "sk_live_x"}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_SECRET_KEY": "pk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}, "STRIPE_SECRET"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:1"}, "STRIPE_API_BASE"),
        ({"SIMULATOR": "1"}, "SIMULATOR"),
        ({"BANK_ACCOUNT": ""}, "BANK_ACCOUNT"),
        ({"FAILPOINT": "buying.placed"}, "FAILPOINT works"),
        ({"FAILPOINT_LOG": "points"}, "FAILPOINT_LOG works"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"PORT": "８０００"}, "PORT"),
        ({"DEBUG": "maybe"}, "DEBUG"),
        ({"APP_ENV": "prod"}, "APP_ENV"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"S3_BUCKET": "photos"}, "S3_ACCESS_KEY"),
    ],
)
def test_production_refuses(change: dict[str, str], said: str) -> None:
    assert said in faults(**change)


@pytest.mark.parametrize("kind", ["sk", "rk"])
def test_real_money_and_play_money_never_meet(kind: str, tmp_path: Path) -> None:
    secret = {"STRIPE_WEBHOOK_SECRET": "whsec_x", "INSTANCE": str(tmp_path)}
    live, test = ({**secret, "STRIPE_SECRET_KEY": f"{kind}_{mode}_x"} for mode in ("live", "test"))
    assert load({**GOOD, **live}).livemode
    assert "is a test key" in faults(**test)
    for environment in ("demo", "development", "test"):
        assert not load({"APP_ENV": environment, **test}).livemode
        with pytest.raises(BadConfig, match="is a live key"):
            load({"APP_ENV": environment, **live})


def test_a_number_that_opens_no_chat_is_refused() -> None:
    assert "COMPLAINT_WHATSAPP" in faults(COMPLAINT_WHATSAPP="0853 1111 1010")
    assert "HELP_WHATSAPP" in faults(HELP_WHATSAPP="hubungi kami")


def test_all_faults_are_said_at_once() -> None:
    said = faults(SECRET_KEY="", TRUSTED_HOSTS="", DEBUG="1")
    assert {"SECRET_KEY", "TRUSTED_HOSTS", "DEBUG"} <= set(said.replace("\n", " ").split())


def test_a_demo_needs_no_setting_and_keeps_the_secret_it_made(tmp_path: Path) -> None:
    env = {"INSTANCE": str(tmp_path)}
    assert load(env).secret_key == load(env).secret_key != ""
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_old_name_of_postgresql_is_understood(tmp_path: Path) -> None:
    config = load({**GOOD, "DATABASE_URL": "postgres://guyub@db/guyub"})
    assert config.database_url == "postgresql://guyub@db/guyub"


def test_a_printed_setting_shows_no_secret(tmp_path: Path) -> None:
    env = {**GOOD, "STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_y"}
    shown = repr(load(env))
    for secret in (GOOD["SECRET_KEY"], "sk_live_x", "whsec_y"):
        assert secret not in shown


def test_every_setting_is_explained_in_the_example_and_no_other_is() -> None:
    lines = Path(__file__).parent.parent.joinpath(".env.example").read_text().splitlines()
    named = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert named == {item.name.upper() for item in fields(Config)}

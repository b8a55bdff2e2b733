"""The second factor: a six-digit code of an authenticator, or one of ten spare codes.

A code opens once. The secret is sealed; spare codes are random enough to be kept as plain hashes.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, or_, select, update

from marketplace.accounts import sealing
from marketplace.accounts.models import Person, RecoveryCode
from marketplace.core import history
from marketplace.core.db import changed, db, read_one
from marketplace.core.errors import Invalid
from marketplace.core.ids import token_hash

ISSUER = "Guyub"
PURPOSE = "totp"
SPARE_CODES, SPARE_BYTES = 10, 10  # 80 bits each
STEP = 30
DRIFT = (-1, 0, 1)  # a phone's clock may be half a minute off


def new_secret() -> str:
    """160 random bits, as authenticators want them written."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """What the square picture says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def set_up(person: Person, secret: str, code: str, *, now: datetime) -> list[str]:
    """Switch the second factor on once its first code fits; give the spare codes, this once."""
    step = _step_of(secret, code, now)
    if step is None:
        raise Invalid("code_wrong", field="code")
    return give(person, secret, used_step=step, now=now)


def give(person: Person, secret: str, *, now: datetime, used_step: int | None = None) -> list[str]:
    """Seal a secret onto the account, with new spare codes."""
    person.totp_secret = sealing.seal(secret.encode(), purpose=f"{PURPOSE}:{person.code}")
    person.totp_used_step = used_step
    history.record("person.second_factor_on", f"person:{person.code}", by=person.id, at=now)
    return renew_spare_codes(person.id)


def renew_spare_codes(person_id: int) -> list[str]:
    """Ten new spare codes; the old ones are void."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [_spare_code() for _ in range(SPARE_CODES)]
    for code in codes:
        db.session.add(RecoveryCode(person_id=person_id, code_hash=token_hash(_plain(code))))
    return codes


def switch_off(person: Person, *, by: int, now: datetime) -> None:
    """Take the second factor away; who works for the dinas must set it up again to go on."""
    person.totp_secret = person.totp_used_step = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    history.record("person.second_factor_off", f"person:{person.code}", by=by, at=now)


def open_with(person: Person, typed: str, *, now: datetime) -> bool:
    """Let in by a code nobody used before; say whether it was a spare one."""
    typed = typed.strip()
    if person.totp_secret is None:
        raise Invalid("code_wrong", field="code")
    if len(digits := typed.replace(" ", "")) == 6 and digits.isascii() and digits.isdigit():
        _use_step(person, digits, now)
        return False
    used = changed(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == token_hash(_plain(typed)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if used != 1:
        raise Invalid("code_wrong", field="code")
    history.record("person.spare_code_used", f"person:{person.code}", by=person.id, at=now)
    return True


def spare_codes_left(person_id: int) -> int:
    """How many spare codes were not used yet."""
    row = read_one(
        select(func.count()).where(
            RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
        )
    )
    return row[0] if row else 0


def code_of(person_id: int, *, now: datetime) -> str | None:
    """The code of this moment, for the demo market's note; none without a second factor."""
    row = read_one(select(Person.code, Person.totp_secret).where(Person.id == person_id))
    if row is None or row.totp_secret is None:
        return None
    return pyotp.TOTP(_opened(row.totp_secret, row.code)).at(now)


def _use_step(person: Person, digits: str, now: datetime) -> None:
    step = _step_of(_opened(person.totp_secret or b"", person.code), digits, now)
    if step is None:
        raise Invalid("code_wrong", field="code")
    fresh = or_(Person.totp_used_step.is_(None), Person.totp_used_step < step)
    used = changed(update(Person).where(Person.id == person.id, fresh).values(totp_used_step=step))
    if used != 1:
        raise Invalid("code_used", field="code")


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which half minute the code belongs to, or none."""
    code = code.replace(" ", "")
    if not (code.isascii() and code.isdigit()):
        return None
    totp, this = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    fits = [
        this + away for away in DRIFT if secrets.compare_digest(totp.at((this + away) * STEP), code)
    ]
    return fits[0] if fits else None


def _opened(sealed: bytes, person_code: str) -> str:
    try:
        return sealing.unseal(sealed, purpose=f"{PURPOSE}:{person_code}").decode()
    except sealing.CannotOpen:
        raise Invalid("second_factor_lost", field="code") from None


def _spare_code() -> str:
    text = base64.b32encode(secrets.token_bytes(SPARE_BYTES)).decode().lower()
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def _plain(typed: str) -> str:
    """A spare code however it was copied."""
    return "".join(letter for letter in typed.lower() if letter.isalnum())[:40]

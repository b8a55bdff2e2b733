"""Who works for the dinas: the first officers are appointed from the command line."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from marketplace.accounts import consents, people
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.work import transaction


@click.command("appoint")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="the new role"
)
@with_appcontext
def appoint(email: str, role: str) -> None:
    """Give a confirmed account another role; the history keeps that the console did it."""
    known = people.find_by_email(email)
    if known is None or known.closed_at is not None:
        raise click.ClickException(f"Tidak ada akun {email}.")
    if not known.verified:
        raise click.ClickException(f"Alamat {email} belum dibuktikan lewat surat pendaftaran.")
    with transaction():
        people.set_role(known.id, Role(role), by=None, now=clock.now())
    click.echo(f"{known.name} sekarang {role}. Orangnya perlu masuk lagi.")


@click.command("withdraw-consent")
@click.argument("email")
@with_appcontext
def withdraw_consent(email: str) -> None:
    """Take back what was agreed to for an address, for a guest who asks the help desk."""
    email, count = email.strip().lower(), 0
    known = people.find_by_email(email)
    with transaction():
        for channel in consents.PURPOSES:
            count += consents.withdraw(
                channel,
                email=email,
                person_id=known.id if known else None,
                by=None,
                now=clock.now(),
            )
    click.echo(f"{count} persetujuan ditarik.")

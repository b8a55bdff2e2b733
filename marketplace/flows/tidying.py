"""Forgets what nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from marketplace.accounts.models import AttemptCount, MailedToken, SignInSession
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.jobs import Job, JobState
from marketplace.core.work import transaction
from marketplace.orders.bank import amounts, statements

KEEP_DONE_JOBS = timedelta(days=7)
KEEP_TOKENS = timedelta(days=30)


def forget_jobs() -> None:
    """Jobs that were done a week ago."""
    with transaction():
        long_ago = clock.now() - KEEP_DONE_JOBS
        db.session.execute(
            delete(Job).where(Job.state == JobState.DONE, Job.lease_until < long_ago)
        )


def forget_amounts() -> None:
    """Amounts that were one buyer's to send and are free again, and statements nobody confirmed."""
    with transaction():
        amounts.forget_old(clock.now())
        statements.forget_drafts(clock.now())


def forget_visits() -> None:
    """Sessions that have ended, counts whose window is over, and old mailed links."""
    now = clock.now()
    with transaction():
        db.session.execute(delete(SignInSession).where(SignInSession.ends_at < now))
        db.session.execute(delete(AttemptCount).where(AttemptCount.expires_at < now))
        db.session.execute(delete(MailedToken).where(MailedToken.expires_at < now - KEEP_TOKENS))

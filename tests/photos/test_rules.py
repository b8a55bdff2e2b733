"""How many photos, and how long to wait."""

from __future__ import annotations

from datetime import timedelta

from marketplace.photos import rules


def test_the_thirteenth_photo_has_no_room() -> None:
    assert rules.room_for(11)
    assert not rules.room_for(12)
    assert not rules.room_for(10, coming=3)


def test_the_wait_ends_when_the_oldest_is_an_hour_old() -> None:
    assert rules.minutes_to_wait(timedelta(minutes=59, seconds=30)) == 1
    assert rules.minutes_to_wait(timedelta(minutes=15)) == 45
    assert rules.minutes_to_wait(timedelta(hours=2)) == 1

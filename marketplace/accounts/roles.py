"""Who may do what: roles on the platform and roles in a shop."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is to the platform."""

    RESIDENT = "resident"
    STAFF = "staff"  # dinas
    ADMIN = "admin"


class ShopRole(StrEnum):
    """What a person is to one shop; staff have no say over money or members."""

    OWNER = "owner"
    STAFF = "staff"

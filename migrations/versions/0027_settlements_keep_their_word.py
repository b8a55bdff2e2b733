"""settlements keep their word

What was told of a provider's payout is never changed; it is taken back once, and another is told.
"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLE = "settlement"
SAYS = 'id, code, receipt_id, provider, reference, gross, fee, net, reason, "by", "at"'
ENDS = "taken_back_by, taken_back_at, taken_back_why"
GUARDS = {
    "says": (f"UPDATE OF {SAYS}", ""),
    "ends": (f"UPDATE OF {ENDS}", "WHEN (OLD.taken_back_at IS NOT NULL)"),
    "stays": ("DELETE", ""),
}
REFUSAL = f"what a {TABLE} says is never changed"
FUNCTION = "a_settlement_keeps_its_word"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{REFUSAL}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        does = f"EXECUTE FUNCTION {FUNCTION}()"
    else:
        does = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for name, (act, when) in GUARDS.items():
        op.execute(
            f"CREATE TRIGGER {TABLE}_guard_{name} BEFORE {act} ON {TABLE} "
            f"FOR EACH ROW {when} {does}"
        )


def downgrade() -> None:
    for name in GUARDS:
        on = f" ON {TABLE}" if op.get_bind().dialect.name == "postgresql" else ""
        op.execute(f"DROP TRIGGER {TABLE}_guard_{name}{on}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {FUNCTION}()")

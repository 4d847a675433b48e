"""A close keeps the moment its night read, so that what it knew of the log can be told to the event.

Of days closed before, the oldest transaction under way at that moment is known (or, of the oldest days, the one that closed the day): they
are taken to have known what was written below it. What committed above it in the instant before the night began counts to the next day.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE bank_day ADD COLUMN seen pg_snapshot")
    op.execute("""UPDATE bank_day SET seen = format('%1$s:%1$s:', coalesce(horizon,
  (SELECT max(xid::text::bigint)::text::xid8 FROM event WHERE kind = 'DayClosed' AND effective_on = day)))::pg_snapshot
WHERE closed_at IS NOT NULL""")
    op.execute("ALTER TABLE bank_day DROP COLUMN horizon")


def downgrade() -> None:
    op.execute("ALTER TABLE bank_day ADD COLUMN horizon xid8")
    op.execute("UPDATE bank_day SET horizon = pg_snapshot_xmin(seen)")
    op.execute("ALTER TABLE bank_day DROP COLUMN seen")

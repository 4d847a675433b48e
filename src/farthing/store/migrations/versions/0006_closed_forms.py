"""The night reads closed forms beside the states, and writes its standings before the day is closed, under the number of its try."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No bytes say nothing: such a line is thought from its state, and gets its form in the next night.
    op.execute("ALTER TABLE line_state ADD COLUMN form BYTEA DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE standing ADD COLUMN night INTEGER DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE standing ALTER COLUMN night DROP DEFAULT")
    op.execute("ALTER TABLE standing DROP CONSTRAINT pk_standing, ADD CONSTRAINT pk_standing PRIMARY KEY (line, from_day, night)")
    op.execute("ALTER TABLE bank_day ADD COLUMN nights INTEGER DEFAULT 0 NOT NULL, ADD COLUMN night INTEGER")
    op.execute("ALTER TABLE bank_day ADD COLUMN horizon xid8, ADD COLUMN release TEXT")
    op.execute("UPDATE bank_day SET night = 0 WHERE closed_at IS NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE bank_day DROP COLUMN release, DROP COLUMN horizon, DROP COLUMN night, DROP COLUMN nights")
    op.execute("ALTER TABLE standing DROP CONSTRAINT pk_standing, ADD CONSTRAINT pk_standing PRIMARY KEY (line, from_day)")
    op.execute("ALTER TABLE standing DROP COLUMN night")
    op.execute("ALTER TABLE line_state DROP COLUMN form")

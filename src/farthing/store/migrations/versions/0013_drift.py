"""The drift book: counts of what models scored by month and bin. Counted again from the log at will."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MAKE = (
    """CREATE TABLE drift_watch (
  model TEXT NOT NULL,
  feature TEXT NOT NULL,
  place INTEGER NOT NULL,
  cuts TEXT NOT NULL,
  CONSTRAINT pk_drift_watch PRIMARY KEY (model, feature)
)""",
    """CREATE TABLE drift_count (
  model TEXT NOT NULL,
  month INTEGER NOT NULL,
  feature TEXT NOT NULL,
  bin INTEGER NOT NULL,
  cases BIGINT NOT NULL,
  CONSTRAINT pk_drift_count PRIMARY KEY (model, month, feature, bin)
)""",
    """CREATE TABLE drift_progress (
  single BOOLEAN DEFAULT true NOT NULL,
  leaf BIGINT NOT NULL,
  CONSTRAINT pk_drift_progress PRIMARY KEY (single),
  CONSTRAINT ck_drift_progress_one_row CHECK (single)
)""",
)
TABLES = ("drift_watch", "drift_count", "drift_progress")


def upgrade() -> None:
    for statement in MAKE:
        op.execute(statement)
    for table in TABLES:
        for role, rights in (("farthing_app", "SELECT, INSERT, UPDATE, DELETE"), ("farthing_auditor", "SELECT")):
            grant = f"GRANT {rights} ON {table} TO {role}"
            op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {grant}; END IF; END $$")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")

"""What a busy commit writes for nobody goes: the outbox repeats the events, and a line's row finds room on its own page."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As 0001 made it.
OUTBOX = """CREATE TABLE outbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  event_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  sent_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_outbox PRIMARY KEY (id),
  CONSTRAINT uq_outbox_event_id UNIQUE (event_id)
)"""
GRANTS = {"farthing_app": "SELECT, INSERT, UPDATE", "farthing_auditor": "SELECT"}


def upgrade() -> None:
    op.execute("DROP TABLE outbox")
    op.execute("ALTER TABLE line_state SET (fillfactor = 50)")  # an update stays on its page, and touches no index


def downgrade() -> None:
    op.execute("ALTER TABLE line_state RESET (fillfactor)")
    op.execute(OUTBOX)
    op.execute("CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL")
    op.execute("INSERT INTO outbox (event_id, kind) SELECT id, kind FROM event ORDER BY xid, stream, sequence")
    for role, rights in GRANTS.items():
        grant = f"GRANT {rights} ON outbox TO {role}"
        op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {grant}; END IF; END $$")

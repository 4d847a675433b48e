"""Sessions that ended before their time, so that the cookie of whoever logged out opens nothing."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""CREATE TABLE ended_session (
  session TEXT NOT NULL,
  until TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_ended_session PRIMARY KEY (session)
)""")
    role = "farthing_app"
    grant = f"GRANT SELECT, INSERT, DELETE ON ended_session TO {role}"
    op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {grant}; END IF; END $$")


def downgrade() -> None:
    op.execute("DROP TABLE ended_session")

"""Houses that secure lines, as they stand: what follows from their events, and a keyed index of their deeds."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

GRANTS = {"farthing_app": "SELECT, INSERT, UPDATE", "farthing_auditor": "SELECT"}


def upgrade() -> None:
    op.execute("""CREATE TABLE house_state (
  house TEXT NOT NULL,
  party TEXT NOT NULL,
  line TEXT,
  stage TEXT NOT NULL,
  offered_on DATE NOT NULL,
  valued_on DATE,
  secured_fen BIGINT NOT NULL,
  asked BOOLEAN NOT NULL,
  events INTEGER NOT NULL,
  deed_index BYTEA,
  state TEXT NOT NULL,
  CONSTRAINT pk_house_state PRIMARY KEY (house)
)""")
    op.execute("CREATE INDEX ix_house_state_party ON house_state (party)")
    op.execute("CREATE INDEX ix_house_state_line ON house_state (line)")
    op.execute("CREATE INDEX ix_house_state_valued_on ON house_state (valued_on)")
    op.execute("CREATE UNIQUE INDEX house_state_deed ON house_state (deed_index) WHERE stage NOT IN ('returned', 'withdrawn')")
    for role, rights in GRANTS.items():
        grant = f"GRANT {rights} ON house_state TO {role}"
        op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {grant}; END IF; END $$")


def downgrade() -> None:
    op.execute("DROP TABLE house_state")

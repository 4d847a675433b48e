"""What challengers would have led to, beside what was decided. Made again from decisions at will."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MAKE = """CREATE TABLE shadow (
  decision TEXT NOT NULL,
  model TEXT NOT NULL,
  decided_on DATE NOT NULL,
  outcome TEXT NOT NULL,
  limit_fen BIGINT NOT NULL,
  pd_ppm INTEGER,
  used_outcome TEXT NOT NULL,
  used_limit_fen BIGINT NOT NULL,
  used_pd_ppm INTEGER,
  CONSTRAINT pk_shadow PRIMARY KEY (decision, model)
)"""
COLUMNS = "decision, model, decided_on, outcome, limit_fen, pd_ppm, used_outcome, used_limit_fen, used_pd_ppm"


def upgrade() -> None:
    op.execute(MAKE)
    op.execute("CREATE INDEX shadow_model ON shadow (model, decided_on)")
    for role, rights in (("farthing_app", "SELECT, INSERT"), ("farthing_auditor", f"SELECT ({COLUMNS})")):
        grant = f"GRANT {rights} ON shadow TO {role}"
        op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {grant}; END IF; END $$")


def downgrade() -> None:
    op.execute("DROP TABLE shadow")

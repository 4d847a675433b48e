"""By which channel a party came; of those known before nothing is said."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE party ADD COLUMN channel TEXT")
    for role, right in (("farthing_app", "UPDATE"), ("farthing_auditor", "SELECT")):  # of the other columns they may already
        grant = f"GRANT {right} (channel) ON party TO {role}"
        op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {grant}; END IF; END $$")


def downgrade() -> None:
    op.execute("ALTER TABLE party DROP COLUMN channel")

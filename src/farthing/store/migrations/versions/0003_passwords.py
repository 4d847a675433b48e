"""When a login's password was changed, so that what was begun with the old one is over."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE staff ADD COLUMN password_at TIMESTAMP WITH TIME ZONE")
    role = "farthing_app"
    grant = f"GRANT UPDATE (password_at) ON staff TO {role}"
    op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {grant}; END IF; END $$")


def downgrade() -> None:
    op.execute("ALTER TABLE staff DROP COLUMN password_at")

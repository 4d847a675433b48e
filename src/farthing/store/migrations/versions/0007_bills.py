"""Acceptance bills: how each stands, and which invoice stands behind which."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MAKE = (
    """CREATE TABLE bill_state (
  bill TEXT NOT NULL,
  number TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  drawer TEXT NOT NULL,
  acceptor TEXT NOT NULL,
  payee TEXT NOT NULL,
  holder TEXT NOT NULL,
  seller TEXT,
  amount_fen BIGINT NOT NULL,
  exposure_fen BIGINT NOT NULL,
  drawn_on DATE NOT NULL,
  matures_on DATE NOT NULL,
  falls_due_on DATE,
  as_of DATE NOT NULL,
  synthetic BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  CONSTRAINT pk_bill_state PRIMARY KEY (bill),
  CONSTRAINT uq_bill_state_number UNIQUE (number)
)""",
    "CREATE INDEX ix_bill_state_acceptor ON bill_state (acceptor)",
    "CREATE INDEX ix_bill_state_seller ON bill_state (seller)",
    "CREATE INDEX ix_bill_state_falls_due_on ON bill_state (falls_due_on)",
    """CREATE TABLE bill_invoice (
  mark TEXT NOT NULL,
  bill TEXT,
  CONSTRAINT pk_bill_invoice PRIMARY KEY (mark)
)""",
    "CREATE INDEX ix_bill_invoice_bill ON bill_invoice (bill)",
)
TABLES = ("bill_state", "bill_invoice")
GRANTS = {"farthing_app": "SELECT, INSERT, UPDATE", "farthing_auditor": "SELECT"}


def upgrade() -> None:
    for statement in MAKE:
        op.execute(statement)
    for table in TABLES:
        for role, rights in GRANTS.items():
            grant = f"GRANT {rights} ON {table} TO {role}"
            op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {grant}; END IF; END $$")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")

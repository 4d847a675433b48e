"""The journal, what is derived from it, the bank's days, and the roles that may touch them.

Written out, not read from the tables of today: what a migration did must not change.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MAKE = (
    """CREATE TABLE event (
  id TEXT NOT NULL,
  stream TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  effective_on DATE NOT NULL,
  known_at TIMESTAMP WITH TIME ZONE NOT NULL,
  actor TEXT NOT NULL,
  command TEXT NOT NULL,
  synthetic BOOLEAN NOT NULL,
  data BYTEA NOT NULL,
  leaf_hash BYTEA NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  CONSTRAINT pk_event PRIMARY KEY (id),
  CONSTRAINT uq_event_stream_sequence UNIQUE (stream, sequence)
)""",
    "CREATE INDEX event_kind_xid ON event (kind, xid)",
    "CREATE INDEX event_xid ON event (xid)",
    """CREATE TABLE command (
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  digest BYTEA NOT NULL,
  result BYTEA NOT NULL,
  receipt BYTEA NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_command PRIMARY KEY (key)
)""",
    "CREATE INDEX ix_command_receipt ON command (receipt)",
    """CREATE TABLE receipt (
  signature BYTEA NOT NULL,
  key_id TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  leaves BYTEA NOT NULL,
  CONSTRAINT pk_receipt PRIMARY KEY (signature)
)""",
    """CREATE TABLE seal (
  leaf_index BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  leaf_hash BYTEA NOT NULL,
  CONSTRAINT pk_seal PRIMARY KEY (leaf_index),
  CONSTRAINT uq_seal_event_id UNIQUE (event_id)
)""",
    """CREATE TABLE node (
  level SMALLINT NOT NULL,
  position BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  CONSTRAINT pk_node PRIMARY KEY (level, position)
)""",
    """CREATE TABLE head (
  size BIGINT NOT NULL,
  root BYTEA NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  key_id TEXT NOT NULL,
  signature BYTEA NOT NULL,
  horizon xid8 NOT NULL,
  CONSTRAINT pk_head PRIMARY KEY (size)
)""",
    """CREATE TABLE posting (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  closed_on DATE NOT NULL,
  booked_on DATE NOT NULL,
  product TEXT NOT NULL,
  account TEXT NOT NULL,
  partition SMALLINT NOT NULL,
  amount_fen NUMERIC(38, 0) NOT NULL,
  CONSTRAINT pk_posting PRIMARY KEY (id),
  CONSTRAINT uq_posting_closed_on_booked_on_product_account_partition UNIQUE (closed_on, booked_on, product, account, partition)
)""",
    "CREATE INDEX posting_booked_account ON posting (booked_on, account)",
    """CREATE TABLE standing (
  line TEXT NOT NULL,
  from_day DATE NOT NULL,
  product TEXT NOT NULL,
  opened_on DATE NOT NULL,
  overdue_since DATE,
  loan_class TEXT NOT NULL,
  overdue_fen BIGINT NOT NULL,
  principal_fen BIGINT NOT NULL,
  interest_owed_fen BIGINT NOT NULL,
  interest_exact NUMERIC(38, 0) NOT NULL,
  interest_paid_fen BIGINT NOT NULL,
  rate_units BIGINT NOT NULL,
  rate_denominator BIGINT NOT NULL,
  synthetic BOOLEAN NOT NULL,
  CONSTRAINT pk_standing PRIMARY KEY (line, from_day)
)""",
    """CREATE TABLE line_state (
  line TEXT NOT NULL,
  party TEXT NOT NULL,
  product TEXT NOT NULL,
  status TEXT NOT NULL,
  partition SMALLINT NOT NULL,
  opened_on DATE NOT NULL,
  as_of DATE NOT NULL,
  oldest_unpaid_on DATE,
  limit_fen BIGINT NOT NULL,
  principal_fen BIGINT NOT NULL,
  interest_exact NUMERIC(38, 0) NOT NULL,
  interest_paid_fen BIGINT NOT NULL,
  rate_units BIGINT NOT NULL,
  rate_denominator BIGINT NOT NULL,
  synthetic BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  CONSTRAINT pk_line_state PRIMARY KEY (line)
)""",
    "CREATE INDEX ix_line_state_party ON line_state (party)",
    "CREATE INDEX ix_line_state_partition ON line_state (partition)",
    "CREATE INDEX ix_line_state_opened_on ON line_state (opened_on)",
    """CREATE TABLE bank_day (
  day DATE NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE,
  closed_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_bank_day PRIMARY KEY (day)
)""",
    """CREATE TABLE outbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  event_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  sent_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_outbox PRIMARY KEY (id),
  CONSTRAINT uq_outbox_event_id UNIQUE (event_id)
)""",
    "CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL",
    # The past stays as it is, whoever asks: grants stop the application, this stops the owner's slip of the hand.
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is only added to: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$""",
)

RECORD = ("event", "command", "receipt", "seal", "node", "head", "posting", "standing")
PROJECTIONS = ("line_state", "bank_day", "outbox")

# A server of one's own may lack the roles and the right to make them; then its login does everything, and is told so.
ROLES = """DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['farthing_app', 'farthing_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        EXECUTE format('GRANT %I TO %I WITH SET TRUE', name, current_user);
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this server was faster
        WHEN insufficient_privilege THEN
          RAISE WARNING 'role % does not exist and % may not create it: this login keeps every right', name, current_user;
      END;
    END IF;
  END LOOP;
END $$"""


def upgrade() -> None:
    op.execute(ROLES)
    for statement in MAKE:
        op.execute(statement)
    for table in RECORD:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        _grant("farthing_app", f"SELECT, INSERT ON {table}")
    for table in PROJECTIONS:
        _grant("farthing_app", f"SELECT, INSERT, UPDATE ON {table}")
    for table in (*RECORD, *PROJECTIONS):
        _grant("farthing_auditor", f"SELECT ON {table}")


def downgrade() -> None:
    for table in (*RECORD, *PROJECTIONS):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")


def _grant(role: str, what: str) -> None:
    op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN GRANT {what} TO {role}; END IF; END $$")

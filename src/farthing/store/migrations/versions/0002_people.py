"""Parties, evidence, models, decisions and staff.

Written out, not read from the tables of today: what a migration did must not change.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "bank_key",
    "subject_key",
    "party",
    "personal_read",
    "relation",
    "consent",
    "evidence",
    "intake",
    "aggregate",
    "model",
    "policy",
    "decision_record",
    "staff",
    "login_attempt",
)

MAKE = (
    """CREATE TABLE bank_key (
  id TEXT NOT NULL,
  use TEXT NOT NULL,
  CONSTRAINT pk_bank_key PRIMARY KEY (id)
)""",
    """CREATE TABLE subject_key (
  owner TEXT NOT NULL,
  wrapped BYTEA NOT NULL,
  key_id TEXT NOT NULL,
  CONSTRAINT pk_subject_key PRIMARY KEY (owner)
)""",
    "CREATE INDEX ix_subject_key_key_id ON subject_key (key_id)",
    """CREATE TABLE party (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT,
  registered_on DATE,
  industry TEXT,
  county TEXT,
  synthetic BOOLEAN NOT NULL,
  erased BOOLEAN DEFAULT false NOT NULL,
  restricted_until DATE,
  personal BYTEA,
  key_index BYTEA,
  name_index BYTEA,
  id_number_index BYTEA,
  phone_index BYTEA,
  CONSTRAINT pk_party PRIMARY KEY (id),
  CONSTRAINT uq_party_subject UNIQUE (subject),
  CONSTRAINT uq_party_key_index UNIQUE (key_index)
)""",
    "CREATE INDEX ix_party_id_number_index ON party (id_number_index)",
    "CREATE INDEX ix_party_name_index ON party (name_index)",
    "CREATE INDEX ix_party_phone_index ON party (phone_index)",
    """CREATE TABLE personal_read (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  party TEXT NOT NULL,
  purpose TEXT NOT NULL,
  fields TEXT[] NOT NULL,
  CONSTRAINT pk_personal_read PRIMARY KEY (id)
)""",
    "CREATE INDEX personal_read_party_id ON personal_read (party, id)",
    """CREATE TABLE relation (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  kind TEXT NOT NULL,
  share_ppm BIGINT,
  known_on DATE,
  CONSTRAINT pk_relation PRIMARY KEY (id),
  CONSTRAINT uq_relation_source_target_kind_share_ppm_known_on UNIQUE NULLS NOT DISTINCT (source, target, kind, share_ppm, known_on)
)""",
    "CREATE INDEX ix_relation_target ON relation (target)",
    """CREATE TABLE consent (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  party TEXT NOT NULL,
  kinds TEXT[] NOT NULL,
  given_on DATE NOT NULL,
  expires_on DATE,
  withdrawn_on DATE,
  CONSTRAINT pk_consent PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_consent_party ON consent (party)",
    """CREATE TABLE evidence (
  id TEXT NOT NULL,
  number BIGINT GENERATED ALWAYS AS IDENTITY,
  kind TEXT NOT NULL,
  content_digest TEXT NOT NULL,
  object_digest TEXT NOT NULL,
  manifest TEXT NOT NULL,
  CONSTRAINT pk_evidence PRIMARY KEY (id),
  CONSTRAINT uq_evidence_number UNIQUE (number)
)""",
    "CREATE INDEX evidence_content_kind ON evidence (content_digest, kind)",
    """CREATE TABLE intake (
  evidence TEXT NOT NULL,
  report TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  digest TEXT NOT NULL,
  CONSTRAINT pk_intake PRIMARY KEY (evidence),
  CONSTRAINT fk_intake_evidence_evidence FOREIGN KEY(evidence) REFERENCES evidence (id)
)""",
    """CREATE TABLE aggregate (
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  version BIGINT NOT NULL,
  blob BYTEA NOT NULL,
  CONSTRAINT pk_aggregate PRIMARY KEY (subject, kind)
)""",
    """CREATE TABLE model (
  number BIGINT GENERATED ALWAYS AS IDENTITY,
  id TEXT NOT NULL,
  status TEXT NOT NULL,
  card TEXT NOT NULL,
  digest TEXT NOT NULL,
  artefact BYTEA NOT NULL,
  CONSTRAINT pk_model PRIMARY KEY (number)
)""",
    "CREATE INDEX ix_model_id ON model (id)",
    """CREATE TABLE policy (
  digest TEXT NOT NULL,
  number BIGINT GENERATED ALWAYS AS IDENTITY,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  product TEXT NOT NULL,
  effective_from DATE NOT NULL,
  policy TEXT NOT NULL,
  text TEXT NOT NULL,
  CONSTRAINT pk_policy PRIMARY KEY (digest),
  CONSTRAINT uq_policy_id_version UNIQUE (id, version),
  CONSTRAINT uq_policy_number UNIQUE (number)
)""",
    "CREATE INDEX policy_product_from ON policy (product, effective_from)",
    """CREATE TABLE decision_record (
  decision TEXT NOT NULL,
  application TEXT NOT NULL,
  party TEXT NOT NULL,
  product TEXT NOT NULL,
  outcome TEXT NOT NULL,
  requested_fen BIGINT NOT NULL,
  limit_fen BIGINT NOT NULL,
  decided_on DATE NOT NULL,
  overrides TEXT,
  sealed BYTEA NOT NULL,
  CONSTRAINT pk_decision_record PRIMARY KEY (decision)
)""",
    "CREATE INDEX decision_record_decided ON decision_record (decided_on, decision)",
    "CREATE INDEX decision_record_outcome_decided ON decision_record (outcome, decided_on)",
    "CREATE INDEX ix_decision_record_application ON decision_record (application)",
    "CREATE INDEX ix_decision_record_overrides ON decision_record (overrides)",
    "CREATE INDEX ix_decision_record_party ON decision_record (party)",
    """CREATE TABLE staff (
  id TEXT NOT NULL,
  login_index BYTEA,
  login TEXT,
  name TEXT,
  role TEXT NOT NULL,
  party TEXT,
  hash TEXT,
  CONSTRAINT pk_staff PRIMARY KEY (id),
  CONSTRAINT uq_staff_login_index UNIQUE (login_index)
)""",
    "CREATE INDEX ix_staff_party ON staff (party)",
    """CREATE TABLE login_attempt (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  login_index BYTEA NOT NULL,
  passed BOOLEAN NOT NULL,
  CONSTRAINT pk_login_attempt PRIMARY KEY (id)
)""",
    "CREATE INDEX login_attempt_login_at ON login_attempt (login_index, at)",
    # Sealed bytes do not compress: they are kept beside the row as they are.
    "ALTER TABLE aggregate ALTER COLUMN blob SET STORAGE EXTERNAL",
    "ALTER TABLE intake ALTER COLUMN sealed SET STORAGE EXTERNAL",
)

# Only ever added to; erasing a party needs none of them.
RECORD = ("personal_read", "relation", "evidence", "intake", "model", "policy", "decision_record")

# The application may change or delete only this; all else is insert and select.
CHANGES = {
    "subject_key": "UPDATE (wrapped, key_id), DELETE",
    "party": "UPDATE (subject, registered_on, industry, county, erased, restricted_until, personal, key_index, name_index, id_number_index, phone_index)",
    "consent": "UPDATE (withdrawn_on)",
    "aggregate": "UPDATE (version, blob), DELETE",
    "staff": "UPDATE (login_index, hash)",
}

# The auditor sees no ciphertext, no key, no index and no password.
AUDITED = {
    "party": "id, kind, subject, registered_on, industry, county, synthetic, erased, restricted_until",
    "personal_read": "id, at, actor, role, party, purpose, fields",
    "relation": "id, source, target, kind, share_ppm, known_on",
    "consent": "id, party, kinds, given_on, expires_on, withdrawn_on",
    "evidence": "id, number, kind, content_digest, object_digest, manifest",
    "intake": "evidence, report, digest",
    "model": "number, id, status, card, digest, artefact",
    "policy": "digest, number, id, version, product, effective_from, policy, text",
    "decision_record": "decision, application, party, product, outcome, requested_fen, limit_fen, decided_on, overrides",
    "staff": "id, login, name, role, party",
}


def upgrade() -> None:
    for statement in MAKE:
        op.execute(statement)
    for table in RECORD:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in TABLES:
        _grant("farthing_app", f"SELECT, INSERT ON {table}")
    for table, changes in CHANGES.items():
        _grant("farthing_app", f"{changes} ON {table}")
    for table, columns in AUDITED.items():
        _grant("farthing_auditor", f"SELECT ({columns}) ON {table}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")


def _grant(role: str, what: str) -> None:
    op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN GRANT {what} TO {role}; END IF; END $$")

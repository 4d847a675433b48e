"""Tables of parties, evidence, models, decisions and staff.

What identifies a person is sealed (`personal`, `sealed`, `blob`) or a blind index; the rest holds pseudonyms. The migrations
make these tables and grant them: the application inserts and reads, and changes only what stands in `CHANGES`; the auditor
sees no ciphertext, no key and no index.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from farthing.store.schema import metadata

# ---- parties ---------------------------------------------------------------------------------------------------------

bank_key = Table(
    "bank_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("use", Text, nullable=False),  # master | index
)

subject_key = Table(
    "subject_key",
    metadata,
    Column("owner", Text, primary_key=True),  # a party, a login, or an intake whose quarantined rows are sealed
    Column("wrapped", LargeBinary, nullable=False),  # key and salt
    Column("key_id", Text, nullable=False, index=True),
)

party = Table(
    "party",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, unique=True),  # null once erased: the lake's rows have no owner any more
    Column("registered_on", Date),
    Column("industry", Text),
    Column("county", Text),
    Column("channel", Text),
    Column("synthetic", Boolean, nullable=False),
    Column("erased", Boolean, nullable=False, server_default=text("false")),
    Column("restricted_until", Date),
    Column("personal", LargeBinary),
    Column("key_index", LargeBinary, unique=True),
    Column("name_index", LargeBinary, index=True),
    Column("id_number_index", LargeBinary, index=True),
    Column("phone_index", LargeBinary, index=True),
)

personal_read = Table(
    "personal_read",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Index("personal_read_party_id", "party", "id"),
)

relation = Table(
    "relation",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("share_ppm", BigInteger),
    Column("known_on", Date),
    UniqueConstraint("source", "target", "kind", "share_ppm", "known_on", postgresql_nulls_not_distinct=True),
)

consent = Table(
    "consent",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("party", Text, nullable=False, index=True),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("given_on", Date, nullable=False),
    Column("expires_on", Date),
    Column("withdrawn_on", Date),
)

# ---- evidence --------------------------------------------------------------------------------------------------------

evidence = Table(
    "evidence",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("content_digest", Text, nullable=False),
    Column("object_digest", Text, nullable=False),
    Column("manifest", Text, nullable=False),  # canonical JSON of the Evidence
    Index("evidence_content_kind", "content_digest", "kind"),
)

intake = Table(
    "intake",
    metadata,
    Column("evidence", Text, ForeignKey("evidence.id"), primary_key=True),
    Column("report", Text, nullable=False),  # canonical JSON of the IntakeReport without the rows it quarantined
    Column("sealed", LargeBinary, nullable=False),  # those rows: what they held may be personal
    Column("digest", Text, nullable=False),  # SHA-256 of `sealed`
)

aggregate = Table(
    "aggregate",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("blob", LargeBinary, nullable=False),
)

# ---- models, policies, decisions -------------------------------------------------------------------------------------

model = Table(
    "model",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Text, nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256 of the artefact
    Column("artefact", LargeBinary, nullable=False),
)

policy = Table(
    "policy",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("product", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("policy", Text, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("id", "version"),
    Index("policy_product_from", "product", "effective_from"),
)

decision_record = Table(
    "decision_record",
    metadata,
    Column("decision", Text, primary_key=True),
    Column("application", Text, nullable=False, index=True),
    Column("party", Text, nullable=False, index=True),
    Column("product", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("requested_fen", BigInteger, nullable=False),
    Column("limit_fen", BigInteger, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("overrides", Text, index=True),
    Column("sealed", LargeBinary, nullable=False),  # application, decision and facts
    Index("decision_record_outcome_decided", "outcome", "decided_on"),
    Index("decision_record_decided", "decided_on", "decision"),
)

shadow = Table(
    "shadow",
    metadata,
    Column("decision", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("decided_on", Date, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("limit_fen", BigInteger, nullable=False),
    Column("pd_ppm", Integer),
    Column("used_outcome", Text, nullable=False),
    Column("used_limit_fen", BigInteger, nullable=False),
    Column("used_pd_ppm", Integer),
    Index("shadow_model", "model", "decided_on"),
)

# ---- staff -----------------------------------------------------------------------------------------------------------

staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login_index", LargeBinary, unique=True),  # null once closed; a borrower's login stands nowhere else
    Column("login", Text),  # null for borrowers
    Column("name", Text),  # null for borrowers
    Column("role", Text, nullable=False),
    Column("party", Text, index=True),
    Column("hash", Text),
    Column("password_at", DateTime(timezone=True)),  # null while the first one stands
)

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("login_index", LargeBinary, nullable=False),
    Column("passed", Boolean, nullable=False),
    Index("login_attempt_login_at", "login_index", "at"),
)

ended_session = Table(
    "ended_session",
    metadata,
    Column("session", Text, primary_key=True),
    Column("until", DateTime(timezone=True), nullable=False),  # when it would have been over by itself
)

# ---- who may do what -------------------------------------------------------------------------------------------------

PEOPLE = (
    bank_key, subject_key, party, personal_read, relation, consent, evidence, intake, aggregate, model, policy, decision_record,
    shadow,
    staff, login_attempt, ended_session,
)  # fmt: skip

CHANGES: dict[Table, str] = {
    subject_key: "UPDATE (wrapped, key_id), DELETE",
    party: "UPDATE (subject, registered_on, industry, county, erased, restricted_until, personal, key_index, name_index, id_number_index,"
    " phone_index)",
    consent: "UPDATE (withdrawn_on)",
    aggregate: "UPDATE (version, blob), DELETE",
    staff: "UPDATE (login_index, hash, password_at)",
    ended_session: "DELETE",
}

AUDITED: dict[Table, str] = {
    party: "id, kind, subject, registered_on, industry, county, synthetic, erased, restricted_until",
    personal_read: "id, at, actor, role, party, purpose, fields",
    relation: "id, source, target, kind, share_ppm, known_on",
    consent: "id, party, kinds, given_on, expires_on, withdrawn_on",
    evidence: "id, number, kind, content_digest, object_digest, manifest",
    intake: "evidence, report, digest",
    model: "number, id, status, card, digest, artefact",
    policy: "digest, number, id, version, product, effective_from, policy, text",
    decision_record: "decision, application, party, product, outcome, requested_fen, limit_fen, decided_on, overrides",
    shadow: "decision, model, decided_on, outcome, limit_fen, pd_ppm, used_outcome, used_limit_fen, used_pd_ppm",
    staff: "id, login, name, role, party",
}

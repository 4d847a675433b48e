"""Tables of the journal, of what is derived from it, and of the bank's days.

`RECORD` is the past: the application may only add to it, and a trigger refuses whoever may do more. `PROJECTIONS` follow from
it and may be rebuilt. The migrations make and grant them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.schema import UniqueConstraint
from sqlalchemy.sql import text
from sqlalchemy.types import UserDefinedType

from farthing.store.schema import metadata

PARTITIONS = 64
"""Lines and postings are spread over this many partitions, by a digest of the line's id."""


class XactId(UserDefinedType[int]):
    """PostgreSQL's `xid8`: the 64-bit number of a transaction, which never wraps."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The name the server knows it by."""
        return "xid8"


class Snapshot(UserDefinedType[str]):
    """PostgreSQL's `pg_snapshot`: a moment, as the transactions whose work could be seen at it."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The name the server knows it by."""
        return "pg_snapshot"


ischema_names |= {"xid8": XactId, "pg_snapshot": Snapshot}  # so that a schema read back from the server knows them too

# ---- the record ------------------------------------------------------------------------------------------------------

event = Table(
    "event",
    metadata,
    Column("id", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("known_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("data", LargeBinary, nullable=False),  # canonical bytes: what is hashed; the columns above repeat it for the index
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("xid", XactId, nullable=False, server_default=text("pg_current_xact_id()")),
    UniqueConstraint("stream", "sequence"),
    Index("event_kind_xid", "kind", "xid"),
    Index("event_xid", "xid"),
)

command = Table(
    "command",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False, index=True),  # the signature of the commit's receipt
    Column("at", DateTime(timezone=True), nullable=False),
)

receipt = Table(
    "receipt",
    metadata,
    Column("signature", LargeBinary, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("leaves", LargeBinary, nullable=False),  # 32 bytes an event of the commit, in order
)

seal = Table(
    "seal",
    metadata,
    Column("leaf_index", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False, unique=True),
    Column("leaf_hash", LargeBinary, nullable=False),
)

node = Table(
    "node",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),  # 8 and up: below, the leaves themselves are read
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

head = Table(
    "head",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("horizon", XactId, nullable=False),  # every transaction below it is sealed or rolled back
)

posting = Table(
    "posting",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("closed_on", Date, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("product", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("partition", SmallInteger, nullable=False),
    Column("amount_fen", Numeric(38, 0), nullable=False),  # a sum over many lines
    UniqueConstraint("closed_on", "booked_on", "product", "account", "partition"),
    Index("posting_booked_account", "booked_on", "account"),
)

standing = Table(
    "standing",
    metadata,
    Column("line", Text, primary_key=True),
    Column("from_day", Date, primary_key=True),
    Column("night", Integer, primary_key=True, autoincrement=False),  # the row counts if this try of the day's closed it
    Column("product", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("overdue_since", Date),  # the day before the first day past due: days past due grow by themselves
    Column("loan_class", Text, nullable=False),
    Column("overdue_fen", BigInteger, nullable=False),
    Column("principal_fen", BigInteger, nullable=False),
    Column("interest_owed_fen", BigInteger, nullable=False),  # on `from_day`; `interest_*` say how it grows from there
    Column("interest_exact", Numeric(38, 0), nullable=False),
    Column("interest_paid_fen", BigInteger, nullable=False),
    Column("rate_units", BigInteger, nullable=False),
    Column("rate_denominator", BigInteger, nullable=False),
    Column("synthetic", Boolean, nullable=False),
)

# ---- what follows from it --------------------------------------------------------------------------------------------

line_state = Table(
    "line_state",
    metadata,
    Column("line", Text, primary_key=True),
    Column("party", Text, nullable=False, index=True),
    Column("product", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("partition", SmallInteger, nullable=False, index=True),
    Column("opened_on", Date, nullable=False, index=True),
    Column("as_of", Date, nullable=False),
    Column("oldest_unpaid_on", Date),
    Column("limit_fen", BigInteger, nullable=False),
    Column("principal_fen", BigInteger, nullable=False),
    Column("interest_exact", Numeric(38, 0), nullable=False),
    Column("interest_paid_fen", BigInteger, nullable=False),
    Column("rate_units", BigInteger, nullable=False),
    Column("rate_denominator", BigInteger, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("state", Text, nullable=False),  # canonical JSON of the LineState
    Column("form", LargeBinary, nullable=False, server_default=text("''")),  # its closed form (`ledger.form`), or no bytes
)

bill_state = Table(
    "bill_state",
    metadata,
    Column("bill", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),  # a bill is taken up once
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("drawer", Text, nullable=False),
    Column("acceptor", Text, nullable=False, index=True),
    Column("payee", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("seller", Text, index=True),  # none before the bank bought it
    Column("amount_fen", BigInteger, nullable=False),
    Column("exposure_fen", BigInteger, nullable=False),
    Column("drawn_on", Date, nullable=False),
    Column("matures_on", Date, nullable=False),
    Column("falls_due_on", Date, index=True),  # as agreed with the seller; before that the calendar says it
    Column("as_of", Date, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("state", Text, nullable=False),  # canonical JSON of the BillState
)

bill_invoice = Table(
    "bill_invoice",
    metadata,
    Column("mark", Text, primary_key=True),  # an invoice stands behind one bill
    Column("bill", Text, index=True),  # none once that bill came to nothing
)

house_state = Table(
    "house_state",
    metadata,
    Column("house", Text, primary_key=True),
    Column("party", Text, nullable=False, index=True),
    Column("line", Text, index=True),
    Column("stage", Text, nullable=False),
    Column("offered_on", Date, nullable=False),
    Column("valued_on", Date, index=True),
    Column("secured_fen", BigInteger, nullable=False),
    Column("asked", Boolean, nullable=False),  # a raise waits for its second person
    Column("events", Integer, nullable=False),
    Column("deed_index", LargeBinary),  # keyed; empty once the party is erased
    Column("state", Text, nullable=False),  # canonical JSON of the HouseState
    Index("house_state_deed", "deed_index", unique=True, postgresql_where=text("stage NOT IN ('returned', 'withdrawn')")),
)

bank_day = Table(
    "bank_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("opened_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("nights", Integer, nullable=False, server_default=text("0")),  # tries to close it
    Column("night", Integer),  # the one that did
    Column("seen", Snapshot),  # of that one: the moment it read, so what of the log it knew
    Column("release", Text),  # of that one: by which ledger and calendar it reckoned
)

RECORD = (event, command, receipt, seal, node, head, posting, standing)
PROJECTIONS = (line_state, bill_state, bill_invoice, house_state, bank_day)

"""The journal: reading the past, sealing it into the Merkle log, and proving it (`flows.ports.Journal`).

Sealing follows the commit (docs/adr/0012): events of transactions below the snapshot's horizon, in order of
(transaction, stream, sequence), are numbered densely. Nothing below a horizon can still commit, so none is skipped and none
is sealed twice, however late a commit is. A seal costs what is new, not what is old.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from sqlalchemy import Connection, Engine, select, tuple_

from farthing.audit.merkle import Frontier, Node, consistency_spans, full_nodes, grow, inclusion_spans, node_hash, proof
from farthing.audit.signed import head_text
from farthing.audit.verify import KEPT
from farthing.domain.errors import Broken, NotFound
from farthing.domain.event import Event, decode_event
from farthing.domain.ids import Id
from farthing.domain.journal import Finding, Inclusion, Receipt, SignedHead
from farthing.flows.ports import Clock
from farthing.store.engine import driver, reading, ready, writing
from farthing.store.journal_tables import event as events_table
from farthing.store.journal_tables import head as heads_table
from farthing.store.journal_tables import seal as seals_table
from farthing.store.keys import Signer
from farthing.store.unit import RECEIPTS, read_receipt

_SEALING = 0x6661_7365  # "fase(al)": one sealer at a time
_STREAM = 10_000
_PAGE = 1_000
_RECEIPTS = 500  # a fetch: each comes with its commands, and a batch has many

_ROOMY = "SET LOCAL work_mem = '64MB'"  # whoever reads the whole journal sorts and joins it in memory as far as that goes

_PENDING = """WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
SELECT event.id, event.leaf_hash, horizon.xid::text FROM horizon, event
WHERE event.xid >= %s::xid8 AND event.xid < horizon.xid ORDER BY event.xid, event.stream, event.sequence"""
_LAST = """SELECT size, root, at, key_id, signature, horizon::text, horizon > pg_snapshot_xmin(pg_current_snapshot()) AS ahead
FROM head ORDER BY size DESC LIMIT 1"""
_SEALS = "INSERT INTO seal SELECT %s + n - 1, id, hash FROM unnest(%b::text[], %b::bytea[]) WITH ORDINALITY AS made (id, hash, n)"
_NODES = "INSERT INTO node SELECT * FROM unnest(%b::smallint[], %b::bigint[], %b::bytea[])"
_HEAD = "INSERT INTO head (size, root, at, key_id, signature, horizon) VALUES (%s, %b, %s, %s, %b, %s::xid8)"
_HEADS = select(*(heads_table.c[name] for name in ("size", "root", "at", "key_id", "signature")))
_EVERY = "SELECT leaf_index, data FROM seal JOIN event ON event.id = seal.event_id ORDER BY leaf_index"
_SEALED = """SELECT leaf_index, seal.leaf_hash, data FROM seal LEFT JOIN event ON event.id = seal.event_id
WHERE leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index"""
_NEWEST = "SELECT data FROM event WHERE stream = %s ORDER BY sequence DESC LIMIT 1"
_WAITING = """SELECT data FROM event AS asked WHERE kind = 'Proposed'
  AND NOT EXISTS (SELECT FROM event WHERE event.stream = asked.stream AND event.kind = 'Resolved')
ORDER BY xid DESC, stream DESC, sequence DESC"""
# Receipts of sealed leaves in log order, then those whose events are nowhere; not those that wait for their seal.
_PROMISES = """WITH done AS (SELECT receipt AS signature, array_agg(key) AS keys, array_agg(name) AS names, array_agg(digest) AS digests,
  array_agg(sha256(result)) AS answers, array_agg(at) AS instants FROM command GROUP BY receipt)
SELECT receipt.signature, receipt.key_id, receipt.at, leaves, keys, names, digests, answers, instants
FROM receipt LEFT JOIN done ON done.signature = receipt.signature LEFT JOIN event ON event.leaf_hash = substring(leaves FOR 32)
  LEFT JOIN seal ON event_id = event.id
WHERE CASE WHEN event.id IS NULL THEN receipt.at > %s ELSE leaf_index >= %s AND leaf_index < %s END
ORDER BY leaf_index NULLS LAST, receipt.at, receipt.signature"""

SEALED_WITHIN_S = 5
"""An event that has waited longer for its seal is a finding: this is what holds the sealer to its promise."""

# What the database sees wrong with its own journal: each a statement that returns (item, expected, found). They believe no
# signature and need none; `farthing.audit.verify` checks the same record against the signed heads.
_CHECKS = {
    "event bytes match their leaf": """SELECT id, encode(leaf_hash, 'hex'), encode(sha256('\\x00'::bytea || data), 'hex')
      FROM event WHERE leaf_hash <> sha256('\\x00'::bytea || data)""",
    # The bytes are canonical, so the columns can be written as they must stand in them: only where they do not is the JSON read.
    "event columns repeat the event": """SELECT id, 'the columns as the bytes have them', 'other columns'
      FROM event, LATERAL (SELECT convert_to(format(
          ',"command":%%s,"effective_on":"%%s","id":%%s,"kind":%%s,"known_at":"%%s+00:00","sequence":%%s,"stream":%%s,"synthetic":%%s}',
          to_json(command), to_char(effective_on, 'YYYY-MM-DD'), to_json(id), to_json(kind),
          to_char(known_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), sequence, to_json(stream), synthetic::text), 'UTF8')
          AS ending,
        convert_to('{"actor":' || to_json(actor) || ',"body":{', 'UTF8') AS beginning OFFSET 0) AS due
      WHERE CASE WHEN substring(data FROM length(data) - length(ending) + 1) = ending AND substring(data FOR length(beginning)) = beginning
          THEN false WHEN leaf_hash <> sha256('\\x00'::bytea || data) THEN false
          ELSE (SELECT (id, stream, sequence, kind, effective_on, known_at, actor, command, synthetic) IS DISTINCT FROM
            (said ->> 'id', said ->> 'stream', (said ->> 'sequence')::int, said ->> 'kind', (said ->> 'effective_on')::date,
             (said ->> 'known_at')::timestamptz, said ->> 'actor', said ->> 'command', (said ->> 'synthetic')::bool)
            FROM (SELECT convert_from(data, 'UTF8')::jsonb AS said) AS bytes) END""",
    "sealed leaf is its event's": """SELECT 'leaf ' || leaf_index || ', ' || event_id, encode(seal.leaf_hash, 'hex'),
        coalesce(encode(event.leaf_hash, 'hex'), 'no event')
      FROM seal LEFT JOIN event ON event.id = event_id WHERE seal.leaf_hash IS DISTINCT FROM event.leaf_hash""",
    "leaves are numbered without gaps": """SELECT 'leaf ' || expected, 'a sealed event', 'nothing'
      FROM (SELECT max(size) AS size FROM head) AS newest, generate_series(0, size - 1) AS expected
      WHERE NOT EXISTS (SELECT FROM seal WHERE leaf_index = expected)""",
    "leaves are in the order of their commits": """SELECT 'leaf ' || leaf_index || ', ' || event_id, 'place ' || due, 'place ' || stands
      FROM (SELECT leaf_index, event_id, row_number() OVER (ORDER BY leaf_index) AS stands,
        row_number() OVER (ORDER BY xid, leaf_index) AS due FROM seal JOIN event ON event.id = event_id) AS placed
      WHERE stands <> due""",
    "streams are numbered without gaps": """SELECT stream || ' ' || place, 'sequence ' || place, 'sequence ' || sequence
      FROM (SELECT stream, sequence, row_number() OVER (PARTITION BY stream ORDER BY sequence) AS place FROM event) AS numbered
      WHERE sequence <> place""",
    "events are sealed within 5 s": """SELECT event.id, 'a seal', 'none since ' || known_at
      FROM event LEFT JOIN seal ON event_id = event.id WHERE event_id IS NULL AND known_at < %(now)s - make_interval(secs => %(within)s)""",
    "events come from commands": """SELECT event.id, 'the command ' || event.command, 'none'
      FROM event LEFT JOIN command ON key = event.command WHERE key IS NULL""",
    "commands have a receipt": """SELECT key, 'a receipt', 'none'
      FROM command LEFT JOIN receipt ON signature = command.receipt WHERE signature IS NULL""",
    "postings of a day sum to zero": """SELECT closed_on::text, '0', sum(amount_fen)::text
      FROM posting GROUP BY closed_on HAVING sum(amount_fen) <> 0""",
    "lines have a state": """SELECT stream, 'a state of the line', 'none'
      FROM event LEFT JOIN line_state ON line = stream WHERE kind = 'Opened' AND line IS NULL""",
    "bills have a state": """SELECT stream, 'a state of the bill', 'none'
      FROM event LEFT JOIN bill_state ON bill = stream WHERE event.kind = 'BillDrawn' AND bill IS NULL""",
}


class Journal:
    """The one log of a database."""

    def __init__(self, engine: Engine, clock: Clock, signer: Signer) -> None:
        self._engine = engine
        self._ready = ready(engine)
        self._clock = clock
        self._signer = signer

    # ---- reading -----------------------------------------------------------------------------------------------------

    @overload
    def events(
        self, stream: Id, kind: str | None = None, after: Id | None = None, limit: int | None = None, *, newest_first: bool = False
    ) -> Sequence[Event]: ...
    @overload
    def events(
        self, stream: Id | None = None, kind: str | None = None, after: Id | None = None, *, limit: int, newest_first: bool = False
    ) -> Sequence[Event]: ...
    def events(
        self,
        stream: Id | None = None,
        kind: str | None = None,
        after: Id | None = None,
        limit: int | None = None,
        *,
        newest_first: bool = False,
    ) -> Sequence[Event]:
        """Events in the order they are sealed in (within a stream: by sequence) or against it, from behind the event `after`."""
        places = (events_table.c.xid, events_table.c.stream, events_table.c.sequence)
        order = tuple_(*places)
        by = [events_table.c.sequence] if stream else places
        wanted = select(events_table.c.data).order_by(*(place.desc() if newest_first else place for place in by)).limit(limit)
        if stream is not None:
            wanted = wanted.where(events_table.c.stream == stream)
        if kind is not None:
            wanted = wanted.where(events_table.c.kind == kind)
        if after is not None:
            behind = events_table.alias()
            there = select(behind.c.xid, behind.c.stream, behind.c.sequence).where(behind.c.id == after).scalar_subquery()
            wanted = wanted.where(order < there if newest_first else order > there)
        with reading(self._engine) as connection:
            return [decode_event(data) for data in connection.execute(wanted).scalars()]

    def each(self, kind: str | None = None) -> Iterator[Event]:
        """Every event, or every one of a kind, in the order they are sealed in; read page by page."""
        after: Id | None = None
        while page := self.events(kind=kind, after=after, limit=_PAGE):
            yield from page
            after = page[-1].id

    def event(self, event: Id) -> Event:
        """One event; `NotFound` if there is none."""
        with reading(self._engine) as connection:
            data = connection.scalar(select(events_table.c.data).where(events_table.c.id == event))
        if data is None:
            raise NotFound("no_event", f"There is no event {event}.", "Copy the id from the log.")
        return decode_event(data)

    def newest(self, stream: Id) -> Event | None:
        """The last event of a stream; None if there is none."""
        rows = self._ready.fetch(_NEWEST, stream, binary=True)
        return decode_event(rows[0].data) if rows else None

    def waiting(self) -> Sequence[Event]:
        """Every proposal that nobody has resolved, the newest first."""
        with reading(self._engine) as connection:
            return [decode_event(data) for (data,) in driver(connection).execute(_WAITING, binary=True)]

    def every(self) -> Iterator[tuple[int, bytes]]:
        """(leaf index, stored bytes) of every sealed event, in order, streamed; a lost event is a missing index."""
        return self._stream(_EVERY)

    def receipts(self) -> Iterator[Receipt]:
        """Every receipt, streamed; `command` is left empty, since a receipt covers all commands of its commit."""
        return map(read_receipt, self._stream(RECEIPTS, _RECEIPTS))

    def sealed(self, first: int, beyond: int) -> Iterator[tuple[int, bytes, bytes | None]]:
        """(leaf index, leaf hash, stored bytes) of leaves, in order, streamed; no bytes if the event is lost, no row if the leaf is."""
        return self._stream(_SEALED, given=(first, beyond))

    def promises(self, first: int, beyond: int, since: dt.datetime) -> Iterator[Receipt]:
        """Receipts of these leaves in log order, streamed, then those without a leaf that were signed after `since`."""
        return map(read_receipt, self._stream(_PROMISES, _RECEIPTS, (since, first, beyond)))

    def head(self) -> SignedHead | None:
        """The newest head."""
        with reading(self._engine) as connection:
            row = driver(connection).execute(_LAST, binary=True).fetchone()
        return _head(row) if row else None

    def heads(self) -> Sequence[SignedHead]:
        """Every head, smallest first."""
        with reading(self._engine) as connection:
            return [SignedHead(*row) for row in connection.execute(_HEADS.order_by(heads_table.c.size))]

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """Every stored node of the tree, streamed: level, position, hash."""
        return self._stream("SELECT level, position, hash FROM node")

    def head_of(self, size: int) -> SignedHead:
        """The head over so many leaves; `NotFound` if none was signed."""
        with reading(self._engine) as connection:
            row = connection.execute(_HEADS.where(heads_table.c.size == size)).one_or_none()
        if row is None:
            raise NotFound("no_head", f"No head over {size} leaves was signed.", "`farthing audit head` signs the newest.")
        return _head(row)

    def public_key(self) -> bytes:
        """The 32 bytes that check every signature."""
        return self._signer.public_key

    def findings(self) -> Sequence[Finding]:
        """What the store itself sees wrong, without believing any signature."""
        with reading(self._engine) as connection:
            return _findings(connection, self._clock.now())

    # ---- proving -----------------------------------------------------------------------------------------------------

    def inclusion(self, event: Id) -> Inclusion:
        """Proof that an event is in the newest head's tree; reads O(log n). `NotFound` before it is sealed."""
        wanted = select(seals_table.c.leaf_index, seals_table.c.leaf_hash).where(seals_table.c.event_id == event)
        with reading(self._engine) as connection:
            row = connection.execute(wanted).one_or_none()
            last = driver(connection).execute(_LAST, binary=True).fetchone()
            if row is None or last is None:
                raise NotFound("not_sealed", f"Event {event} is unknown or not sealed yet.", "Seal, or wait five seconds, then ask again.")
            size = _head(last).size
            spans = inclusion_spans(row.leaf_index, size)
            hashes = _hashes(connection, [node for span in spans for node in full_nodes(span)])
        return Inclusion(index=row.leaf_index, size=size, leaf=row.leaf_hash, path=proof(spans, hashes))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Proof that the first `old` leaves begin the first `new`; reads O(log n). `Broken` where hashes are lost."""
        spans = consistency_spans(old, new)
        with reading(self._engine) as connection:
            return proof(spans, _hashes(connection, [node for span in spans for node in full_nodes(span)]))

    def frontier(self, size: int) -> tuple[bytes, ...]:
        """The roots of the full subtrees that the first `size` leaves make, largest first."""
        nodes = full_nodes((0, size))
        with reading(self._engine) as connection:
            hashes = _hashes(connection, nodes)
        return tuple(hashes[node] for node in nodes)

    # ---- sealing -----------------------------------------------------------------------------------------------------

    def seal(self) -> SignedHead:
        """Seal what is committed and not yet sealed; the newest head. Costs O(new events).

        `Broken` if what is sealed no longer comes to its head: then nothing more is signed.
        """
        with writing(self._engine) as connection:
            raw = driver(connection)
            raw.execute("SELECT pg_advisory_xact_lock(%s)", (_SEALING,))
            last = raw.execute(_LAST, binary=True).fetchone()
            if last is not None and last[6]:
                raise _elsewhere()
            pending = raw.execute(_PENDING, (last[5] if last else "0",), binary=True).fetchall()
            if last is not None and not pending:
                return _head(last)
            frontier = _frontier(connection, _head(last)) if last else Frontier()
            horizon = pending[-1][2] if pending else "0"
            return self._extend(connection, frontier, [(event, leaf) for event, leaf, _ in pending], horizon)

    def _extend(self, connection: Connection, frontier: Frontier, new: list[tuple[Id, bytes]], horizon: str) -> SignedHead:
        nodes: list[tuple[int, int, bytes]] = []

        def keep(node: Node, hash_: bytes) -> None:
            if node[0] >= KEPT:
                nodes.append((*node, hash_))

        grown = grow(frontier, (leaf for _, leaf in new), keep)
        at, root, key = self._clock.now(), grown.root(), self._signer.key_id
        head = SignedHead(grown.size, root, at, key, self._signer.sign(head_text(grown.size, root, at, key)))
        raw = driver(connection)
        raw.execute(_SEALS, (frontier.size, [event for event, _ in new], [leaf for _, leaf in new]))
        if nodes:
            raw.execute(_NODES, [list(column) for column in zip(*nodes, strict=True)])
        raw.execute(_HEAD, (head.size, root, at, key, head.signature, horizon))
        return head

    def _stream(self, wanted: str, at_once: int = _STREAM, given: Sequence[object] = ()) -> Iterator[Any]:
        with reading(self._engine) as connection, driver(connection).cursor("stream", binary=True) as cursor:
            driver(connection).execute(_ROOMY)
            cursor.itersize = at_once
            cursor.execute(wanted, given)
            yield from cursor


def _head(row: Sequence[Any]) -> SignedHead:
    return SignedHead(*row[:5])


def _frontier(connection: Connection, head: SignedHead) -> Frontier:
    """The frontier of a head's tree, from stored nodes and the newest leaves; `Broken` if it does not come to the head's root."""
    nodes = full_nodes((0, head.size))
    hashes = _hashes(connection, nodes)
    frontier = Frontier(head.size, tuple(hashes[node] for node in nodes))
    if frontier.root() != head.root:
        raise Broken("log_changed", f"The log's first {head.size} leaves no longer come to their head.", "Run `farthing audit verify`.")
    return frontier


def _hashes(connection: Connection, nodes: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of full nodes: stored ones as they are, lower ones from their leaves. Two queries, O(nodes)."""
    high = [node for node in nodes if node[0] >= KEPT]
    low = [node for node in nodes if node[0] < KEPT]
    raw = driver(connection)
    stored = raw.execute(
        "SELECT level, position, hash FROM node JOIN unnest(%b::smallint[], %b::bigint[])"
        " AS wanted (level, position) USING (level, position)",
        ([level for level, _ in high], [position for _, position in high]),
        binary=True,
    ).fetchall()
    leaves = raw.execute(
        "SELECT leaf_index, leaf_hash FROM unnest(%b::bigint[], %b::bigint[]) AS span (first, beyond)"
        " JOIN seal ON leaf_index >= first AND leaf_index < beyond",
        ([position << level for level, position in low], [position + 1 << level for level, position in low]),
        binary=True,
    ).fetchall()
    by_index = dict(leaves)
    try:
        found = {(level, position): hash_ for level, position, hash_ in stored}
        return {node: found[node] if node[0] >= KEPT else _full(node, by_index) for node in nodes}
    except KeyError as missing:
        raise Broken("log_lost", f"The log lacks {missing}, which it once sealed.", "Run `farthing audit verify`.") from None


def _full(node: Node, leaves: dict[int, bytes]) -> bytes:
    """The hash of a full node from its leaves."""
    level, position = node
    if level == 0:
        return leaves[position]
    return node_hash(_full((level - 1, 2 * position), leaves), _full((level - 1, 2 * position + 1), leaves))


def _elsewhere() -> Broken:
    return Broken(
        "database_moved",
        "The server counts transactions from below the last seal: the database was restored on another server.",
        "Raise the new server's transaction counter above the old one's (pg_resetwal -x and -e), then seal again.",
    )


def _findings(connection: Connection, now: dt.datetime) -> list[Finding]:
    """Everything these checks find."""
    raw, given = driver(connection), {"now": now, "within": SEALED_WITHIN_S}
    raw.execute(_ROOMY)
    return [Finding(check, *row) for check, statement in _CHECKS.items() for row in raw.execute(statement, given).fetchall()]

"""What the database sees wrong with its own journal: each check one statement that returns (item, expected, found).

These believe no signature and need none; `farthing.audit.verify` checks the same record against the signed heads.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from farthing.domain.journal import Finding
from farthing.store.engine import driver

SEALED_WITHIN_S = 5
"""An event that has waited longer for its seal is a finding: this is what holds the sealer to its promise."""

_CHECKS = {
    "event bytes match their leaf": """SELECT id, encode(leaf_hash, 'hex'), encode(sha256('\\x00'::bytea || data), 'hex')
      FROM event WHERE leaf_hash <> sha256('\\x00'::bytea || data)""",
    "event columns repeat the event": """SELECT id, 'the columns as the bytes have them', 'other columns'
      FROM event, LATERAL (SELECT convert_from(data, 'UTF8')::jsonb AS said) AS bytes
      WHERE (id, stream, sequence, kind, effective_on, known_at, actor, command, synthetic) IS DISTINCT FROM
        (said ->> 'id', said ->> 'stream', (said ->> 'sequence')::int, said ->> 'kind', (said ->> 'effective_on')::date,
         (said ->> 'known_at')::timestamptz, said ->> 'actor', said ->> 'command', (said ->> 'synthetic')::bool)
        AND leaf_hash = sha256('\\x00'::bytea || data)""",
    "sealed leaf is its event's": """SELECT 'leaf ' || leaf_index || ', ' || event_id, encode(seal.leaf_hash, 'hex'),
        coalesce(encode(event.leaf_hash, 'hex'), 'no event')
      FROM seal LEFT JOIN event ON event.id = event_id WHERE seal.leaf_hash IS DISTINCT FROM event.leaf_hash""",
    "leaves are numbered without gaps": """SELECT 'leaf ' || expected, 'a sealed event', 'nothing'
      FROM (SELECT max(size) AS size FROM head) AS newest, generate_series(0, size - 1) AS expected
      WHERE NOT EXISTS (SELECT FROM seal WHERE leaf_index = expected)""",
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
}


def findings(connection: Connection, now: dt.datetime) -> list[Finding]:
    """Everything these checks find."""
    raw, given = driver(connection), {"now": now, "within": SEALED_WITHIN_S}
    return [Finding(check, *row) for check, statement in _CHECKS.items() for row in raw.execute(statement, given).fetchall()]

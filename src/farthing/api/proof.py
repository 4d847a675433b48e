"""Proof of the past: the signed head, an event's place under it, the receipt of what you did (RFC 6962)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.config import JsonDict

from farthing.api.fields import Answer, EventPath, told
from farthing.api.security import By, Call
from farthing.domain import canon
from farthing.domain.event import encode_event
from farthing.domain.journal import SignedHead
from farthing.domain.staff import Role
from farthing.flows import compare_heads, prove

routes = APIRouter(tags=["audit"])
MOST = 10**12

At = Annotated[dt.datetime, PlainSerializer(canon.plain), WithJsonSchema({"type": "string", "format": "date-time"})]
"""An instant, letter for letter as it was signed."""
RECEIPT: JsonDict = {
    "command": "order-2026-0001",
    "leaves": ["32aa689b9aa2bdd52eae4f16d71f4fb3ce48ef9f6f610997b10fefbe2d4026ff"],
    "commands": "b2ac90ec3c2edf86ae2072aa26a51b21cc81e8a4cf57b68fc5b8ca6197b0433c",
    "at": "2026-11-22T09:30:00.000000+00:00",
    "key_id": "04368579b330e35e",
    "signature": "70d06b7ede98f80ac4a0414143fd194e5f91729c225113a604b70d4d1b1ca73a"
    "059788ea75218e5f433a4271b6ba410b2f65894c8df85ce7d344b973c0bfc902",
    "public_key": "442993065004aa1e4c48f4dd0158194c02349bcc664cd96e400ea269918a8d51",
}
"""Signed by a key made for it."""


class HeadAnswer(Answer):
    """The tree of the first `size` events, signed. Bytes are in hex; the key is Ed25519."""

    size: int
    root: str
    at: At
    key_id: str
    signature: str
    public_key: str


class ProofAnswer(Answer):
    """An event stands at `index` among `size`: SHA-256 of a zero byte and `data` is `leaf`; hashed up along `path` it comes to the root."""

    event: str
    kind: str
    data: str = Field(description="the event's canonical bytes, as UTF-8 text: ids and salted commitments, nothing personal")
    index: int
    size: int
    leaf: str
    path: list[str]
    holds: bool = Field(description="what checking it here came to")
    head: HeadAnswer


class InclusionAnswer(Answer):
    """The proof alone, at most 1 kB up to a million events: keep it with the event's bytes and a head of the same size."""

    event: str
    index: int
    size: int
    leaf: str = Field(description="32 bytes in base64")
    path: str = Field(description="the hashes of the path, nearest first, 32 bytes each, one behind the other, in base64")


class ConsistencyAnswer(Answer):
    """The tree of `old` is the beginning of the tree of `new` if `path` leads to both roots (RFC 9162, 2.1.4.2). Bytes are in hex."""

    old: HeadAnswer
    new: HeadAnswer
    path: list[str] = Field(description="empty for equal sizes, and where hashes were lost")
    holds: bool = Field(description="what checking it here came to")
    answer: compare_heads.Answer
    told: str = Field(description="the same in words")


class ReceiptAnswer(Answer):
    """The bank's signed promise that these leaves are sealed, and that its commands were answered as they were.

    The signature is over the line `farthing receipt 2` and, after its line feed, the JSON of `at`, `commands`, `key_id` and `leaves` as
    they stand here: keys in this order, no spaces.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [RECEIPT]})

    command: str
    leaves: list[str] = Field(description="of the whole commit, which other commands may share")
    commands: str = Field(description="SHA-256 over the commit's commands: the key, name, inputs, answer and instant of each")
    at: At
    key_id: str
    signature: str
    public_key: str


@routes.get("/audit/head", response_model=HeadAnswer)
def read_head(by: By) -> Response:
    """The newest signed head (staff): keep it, and hold the bank to it."""
    return told(_head(by, prove.head(by.house, by.actor)))


@routes.get("/audit/events/{event}/proof", response_model=ProofAnswer)
def read_proof(by: By, event: EventPath) -> Response:
    """Proof that an event is under a signed head (staff)."""
    found = prove.proof(by.house, by.actor, event)
    data, place = encode_event(found.event).decode(), found.inclusion
    return told(
        ProofAnswer(
            event=event, kind=found.event.kind, data=data, index=place.index, size=place.size, leaf=place.leaf.hex(),
            path=[node.hex() for node in place.path], holds=found.holds, head=_head(by, found.head),
        )
    )  # fmt: skip


@routes.get("/audit/events/{event}/inclusion", response_model=InclusionAnswer)
def read_inclusion(by: By, event: EventPath) -> Response:
    """The same proof in at most 1 kB (staff): what `verify_farthing.py --proof` reads."""
    return told(InclusionAnswer.model_validate_json(prove.compact(prove.proof(by.house, by.actor, event))))


@routes.get("/audit/consistency", response_model=ConsistencyAnswer)
def read_consistency(
    by: By,
    old: Annotated[int, Query(ge=1, le=MOST, description="the size of a head signed earlier", examples=[1_000])],
    new: Annotated[
        int | None, Query(ge=1, le=MOST, description="the size of a later one; without it, the newest", examples=[2_000])
    ] = None,
) -> Response:
    """Proof that nothing under an older head was changed since (staff): keep heads, and ask for this between any two."""
    found = compare_heads.compare_sizes(by.house, by.actor, old, new)
    return told(
        ConsistencyAnswer(
            old=_head(by, found.old), new=_head(by, found.new), path=[node.hex() for node in found.proof.path] if found.proof else [],
            holds=found.holds, answer=found.answer, told=found.sentence,
        )
    )  # fmt: skip


@routes.get("/audit/receipts/{key:path}", response_model=ReceiptAnswer)
def read_receipt(
    by: By, key: Annotated[str, Path(pattern=r"^[!-~]{1,200}$", description="your own Idempotency-Key; for auditors, any event's command")]
) -> Response:
    """The signed receipt of a command: your own by its Idempotency-Key, any by an auditor."""
    command = key if by.actor.role is Role.AUDITOR else by.key(key)
    receipt = by.house.commands.receipt(command)
    return told(
        ReceiptAnswer(
            command=key, leaves=[leaf.hex() for leaf in receipt.leaves], commands=receipt.commands.hex(), at=receipt.at,
            key_id=receipt.key_id, signature=receipt.signature.hex(), public_key=by.house.journal.public_key().hex(),
        )
    )  # fmt: skip


def _head(by: Call, head: SignedHead) -> HeadAnswer:
    key = by.house.journal.public_key().hex()
    return HeadAnswer(size=head.size, root=head.root.hex(), at=head.at, key_id=head.key_id, signature=head.signature.hex(), public_key=key)

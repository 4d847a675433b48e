"""Is the past that somebody was shown still the beginning of ours? A head that was kept, against the journal as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from farthing.audit.merkle import Frontier, consistent
from farthing.audit.signed import head_holds
from farthing.domain import canon
from farthing.domain.errors import Broken, Invalid
from farthing.domain.journal import Consistency, SignedHead
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House
from farthing.flows.prove import head as newest

_LONGEST = 4_000


class Answer(StrEnum):
    """What comparing a kept head came to."""

    SAME = "same"
    GROWN = "grown"
    OTHER_KEY = "other_key"
    FORGED = "forged"
    SHORTER = "shorter"
    REWRITTEN = "rewritten"


SENTENCES = {
    Answer.SAME: "The journal is the one that was shown then; nothing was added.",
    Answer.GROWN: "What was shown then is still the beginning of the journal, unchanged.",
    Answer.OTHER_KEY: "The older head was signed by another key than this bank's.",
    Answer.FORGED: "The older head's signature does not hold: it was changed, or this bank never signed it.",
    Answer.SHORTER: "The journal is shorter than the head that was kept: its end was cut off.",
    Answer.REWRITTEN: "What was shown then is no longer the beginning of the journal: the past was changed.",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """Two heads, what comparing them came to, and the proof where there can be one."""

    old: SignedHead
    new: SignedHead
    answer: Answer
    proof: Consistency | None

    @property
    def holds(self) -> bool:
        """Is the older past still the beginning of the newer?"""
        return self.answer in (Answer.SAME, Answer.GROWN)

    @property
    def sentence(self) -> str:
        """The answer in words."""
        return SENTENCES[self.answer]


def read_head(text: str) -> SignedHead:
    """The head in a file or a form field, as `farthing audit head --json` and the API tell it; `Invalid` if it is none."""
    try:
        head = canon.decode(SignedHead, text[:_LONGEST].encode())
        if head.size < 1 or len(head.root) != 32 or head.at.tzinfo is None:
            raise ValueError("no head")
    except (ValueError, TypeError, KeyError, RecursionError):
        remedy = "Give what `farthing audit head --json` printed: size, root, at, key_id, signature."
        raise Invalid("no_head", "This is not a signed head.", remedy, field="head") from None
    return head


def compare_head(house: House, actor: Actor, kept: SignedHead, new: int | None = None) -> Compared:
    """A head that somebody kept against the head of `new` leaves, or the newest."""
    now = _newest(house, actor) if new is None else signed_head(house, actor, new)
    public = house.journal.public_key()
    if not head_holds(kept, public):
        return Compared(kept, now, Answer.FORGED if kept.key_id == now.key_id else Answer.OTHER_KEY, None)
    if kept.size > now.size:
        return Compared(kept, now, Answer.SHORTER, None)
    try:
        path, standing = house.journal.consistency(kept.size, now.size), _standing(house, now)
    except Broken:  # hashes that were once sealed are gone
        return Compared(kept, now, Answer.REWRITTEN, None)
    proof = Consistency(kept.size, now.size, path)
    if not standing or not head_holds(now, public) or not consistent(kept.size, kept.root, now.size, now.root, path):
        return Compared(kept, now, Answer.REWRITTEN, proof)
    return Compared(kept, now, Answer.SAME if kept.size == now.size else Answer.GROWN, proof)


def compare_sizes(house: House, actor: Actor, old: int, new: int | None = None) -> Compared:
    """The same between two heads of the bank's own, by their sizes; `NotFound` where none was signed, `Invalid` if `old` is the larger."""
    if new is not None and old > new:
        raise Invalid("heads_reversed", f"{old} is larger than {new}.", "Give the smaller head first.", field="old")
    return compare_head(house, actor, signed_head(house, actor, old), new)


def signed_head(house: House, actor: Actor, size: int) -> SignedHead:
    """The head of this size; `NotFound` if none was signed."""
    require(actor, Role.AUDITOR, Role.RISK_MANAGER, Role.CREDIT_OFFICER, Role.SYSTEM)
    return house.journal.head_of(size)


def _newest(house: House, actor: Actor) -> SignedHead:
    """The newest head; of a journal that was changed, and so can be sealed no more, the last that was signed."""
    try:
        return newest(house, actor)
    except Broken:
        if (last := house.journal.head()) is None:
            raise
        return last


def _standing(house: House, head: SignedHead) -> bool:
    """Do the stored leaves still come to this head? With equal sizes the proof is empty and says nothing of them."""
    return Frontier(head.size, house.journal.frontier(head.size)).root() == head.root

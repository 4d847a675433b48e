"""Approved models and policies: versions are added, never changed, and found by content."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from farthing.domain import canon
from farthing.domain.errors import Broken, Conflict, Invalid, NotFound
from farthing.domain.model_card import HOME_MARKET, ModelCard, ModelClass, ModelStatus
from farthing.domain.policy import Policy
from farthing.store.engine import reading, ready, single
from farthing.store.people_tables import model, policy
from farthing.store.recent import Recent

_NAMED = "SELECT number FROM model WHERE id = %s ORDER BY number DESC LIMIT 1"
_NEWEST = "SELECT max(number) AS number FROM model GROUP BY id ORDER BY 1 DESC"
_IN_FORCE = """SELECT digest FROM policy WHERE product = %s AND effective_from <= %s
ORDER BY effective_from DESC, version DESC, number DESC LIMIT 1"""
_LOCK = int.from_bytes(b"models")
_LAST = select(func.max(model.c.number)).group_by(model.c.id)  # the newest card of each model


@lru_cache(maxsize=256)
def _read(card: str) -> ModelCard:
    """A card as it is written; decisions ask for all of them."""
    return canon.decode(ModelCard, card.encode())


# ---- inside a command's transaction ----------------------------------------------------------------------------------


def lock_models(connection: Connection) -> None:
    """Let others wait who would lock the models too, until this transaction ends. Cards are only added: there is no row to lock."""
    connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def insert_model(connection: Connection, card: ModelCard, artefact: bytes) -> None:
    """Add a version of the model's card with its artefact; the newest version of an id counts, an equal one adds nothing.

    `Invalid` if the card describes another artefact, `Conflict` if the id stands for another model already.
    """
    digest = hashlib.sha256(artefact).hexdigest()
    if card.artefact != digest:
        told = f"The card of {card.id} describes {card.artefact[:16]}, the artefact is {digest[:16]}."
        raise Invalid("other_artefact", told, "Write the card from the model that is saved.", field="artefact")
    written = canon.encode(card).decode()
    newest = select(model.c.card, model.c.digest).where(model.c.id == card.id).order_by(model.c.number.desc()).limit(1)
    known = connection.execute(newest).one_or_none()
    if known is not None and known.digest != digest:
        raise Conflict("model_id_taken", f"{card.id} is the id of another model.", "Give the new model an id of its own.", field="id")
    if known is None or known.card != written:
        row = {"id": card.id, "status": card.status.value, "card": written, "digest": digest, "artefact": artefact}
        connection.execute(insert(model).values(row))


def insert_policy(connection: Connection, published: Policy, document: str) -> None:
    """Publish a policy with its document; the same one twice is one. `Conflict` if the version was published with other content."""
    row = {
        "digest": published.digest, "id": published.id, "version": published.version, "product": published.product,
        "effective_from": published.effective_from, "policy": canon.encode(published).decode(), "text": document,
    }  # fmt: skip
    if connection.scalars(upsert(policy).on_conflict_do_nothing().returning(policy.c.digest), [row]).all():
        return
    same = policy.c.id == published.id, policy.c.version == published.version
    if connection.scalar(select(policy.c.digest).where(*same)) != published.digest:
        told = f"{published.id} version {published.version} is published with other content."
        raise Conflict("policy_version_taken", told, "Give the changed policy the next version number.", field="version")


# ---- reading ---------------------------------------------------------------------------------------------------------


class Registry:
    """Models and policies (`flows.ports.Registry`); what never changes is remembered."""

    def __init__(self, engine: Engine) -> None:
        self._reader = single(engine)
        self._ready = ready(engine)
        self._policies: Recent[str, Policy] = Recent(200)
        self._models: Recent[int, tuple[ModelCard, bytes]] = Recent(20)
        self._cards: dict[int, ModelCard] = {}

    def model(self, model_id: str | None = None) -> tuple[ModelCard, bytes] | None:
        """`Broken` if the stored artefact is not the one its card describes."""
        if model_id is None:
            return self.model_in_use(ModelClass.RATING)
        rows = self._ready.fetch(_NAMED, model_id)
        return self._load(rows[0].number) if rows else None

    def model_in_use(self, model_class: ModelClass, market: str = HOME_MARKET) -> tuple[ModelCard, bytes] | None:
        """The approved model of a class in a market, the newest one should there be two."""
        for number, card in self._newest():
            if card.status is ModelStatus.APPROVED and (card.model_class, card.market) == (model_class, market):
                return self._load(number)
        return None

    def models(self) -> Sequence[ModelCard]:
        """The newest card of each model, newest model first."""
        return [card for _, card in self._newest()]

    def _newest(self) -> list[tuple[int, ModelCard]]:
        """The same with their numbers. Rows are only added, so a card once read is remembered: each decision asks for the numbers alone."""
        numbers = [row.number for row in self._ready.fetch(_NEWEST)]
        known = self._cards  # this one throughout: another thread may put another in its place
        if unknown := [number for number in numbers if number not in known]:
            with reading(self._reader) as connection:
                rows = connection.execute(select(model.c.number, model.c.card).where(model.c.number.in_(unknown))).all()
            known = {number: card for number, card in known.items() if number in numbers} | {row.number: _read(row.card) for row in rows}
            self._cards = known
        return [(number, known[number]) for number in numbers]

    def card_digests(self) -> Mapping[str, str]:
        """SHA-256 of the newest card of each model, as it was written: fields that came later change no digest of the past."""
        with reading(self._reader) as connection:
            rows = connection.execute(select(model.c.id, model.c.card).where(model.c.number.in_(_LAST))).all()
        return {row.id: hashlib.sha256(row.card.encode()).hexdigest() for row in rows}

    def policy(self, product: str, on: dt.date) -> Policy | None:
        rows = self._ready.fetch(_IN_FORCE, product, on)
        return self.policy_by_digest(rows[0].digest) if rows else None

    def policy_by_digest(self, digest: str) -> Policy:
        if (remembered := self._policies.get(digest)) is not None:
            return remembered
        with reading(self._reader) as connection:
            stored = connection.scalar(select(policy.c.policy).where(policy.c.digest == digest))
        if stored is None:
            raise NotFound("no_policy", f"No policy has the digest {digest[:16]}.", "List policies to see what was published.")
        found = canon.decode(Policy, stored.encode())
        self._policies.keep(digest, found)
        return found

    def policies(self) -> Sequence[Policy]:
        """Every version, newest first."""
        with reading(self._reader) as connection:
            digests = connection.scalars(select(policy.c.digest).order_by(policy.c.number.desc())).all()
        return [self.policy_by_digest(digest) for digest in digests]

    def policy_text(self, digest: str) -> str | None:
        """The document as it was published."""
        with reading(self._reader) as connection:
            return connection.scalar(select(policy.c.text).where(policy.c.digest == digest))

    def _load(self, number: int) -> tuple[ModelCard, bytes]:
        if (remembered := self._models.get(number)) is not None:
            return remembered
        with reading(self._reader) as connection:
            row = connection.execute(select(model.c.card, model.c.artefact).where(model.c.number == number)).one()
        card, artefact = canon.decode(ModelCard, row.card.encode()), bytes(row.artefact)
        if hashlib.sha256(artefact).hexdigest() != card.artefact:
            raise Broken(
                "artefact_changed", f"The stored artefact of {card.id} is not the one that was approved.", "Restore it from a backup."
            )
        self._models.keep(number, (card, artefact))
        return card, artefact

"""What a model is called, in the reader's language."""

from __future__ import annotations

from farthing.domain.model_card import ModelCard
from farthing.flows.queries.model.paper import both, spoken, titled
from farthing.web.text import Words


def called(words: Words, card: ModelCard) -> str:
    """Its title, or the reader's half of one that says itself in both languages."""
    return spoken(titled(card.title), words, zh=words.language == "zh")


def half(words: Words, sentence: str) -> str:
    """The reader's half of a sentence that a card says in both languages."""
    return spoken(both(sentence), words, zh=words.language == "zh")

"""Words on pages, from gettext catalogues: Chinese first, English complete, none in code.

A page asks by key (`words("line.headroom")`); `locale/zh.po` and `locale/en.po` hold the sentences. A missing key is a
programmer's error and says so at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, TypeAlias

from babel.messages.pofile import read_po

from farthing.domain.errors import FarthingError, Unavailable

Language: TypeAlias = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@lru_cache(maxsize=4)
def catalogue(language: Language) -> Mapping[str, str]:
    """Key to sentence, read once from the packaged catalogue."""
    with resources.files("farthing.web").joinpath("locale", f"{language}.po").open("rb") as file:
        messages = read_po(file, locale=language)
    return MappingProxyType({str(message.id): str(message.string) for message in messages if message.id})


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue of one reader's language; callable with a key and the values its sentence names."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        return catalogue(self.language)[key].format(**values) if values else catalogue(self.language)[key]

    def knows(self, key: str) -> bool:
        """Whether the catalogue has a sentence for a key that came with the data."""
        return key in catalogue(self.language)

    def pick(self, zh: str, en: str) -> str:
        """Of two sentences that came with the data (reasons, names), the reader's."""
        return zh if self.language == "zh" else en


def language_of(text: str | None) -> Language:
    """The language a cookie asks for; Chinese when it asks for none we have."""
    return "en" if text == "en" else "zh"


def explain(words: Words, refused: FarthingError) -> tuple[str, str]:
    """What happened and what to do, in the reader's language where the catalogue knows the code, else as the flow told it.

    What is `Unavailable` is no matter of the reader's: one sentence does for all of it, and the log has the rest.
    """
    key = "trouble.away" if isinstance(refused, Unavailable) else f"error.{refused.code}"
    return (words(key), words(f"{key}.todo")) if words.knows(key) else (refused.message, refused.remedy)

"""The words of papers: those of the pages, since one catalogue says one thing once, on a screen and on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, TypeAlias

from babel.messages.pofile import read_po

Language: TypeAlias = Literal["zh", "en"]
Words: TypeAlias = Callable[..., str]


@lru_cache(maxsize=2)
def _catalogue(language: Language) -> Mapping[str, str]:
    with resources.files("farthing").joinpath("web", "locale", f"{language}.po").open("rb") as file:
        return MappingProxyType({str(one.id): str(one.string) for one in read_po(file, locale=language) if one.id})


def words_in(language: Language) -> Words:
    """What says a key in a language, with the values that its sentence names."""
    found = _catalogue(language)

    def words(key: str, **values: object) -> str:
        return found[key].format(**values) if values else found[key]

    return words

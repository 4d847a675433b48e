"""The one encoding that is hashed: canonical JSON of frozen values.

Keys sorted, no spaces, UTF-8, integers only (a float is refused), dates ISO 8601, enums by value, dataclasses by field.
`decode` is the inverse for a known type: `decode(T, encode(x)) == x`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import types
import typing
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union

T = TypeVar("T")


Writer = Callable[[Any], Any]
Reader = Callable[[Any], Any]


def plain(value: object) -> Any:
    """Nested dicts, lists, strings, ints, bools and None that stand for `value`; raises TypeError on a float or unknown type."""
    of: Any = type(value)
    return value if of in _AS_THEY_ARE else _writer(of)(value)


def encode(value: object) -> bytes:
    """Canonical bytes of `value`."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def digest(value: object) -> bytes:
    """SHA-256 of the canonical bytes (32 bytes)."""
    return hashlib.sha256(encode(value)).digest()


def restore(hint: Any, raw: Any) -> Any:
    """The value of type `hint` that `plain` turned into `raw`; TypeError, ValueError or KeyError where it is of no such form."""
    return _reader(hint)(raw)


def decode(cls: type[T], data: bytes) -> T:
    """The value of type `cls` behind canonical bytes."""
    return typing.cast(T, restore(cls, json.loads(data)))


# ---- writing: one writer a class, made once --------------------------------------------------------------------------


_AS_THEY_ARE = frozenset({str, int, bool, types.NoneType})


@lru_cache(maxsize=1024)
def _writer(cls: type) -> Writer:
    if issubclass(cls, Enum):
        return lambda value: value.value
    if issubclass(cls, bool | int | str | types.NoneType):
        return lambda value: value
    if issubclass(cls, dt.datetime):
        return _write_instant
    if issubclass(cls, dt.date):
        return dt.date.isoformat
    if issubclass(cls, bytes):
        return bytes.hex
    if dataclasses.is_dataclass(cls):
        names = tuple(field.name for field in dataclasses.fields(cls))
        return lambda value: {name: plain(getattr(value, name)) for name in names}
    if issubclass(cls, Mapping):
        return lambda value: {str(key): plain(item) for key, item in value.items()}
    if issubclass(cls, tuple | list):
        return lambda value: [plain(item) for item in value]
    raise TypeError(f"{cls.__name__} has no canonical form")


def _write_instant(value: dt.datetime) -> str:
    assert value.tzinfo is not None, "instants carry a zone"
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")


# ---- reading: one reader a type, made once ---------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _reader(hint: Any) -> Reader:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return _union_reader(hint, args)
    if origin is tuple:
        return _tuple_reader(args)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        item = _reader(args[1])
        return lambda raw: {key: item(value) for key, value in raw.items()}
    return _plain_reader(hint)


def _union_reader(hint: Any, args: tuple[Any, ...]) -> Reader:
    options = sorted((option for option in args if option is not types.NoneType), key=lambda option: option is not dt.date)
    readers = [_reader(option) for option in options]  # the first whose form fits, a date before a string
    if len(readers) == 1:
        only = readers[0]
        return lambda raw: None if raw is None else only(raw)

    def read(raw: Any) -> Any:
        if raw is None:
            return None
        for reader in readers:
            try:
                return reader(raw)
            except (TypeError, ValueError, KeyError):
                continue
        raise TypeError(f"{raw!r} fits none of {hint}")

    return read


def _tuple_reader(args: tuple[Any, ...]) -> Reader:
    if len(args) == 2 and args[1] is Ellipsis:
        item = _reader(args[0])
        return lambda raw: tuple([item(value) for value in raw])
    items = [_reader(arg) for arg in args]
    return lambda raw: tuple([item(value) for item, value in zip(items, raw, strict=True)])


def _plain_reader(hint: Any) -> Reader:
    if hint is bytes:
        return bytes.fromhex
    if hint is dt.datetime:
        return dt.datetime.fromisoformat
    if hint is dt.date:
        return _read_date
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _record_reader(hint)
    if hint in (int, str, bool):
        return _exact_reader(hint)
    return lambda raw: raw


def _read_date(raw: Any) -> dt.date:
    if not isinstance(raw, str) or len(raw) != len("2000-01-01") or raw[4] != "-":
        raise TypeError("a date is a string of ten")
    return dt.date.fromisoformat(raw)


def _exact_reader(wanted: type) -> Reader:
    def read(raw: Any) -> Any:
        if type(raw) is not wanted:
            raise TypeError(f"{raw!r} is not {wanted.__name__}")
        return raw

    return read


def _record_reader(cls: type) -> Reader:
    """Fields that the bytes lack take their defaults, so that a record written before a field existed still reads."""
    hints = typing.get_type_hints(cls)
    fields = [(field.name, _reader(hints[field.name])) for field in dataclasses.fields(cls)]

    def read(raw: Any) -> Any:
        if not isinstance(raw, dict):
            raise TypeError(f"{raw!r} is not a {cls.__name__}")
        return cls(**{name: reader(raw[name]) for name, reader in fields if name in raw})

    return read

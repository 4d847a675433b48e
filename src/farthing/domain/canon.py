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
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, Union

T = TypeVar("T")


Writer = Callable[[Any], Any]
Reader = Callable[[Any], Any]


def plain(value: object) -> Any:
    """Nested dicts, lists, strings, ints, bools and None that stand for `value`; raises TypeError on a float or unknown type."""
    of: Any = type(value)
    return value if of in _AS_THEY_ARE else _writer(of)(value)


def encode(value: object) -> bytes:
    """Canonical bytes of `value`: `plain` as JSON, written without the detour (`tests/laws/test_canon.py` holds them equal)."""
    return text(value).encode("utf-8")


def text(value: object) -> str:
    """The canonical bytes of `value` before they are UTF-8."""
    return _text_writer(type(value))(value)


@lru_cache(maxsize=1024)
def instant(value: dt.datetime) -> str:
    """An instant as it is written: in UTC, to the microsecond. What happens at once is written once."""
    assert value.tzinfo is not None, "instants carry a zone"
    return (value if value.tzinfo is dt.UTC else value.astimezone(dt.UTC)).isoformat(timespec="microseconds")


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
        return instant
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


# ---- writing text: the same, straight to JSON ------------------------------------------------------------------------


class _TextWriters(dict[type, Callable[[Any], str]]):
    """The text writer of each class, made when the first of it is written."""

    def __missing__(self, cls: type) -> Callable[[Any], str]:
        made = self[cls] = _make_text_writer(cls)
        return made


_TEXT = _TextWriters()
_text_writer = _TEXT.__getitem__


def remember(cls: type, most: int = 10_000) -> None:
    """Write each value of this class once only: for frozen parts that one value hands on to the next, like a line's terms."""
    write, written = _TEXT[cls], dict[int, tuple[object, str]]()

    def again(value: object) -> str:
        found = written.get(id(value))
        if found is None:
            if len(written) >= most:
                written.clear()
            found = written[id(value)] = value, write(value)  # the value is kept too, so that its id stays its own
        return found[1]

    _TEXT[cls] = again


def _make_text_writer(cls: type) -> Callable[[Any], str]:
    if issubclass(cls, Enum) and not issubclass(cls, str):
        return lambda value: text(value.value)
    if issubclass(cls, bool):
        return {True: "true", False: "false"}.__getitem__
    if issubclass(cls, types.NoneType):
        return lambda _: "null"
    if issubclass(cls, int):
        return int.__repr__
    if issubclass(cls, str):
        return encode_basestring
    if issubclass(cls, tuple | list):
        return lambda value: f"[{','.join([_TEXT[type(item)](item) for item in value])}]" if value else "[]"
    if dataclasses.is_dataclass(cls):
        return record_writer(sorted(field.name for field in dataclasses.fields(cls)))
    if issubclass(cls, Mapping):
        return _mapping_text
    if issubclass(cls, bytes):
        return lambda value: f'"{value.hex()}"'
    hashable: Any = cls
    of = _writer(hashable)  # dates and instants, in which nothing needs escaping; or refused
    return lambda value: f'"{of(value)}"'


def record_writer(names: Sequence[str]) -> Callable[[Any], str]:
    """What writes the fields of these names, in this order, as an object."""
    if len(names) < 2:
        return lambda value: f"{{{','.join(f'{encode_basestring(name)}:{text(getattr(value, name))}' for name in names)}}}"
    read, shapes = attrgetter(*names), dict[tuple[type, ...], _Shape]()

    def write(value: object) -> str:
        items = read(value)
        kinds = tuple(map(type, items))
        shape = shapes.get(kinds) or shapes.setdefault(kinds, _shape_of(names, kinds))
        parts = list(items)
        for place, of in shape.written:
            parts[place] = of(parts[place])
        return shape.form % tuple(parts)

    return write


class _Shape(NamedTuple):
    """Records whose fields have the same types: their text, a `%` for each field, and those that need a writer."""

    form: str
    written: tuple[tuple[int, Callable[[Any], str]], ...]


_UNWRITTEN = {int: "%s", dt.date: '"%s"', types.NoneType: "null%.0s"}
"""Fields of just these types are text by themselves: half of a line's are, and a call each is what writing costs."""


def _shape_of(names: Sequence[str], kinds: Sequence[type]) -> _Shape:
    fields = ",".join(f"{encode_basestring(name)}:{_UNWRITTEN.get(kind, '%s')}" for name, kind in zip(names, kinds, strict=True))
    return _Shape(f"{{{fields}}}", tuple((place, _TEXT[kind]) for place, kind in enumerate(kinds) if kind not in _UNWRITTEN))


def _mapping_text(value: Mapping[Any, Any]) -> str:
    named = {str(key): item for key, item in value.items()}
    return f"{{{','.join([f'{encode_basestring(name)}:{text(named[name])}' for name in sorted(named)])}}}"


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

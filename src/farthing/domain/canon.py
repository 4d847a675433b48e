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
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union

T = TypeVar("T")


def plain(value: object) -> Any:
    """Nested dicts, lists, strings, ints, bools and None that stand for `value`; raises TypeError on a float or unknown type."""
    if value is None or isinstance(value, bool | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, int):
        return value
    if isinstance(value, dt.datetime):
        assert value.tzinfo is not None, "instants carry a zone"
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def encode(value: object) -> bytes:
    """Canonical bytes of `value`."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def digest(value: object) -> bytes:
    """SHA-256 of the canonical bytes (32 bytes)."""
    return hashlib.sha256(encode(value)).digest()


@lru_cache(maxsize=256)
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _restore_union(hint: Any, raw: Any) -> Any:
    options = [option for option in typing.get_args(hint) if option is not type(None)]
    if raw is None:
        return None
    for option in sorted(options, key=lambda option: option is not dt.date):  # the first whose form fits, a date before a string
        try:
            return restore(option, raw)
        except (TypeError, ValueError, KeyError):
            continue
    raise TypeError(f"{raw!r} fits none of {options}")


def restore(hint: Any, raw: Any) -> Any:
    """The value of type `hint` that `plain` turned into `raw`."""
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        return _restore_union(hint, raw)
    if origin is tuple:
        args = typing.get_args(hint)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(restore(args[0], item) for item in raw)
        return tuple(restore(arg, item) for arg, item in zip(args, raw, strict=True))
    if origin in (dict, Mapping) or (origin is not None and issubclass(origin, Mapping)):
        return {key: restore(typing.get_args(hint)[1], item) for key, item in raw.items()}
    return _restore_plain(hint, raw)


def _restore_plain(hint: Any, raw: Any) -> Any:
    if hint is bytes:
        return bytes.fromhex(raw)
    if hint is dt.datetime:
        return dt.datetime.fromisoformat(raw)
    if hint is dt.date:
        if not isinstance(raw, str) or len(raw) != len("2000-01-01") or raw[4] != "-":
            raise TypeError("a date is a string of ten")
        return dt.date.fromisoformat(raw)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(raw)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = _hints(hint)
        return hint(**{field.name: restore(hints[field.name], raw[field.name]) for field in dataclasses.fields(hint) if field.name in raw})
    if hint in (int, str, bool) and type(raw) is not hint:
        raise TypeError(f"{raw!r} is not {hint.__name__}")
    return raw


def decode(cls: type[T], data: bytes) -> T:
    """The value of type `cls` behind canonical bytes."""
    return typing.cast(T, restore(cls, json.loads(data)))

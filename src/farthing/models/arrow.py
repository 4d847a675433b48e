"""A column as it lies in memory: its values and its bits of presence, read where they are, without a copy.

By the Arrow C data and stream interfaces (arrow.apache.org/docs/format/CDataInterface.html), which polars columns offer.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.quant.placing import Bytes, fixed

WIDTH = {b"g": "<f8", b"l": "<i8", b"vu": "<u8"}
"""Floats, whole numbers, and strings as two words each: the length with the first four bytes, then eight more."""
INLINE = 12
"""Bytes of a string that lie in its two words, zeros after its end; of a longer one only the first four do."""
_get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_get_pointer.restype, _get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


class _Schema(ctypes.Structure):
    _fields_ = [
        ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_void_p), ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64), ("children", ctypes.c_void_p), ("dictionary", ctypes.c_void_p), ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]  # fmt: skip


class _Array(ctypes.Structure):
    _fields_ = [
        ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64), ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64), ("buffers", ctypes.POINTER(ctypes.c_void_p)), ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p), ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p),
    ]  # fmt: skip

    def __del__(self) -> None:
        _release(self)


class _Stream(ctypes.Structure):
    _fields_ = [
        ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)),
        ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)),
        ("get_last_error", ctypes.c_void_p), ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p),
    ]  # fmt: skip


def _release(held: _Schema | _Array) -> None:
    """Give back what was lent, once."""
    if held.release:
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)(held.release)(ctypes.addressof(held))


@dataclass(frozen=True, eq=False)
class Lying:
    """`values` [rows], or [rows, 2] of strings, with anything at all where a value is absent; `present` has a bit a row, the lowest
    bit of a byte first, and is empty where every row is. Both are good for as long as this is held."""

    values: npt.NDArray[Any]
    present: Bytes
    held: object


def lying(column: pl.Series) -> Lying | None:
    """The column's memory; None where it begins within a byte of presence, or is neither floats, whole numbers of 64 bits nor strings."""
    column = column.rechunk()
    capsule = column.__arrow_c_stream__(None)
    stream = _Stream.from_address(_get_pointer(capsule, b"arrow_array_stream"))
    schema, array = _Schema(), _Array()
    if stream.get_schema(ctypes.addressof(stream), ctypes.addressof(schema)):
        return None
    kind = WIDTH.get(bytes(schema.format))
    _release(schema)
    if kind is None or not len(column) or stream.get_next(ctypes.addressof(stream), ctypes.addressof(array)) or array.offset % 8:
        return None
    rows, offset = array.length, array.offset
    assert rows == len(column), "a rechunked column is one array"
    words = 2 if kind == "<u8" else 1
    values = _at(array.buffers[1], (offset + rows) * words * 8).view(kind)[offset * words :]
    present = _at(array.buffers[0], (offset + rows + 7) // 8)[offset // 8 :] if column.null_count() else np.zeros(0, np.uint8)
    return Lying(fixed(values.reshape(rows, words) if words > 1 else values), fixed(present), (column, array))


def _at(address: int | None, size: int) -> Bytes:
    assert address, "a buffer that is needed is there"
    found: Bytes = np.frombuffer(memoryview((ctypes.c_uint8 * size).from_address(address)), dtype=np.uint8)
    return found

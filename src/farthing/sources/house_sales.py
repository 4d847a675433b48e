"""Sales of houses as a bank brings them, and the shelf that keeps each file under the digest of its bytes; and the lending grid's file."""

from __future__ import annotations

import hashlib
import os
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import polars as pl
import yaml

from farthing.domain.collateral.grid import LendingGrid, LtvRow
from farthing.domain.collateral.house import HouseKind
from farthing.domain.errors import Broken, Invalid, NotFound
from farthing.domain.rate import PPM
from farthing.sources.delimited import read_delimited
from farthing.sources.files import unreadable_path

LARGEST = 64 * 1024 * 1024
NAME = "sales of houses"


def read_sales_file(path: Path) -> bytes:
    """The file's bytes; `NotFound` or `Invalid` when it cannot be read or is too large to be one town's sales."""
    try:
        if path.stat().st_size > LARGEST:
            raise Invalid("too_large", f"{path.name} is larger than {LARGEST} bytes.", "Bring the last three years of one town.")
        return path.read_bytes()
    except OSError as wrong:
        raise unreadable_path(path, wrong) from None


class SalesShelf:
    """Files under one folder, named by their content (`flows.needs.collateral.SalesShelf`)."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def keep(self, data: bytes) -> str:
        """The digest of the bytes; written whole or not at all."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            half = path.with_name(f"{digest}.{os.getpid()}.half")
            half.write_bytes(data)
            half.rename(path)
        return digest

    def read(self, digest: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows as text and those that could not be split; `NotFound` if the file is gone, `Broken` if it was changed."""
        path = self._path(digest)
        if not path.exists():
            raise NotFound("no_sales", f"The sales file {digest[:12]}… is not on its shelf.", "Bring it again: farthing house sales FILE.")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise Broken("sales_changed", f"The sales file {digest[:12]}… is not what it was.", "Restore it from its backup.")
        table = read_delimited(data, NAME)
        return table.frame, table.unreadable

    def _path(self, digest: str) -> Path:
        return self._directory / f"{digest}.csv"


def packaged_grid() -> LendingGrid:
    """The lending grid that comes with the house."""
    return read_grid((files("farthing.sources") / "catalogue" / "collateral.yaml").read_text(encoding="utf-8"))


def read_grid(text: str) -> LendingGrid:
    """The grid behind its file; `Invalid` says what is wrong with it."""
    told = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader builds text, lists and maps only
    try:
        rows = tuple(
            LtvRow(HouseKind(kind), int(months), _ppm(share)) for kind, shares in told["ltv"].items() for months, share in shares.items()
        )
        return LendingGrid(rows, int(told["revalue_months"]), int(told["fresh_months"]))
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Invalid("bad_grid", f"The lending grid cannot be read: {wrong}.", "Mend its file.") from None


def _ppm(share: str) -> int:
    value = Fraction(share) * PPM
    if value.denominator != 1:
        raise ValueError(f"{share} is finer than one in a million")
    return value.numerator

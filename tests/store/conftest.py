"""Homes for the embedded server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.people_fixture import People, people_of
from tests.store_fixture import Database, scratch

from farthing.store.postgres.server import start, stop


@pytest.fixture(scope="session")
def ground() -> Iterator[Path]:
    with scratch() as directory:
        yield directory


@pytest.fixture(scope="session")
def home(ground: Path) -> Path:
    """A home shared by the tests that leave it usable: each begins with its own start."""
    return ground / "home"


@pytest.fixture(scope="session")
def copy_to(ground: Path) -> Callable[[Path], Path]:
    """Makes a home by copying a stopped one: what a restored backup is, and quicker than a new cluster."""
    pristine = ground / "pristine"
    start(pristine)
    stop(pristine)

    def copy(place: Path) -> Path:
        place.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", str(pristine), str(place)], check=True)
        return place

    return copy


@pytest.fixture
def people(database: Database, tmp_path: Path) -> Iterator[People]:
    """The stores of people on a fresh database."""
    with people_of(database, tmp_path / "home") as made:
        yield made

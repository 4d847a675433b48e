"""A small memory of what was used last: bounded by weight, safe among threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most `capacity` units of weight; what was used longest ago goes first. Nothing in it is ever the only copy."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._weight = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """What is kept under `key`, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: K, value: V, weight: int = 1) -> None:
        """Keep `value`; one heavier than the whole capacity is not kept."""
        with self._lock:
            self._drop(key)
            if weight > self._capacity:
                return
            self._kept[key] = (value, weight)
            self._weight += weight
            while self._weight > self._capacity:
                self._drop(next(iter(self._kept)))

    def forget(self, key: K) -> None:
        """Drop what is kept under `key`, if anything is."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._kept.clear()
            self._weight = 0

    def _drop(self, key: K) -> None:
        found = self._kept.pop(key, None)
        if found is not None:
            self._weight -= found[1]

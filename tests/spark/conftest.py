"""One local cluster of two cores for all tests of this folder: `make test-spark`, never part of `make test`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest

PLAIN = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1500m",
    "spark.sql.adaptive.enabled": "false",
    # Plans are large and rows few: to interpret a plan is quicker than to compile it.
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """The session, stopped at the end."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("farthing")
    for name, value in PLAIN.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def on_cluster(spark: Any) -> Callable[[pl.DataFrame], Any]:
    """A polars frame as one of the cluster, in two parts whose rows are in no order."""

    def move(frame: pl.DataFrame) -> Any:
        mixed = frame.sample(fraction=1.0, shuffle=True, seed=5)
        return spark.createDataFrame(mixed.to_arrow()).repartition(2)

    return move

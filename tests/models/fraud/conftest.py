"""One fraud model for the tests that only read it."""

from __future__ import annotations

import pytest
from tests.models.fraud.made_up import cases

from farthing.models.fraud.develop import Terms, develop
from farthing.models.fraud.model import FraudModel


@pytest.fixture(scope="session")
def model() -> FraudModel:
    pytest.importorskip("lightgbm")
    return develop(*cases(), Terms())

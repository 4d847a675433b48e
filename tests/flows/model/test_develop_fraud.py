"""Which requests for a fraud model are refused. That a model comes of one: tests/cli/test_fraud.py."""

from __future__ import annotations

import pytest

from farthing.domain.errors import Invalid
from farthing.flows.model.develop_fraud import FraudRequest


@pytest.mark.parametrize("wrong", [{"worlds": 3}, {"apart": 0}, {"merchants": 10}, {"fraud_rate_ppm": 0}])
def test_a_request_that_cannot_be_met_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        FraudRequest("王敏", "李强", **wrong)  # type: ignore[arg-type]

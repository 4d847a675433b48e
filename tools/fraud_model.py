"""Make the anti-fraud model that comes with the demonstration anew: a minute, with the extra `models`.

Run: .venv/bin/python tools/fraud_model.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src")]

from farthing.domain import canon  # noqa: E402
from farthing.flows.demonstration.models import APPROVER, OWNER  # noqa: E402
from farthing.flows.imagine import A_WORLD  # noqa: E402
from farthing.flows.model.develop_fraud import FraudRequest, make  # noqa: E402
from farthing.models.fraud.card import write_card  # noqa: E402
from farthing.models.fraud.model import encode  # noqa: E402


def main() -> None:
    """Write the model and its card where the demonstration finds them."""
    made = make(FraudRequest(OWNER.name, APPROVER.name), A_WORLD.end)
    folder = ROOT / "src" / "farthing" / "sources" / "models"
    (folder / "anti_fraud.model.json").write_bytes(encode(made.model))
    (folder / "anti_fraud.card.json").write_bytes(canon.encode(write_card(made)))


if __name__ == "__main__":
    main()

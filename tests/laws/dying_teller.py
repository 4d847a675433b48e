"""A teller at work, to be killed: tells those who listen to the bank of a home and a database, round after round, until it dies."""

from __future__ import annotations

import sys
from pathlib import Path

from farthing import wiring
from farthing.flows.listen.tell import tell
from farthing.settings import Settings

if __name__ == "__main__":
    with wiring.open_house(Settings(Path(sys.argv[1]), sys.argv[2], "", 0)) as house:
        while True:
            tell(house)

from __future__ import annotations

import pytest

from farthing.settings import BadSetting, read


def test_the_defaults_serve_this_machine_only() -> None:
    chosen = read({})
    assert (chosen.host, chosen.port, chosen.database_url) == ("127.0.0.1", 8787, None)


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８０", "1e3"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(BadSetting, match="FARTHING_PORT"):
        read({"FARTHING_PORT": port})

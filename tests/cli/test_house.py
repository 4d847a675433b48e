"""Who acts at the command line: the account the machine knows, whatever the environment says."""

from __future__ import annotations

import os
import pwd

import pytest

from farthing.cli.house import operator


def test_the_operator_is_the_account_and_not_what_the_environment_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    account = pwd.getpwuid(os.getuid()).pw_name
    assert (operator().name, operator().id) == (account, f"stf_operator_{account}")


def test_an_account_without_a_name_goes_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)
    assert operator().id == "stf_operator_uid4000000001"

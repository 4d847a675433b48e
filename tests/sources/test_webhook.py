"""Whom the bank may call: https to the public, http to itself, inner hosts only if they are listed; and that it calls who was checked."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from tests.flows.listen.ear import listening

from farthing.domain.errors import Invalid
from farthing.sources.webhook import Webhooks

NAMES = {
    "public.example": "93.184.216.34", "inner.example": "10.1.2.3", "cloud.example": "169.254.169.254", "mapped.example": "::ffff:10.1.2.3",
    "six.example": "fd00::1", "zero.example": "0.0.0.0", "self.example": "127.0.0.1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server of our own."""
    real = socket.getaddrinfo

    def found(host: str, port: int, *more: Any, **named: Any) -> Any:
        if host in NAMES:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (NAMES[host], port))]
        if host[0].isdigit() or host in ("localhost", "::1"):
            return real(host, port, *more, **named)
        raise socket.gaierror(f"no such name: {host}")

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize(
    "url",
    ["https://public.example/hook?x=1", "http://127.0.0.1:9/", "http://localhost/", "https://self.example/", "https://unknown.example/"],
)
def test_the_public_by_https_and_this_machine_may_be_called(url: str) -> None:
    assert Webhooks().check(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://public.example/", "https://inner.example/", "https://cloud.example/", "https://mapped.example/", "https://six.example/",
        "https://zero.example/", "https://10.0.0.1/", "https://192.168.1.1:8443/", "http://169.254.169.254/latest", "ftp://public.example/",
        "https://user:word@public.example/", "https://public.example/#x", "https:///hook", "no address", "https://public.example:0/",
        "https://public.example:99999/", "https://public.example/a b", f"https://public.example/{'a' * 500}",
    ],
)  # fmt: skip
def test_nothing_else_may(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        Webhooks().check(url)
    assert (refused.value.code, refused.value.field, bool(refused.value.remedy)) == ("bad_webhook", "url", True)
    assert Webhooks().send(url, b"", {}).status == 0, "nor is it called if it was allowed once"


def test_a_list_of_hosts_is_all_that_may_be_called_inner_ones_too() -> None:
    listed = Webhooks(("inner.example", "self.example:8443"))
    listed.check("https://inner.example/")
    listed.check("https://self.example:8443/")
    for url in ("https://public.example/", "http://127.0.0.1/", "https://self.example/", "http://inner.example/"):
        with pytest.raises(Invalid):
            listed.check(url)


def test_a_message_goes_out_whole_and_an_answer_comes_back() -> None:
    with listening() as ear:
        ear.answers = lambda headers: int(headers["Wanted"])
        assert Webhooks().send(ear.url, b"body", {"Wanted": "200"}).taken
        refused = Webhooks().send(ear.url, b"body", {"Wanted": "307"})
        assert (refused.status, refused.taken, refused.away, refused.error) == (307, False, False, "HTTP 307"), "redirects are not followed"
        assert [body for _, body in ear.heard] == [b"body"]
    gone = Webhooks().send(ear.url, b"body", {})
    assert (gone.status, gone.away) == (0, True)
    assert "ConnectionRefusedError" in gone.error
    assert Webhooks().send("https://unknown.example/", b"", {}).error == "gaierror: no such name: unknown.example"

"""Carries messages to other systems over HTTP (`flows.needs.bank.Post`).

Whom the bank may call is the bank's own matter, or a listener could make it knock at doors inside its own walls: https to public
addresses, http only to this machine itself. A list of hosts in the settings, where there is one, is all that may be called, inner
hosts among them. The address that was checked is the one that is connected to, whatever the name server says a moment later; redirects are
not followed and proxies not asked.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from farthing.domain.errors import Invalid
from farthing.flows.needs.bank import Answer

PATIENCE_S = 10.0
LONGEST_URL = 500
_READ = 1024


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Posts to where it may; `hosts` are the only ones it may, or none to let it go anywhere public."""

    hosts: Sequence[str] = ()

    def check(self, url: str) -> None:
        """`Invalid` for an address that may not be called; a name that nobody knows yet is let pass, and fails when it is called."""
        parts = _parts(url)
        try:
            self._addresses(parts)
        except OSError:
            return

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """What came back; an address that may not be called any more is an answer of 0, as is silence."""
        try:
            parts = _parts(url)
            return _posted(parts, self._addresses(parts)[0], body, headers)
        except Invalid as refused:
            return Answer(0, refused.message)
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, f"{type(error).__name__}: {error}"[:200])

    def _addresses(self, parts: SplitResult) -> list[str]:
        """Where the name leads, all of it allowed."""
        host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
        found = sorted({str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
        named = host in self.hosts or f"{host}:{port}" in self.hosts
        for address in found:
            where = ipaddress.ip_address(address.partition("%")[0])
            if where.is_loopback and (named or not self.hosts):
                continue
            if parts.scheme != "https":
                raise _refused(f"{host} is not this machine: only https goes out.", "Give an https:// address.")
            if self.hosts and not named:
                raise _refused(f"{host} is none of the hosts that the bank may call.", "Have it added to FARTHING_WEBHOOK_HOSTS.")
            if not where.is_global and not named:
                raise _refused(
                    f"{host} leads inside the bank's own walls.", "Have it added to FARTHING_WEBHOOK_HOSTS if it should be called."
                )
        return found


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL and parts.port != 0
    except ValueError:
        raise _refused("That is no address.", "Write it like https://example.org/hook.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment or not plain:
        raise _refused("That is no address to post to.", "Write it like https://example.org/hook, without a password in it.")
    return parts


def _refused(message: str, remedy: str) -> Invalid:
    return Invalid("bad_webhook", message, remedy, field="url")


class _Checked(http.client.HTTPConnection):
    """A connection to the address that was checked, under the name that was asked for."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        super().__init__(str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80), timeout=PATIENCE_S)
        self._address, self._tls = address, parts.scheme == "https"

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _posted(parts: SplitResult, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    connection = _Checked(parts, address)
    try:
        target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection.request("POST", target, body, {**headers, "Content-Length": str(len(body)), "Connection": "close"})
        answer = connection.getresponse()
        answer.read(_READ)
        return Answer(answer.status, "" if 200 <= answer.status < 300 else f"HTTP {answer.status}")
    finally:
        connection.close()

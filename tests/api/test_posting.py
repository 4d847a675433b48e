"""Draws and repayments that are in flight at once: each is awaited without a thread, and answered by itself."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor

from tests.api.conftest import Bank

from farthing.api.door import AT_WORK


def test_many_in_flight_share_commits_and_each_has_its_answer(bank: Bank) -> None:
    lines = [str(bank.line()["line"]) for _ in range(4)]

    def send(number: int) -> tuple[int, int]:
        answer = bank.post(f"/lines/{lines[number % 4]}/draws", {"amount_fen": 100_000 + number}, key=f"many-{number}-{lines[0]}")
        return answer.status_code, answer.json()["amount_fen"]

    with ThreadPoolExecutor(AT_WORK * 3) as pool:
        answers = list(pool.map(send, range(40)))
    assert answers == [(201, 100_000 + number) for number in range(40)]
    for place, line in enumerate(lines):
        drawn = sum(100_000 + number for number in range(place, 40, 4))
        assert bank.get(f"/lines/{line}").json()["headroom_fen"] == 5_000_000 - drawn


def test_a_caller_who_goes_away_is_served_and_harms_nobody(bank: Bank) -> None:
    line, url = str(bank.line()["line"]), bank.client.base_url
    body = b'{"amount_fen": 100000}'
    with socket.create_connection((url.host, url.port)) as gone:
        gone.sendall(
            f"POST /api/v1/lines/{line}/draws HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Authorization: Bearer {bank.tokens['officer']}\r\nIdempotency-Key: gone-{line}\r\n\r\n".encode()
            + body
        )
    for _ in range(200):
        if bank.get(f"/lines/{line}").json()["headroom_fen"] == 4_900_000:
            break
        time.sleep(0.05)
    again = bank.post(f"/lines/{line}/draws", {"amount_fen": 100_000}, key=f"gone-{line}")
    assert again.status_code == 201
    assert again.json()["headroom_fen"] == 4_900_000, "it was done once"

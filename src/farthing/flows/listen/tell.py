"""Tell those who listen what happened: the journal in log order is the outbox, and each listener has its own place in it.

At least once: an event is noted as told only after the listener said that it has it, so a teller killed in between tells it again
(under the same `Farthing-Event`). In order within a stream: what a listener refused lies as a letter, and what comes after it in the
same stream lies behind it until it was taken or is dead; other streams go on. A listener that does not answer at all loses nothing: its
place stays, and it is called again, ever more rarely. All of it stands in the database, so whoever tells next goes on from there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass, replace

from farthing.domain import canon
from farthing.domain.bank.listener import Letter, Progress
from farthing.domain.event import Event
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.listen.register import KEEPERS, Listening, listening, named
from farthing.flows.needs.bank import Answer
from farthing.flows.ports import House

AT_ONCE, PAGES, LETTERS = 200, 25, 5_000
"""Events a page, pages a round; letters of one listener, beyond which it is told nothing new until it takes some."""
SHOWN = 1_000
FIRST_WAIT, LONGEST_WAIT, TRIES = dt.timedelta(seconds=5), dt.timedelta(hours=4), 16
"""A letter is tried again after 5 s, 10 s, 20 s ... 4 h; refused so often, some 18 hours later, it is dead."""
LONGEST_AWAY, LONGEST_ROUND = dt.timedelta(minutes=15), dt.timedelta(seconds=20)
"""One that does not answer is called again after so long at most; one that is slow leaves the others their turn."""
NOTED_EVERY = 20


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to: events a listener took, letters that wait, letters that are dead."""

    listener: Id
    taken: int
    waiting: int
    dead: int


def tell(house: House) -> tuple[Round, ...]:
    """One round of telling everybody; a listener that another teller is at is left to it."""
    rounds = []
    for one in listening(house):
        with house.listeners.turn(one.listener) as mine:
            if mine:
                rounds.append(_round(house, one))
    return tuple(rounds)


def replay(house: House, actor: Actor, listener: Id, index: int | None = None) -> int:
    """Try dead letters again, one or all of a listener, from now on; how many."""
    require(actor, *KEEPERS)
    named(house, listener)
    found = [letter for letter in house.listeners.letters(listener, dead=True) if index in (None, letter.index)]
    for letter in found:
        house.listeners.keep(replace(letter, dead=False, tries=0, next_at=house.clock.now()))
    return len(found)


def letters(house: House, actor: Actor, listener: Id | None = None) -> tuple[Letter, ...]:
    """What was not taken, in log order, the first thousand; `NotFound` for a listener that is none."""
    require(actor, Role.AUDITOR, *KEEPERS)
    if listener is not None:
        named(house, listener)
    return tuple(house.listeners.letters(listener, limit=SHOWN))


def signature(key: bytes, at: int, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a full stop and the body, in hexadecimal."""
    return hmac.new(key, f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def _round(house: House, to: Listening) -> Round:
    progress = house.listeners.progress(to.listener) or Progress(to.listener, to.after)
    key, taken = house.listeners.key(to.listener), 0
    if key is not None and (progress.again_at is None or progress.again_at <= house.clock.now()):
        call = _Call(house, to, key, progress, house.clock.now() + LONGEST_ROUND)
        taken = call.again() + sum(call.onward() for _ in range(PAGES) if not call.over)
    return Round(to.listener, taken, *house.listeners.left().get(to.listener, (0, 0)))


@dataclass(slots=True)
class _Call:
    """One listener, called now; `away` once it did not answer: then nothing more is sent to it."""

    house: House
    to: Listening
    key: bytes
    progress: Progress
    until: dt.datetime
    away: bool = False
    over: bool = False
    """Is there nothing more to tell it in this round?"""

    def again(self) -> int:
        """Letters whose time has come, the first of each stream, and those behind it as long as they are taken."""
        taken, held = 0, set[Id]()
        for letter in self.house.listeners.letters(self.to.listener, dead=False, limit=LETTERS):
            if letter.stream in held or letter.next_at > self.house.clock.now():
                held.add(letter.stream)
                continue
            if self._spent():
                break
            answer = self._sent(letter.index, self.house.journal.event(letter.event))
            if self.away:
                break
            if answer.taken:
                self.house.listeners.drop(self.to.listener, letter.index)
                taken += 1
                continue
            failed = _failed(self.house, letter, answer)
            self.house.listeners.keep(failed)
            if not failed.dead:
                held.add(letter.stream)
        return taken

    def onward(self) -> int:
        """What was sealed since, noted every few events: a teller killed in between tells those again."""
        waiting = self.house.listeners.letters(self.to.listener, dead=False, limit=LETTERS)
        if self.away or self._spent() or len(waiting) >= LETTERS:
            self.house.listeners.told(self.progress, ())
            self.over = True
            return 0
        start = self.progress.position
        held, taken, kept = {letter.stream for letter in waiting}, 0, list[Letter]()
        for number, (index, event) in enumerate(self.house.listeners.sealed(self.progress.position, AT_ONCE), 1):
            if not self.to.kinds or event.kind in self.to.kinds:
                answer = None if event.stream in held else self._sent(index, event)
                if self.away:
                    break
                if answer is None or not answer.taken:
                    letter = Letter(self.to.listener, index, event.stream, event.id, event.kind, 0, self.house.clock.now(), "")
                    kept.append(letter if answer is None else _failed(self.house, letter, answer))
                    held.add(event.stream)
                else:
                    taken += 1
            self.progress = replace(self.progress, position=index + 1)
            if number % NOTED_EVERY == 0:
                self.house.listeners.told(self.progress, kept)
                kept = []
            if self._spent():
                break
        self.house.listeners.told(self.progress, kept)
        self.over = self.away or self._spent() or self.progress.position < start + AT_ONCE
        return taken

    def _spent(self) -> bool:
        return self.house.clock.now() > self.until

    def _sent(self, index: int, event: Event) -> Answer:
        now = self.house.clock.now()
        body = canon.encode({"event": {**canon.plain(event), "kind": event.kind}, "index": index, "listener": self.to.listener})
        answer = self.house.post.send(self.to.url, body, _headers(self.key, int(now.timestamp()), (index, event), body))
        if answer.away:
            count = self.progress.away + 1
            again_at = now + min(FIRST_WAIT * 2 ** min(count - 1, 20), LONGEST_AWAY)
            self.progress, self.away = replace(self.progress, away=count, again_at=again_at, error=answer.error), True
        else:
            self.progress = replace(
                self.progress, away=0, again_at=None, error=answer.error, told_at=now if answer.taken else self.progress.told_at
            )
        return answer


def _failed(house: House, letter: Letter, answer: Answer) -> Letter:
    tries = letter.tries + 1
    wait = min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)
    return replace(letter, tries=tries, next_at=house.clock.now() + wait, error=answer.error, dead=tries >= TRIES)


def _headers(key: bytes, at: int, what: tuple[int, Event], body: bytes) -> dict[str, str]:
    index, event = what
    return {
        "Content-Type": "application/json", "User-Agent": "Farthing", "Farthing-Event": event.id, "Farthing-Kind": event.kind,
        "Farthing-Index": str(index), "Farthing-Timestamp": str(at), "Farthing-Signature": f"v1={signature(key, at, body)}",
    }  # fmt: skip

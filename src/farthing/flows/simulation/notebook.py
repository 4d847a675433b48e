"""What those outside of a simulated bank know: what they asked for and what they were answered, in plain sums.

It is kept on the other side of the bank's answers and shares no formula with the ledger, so it can tell what the bank must have recorded:
how much went out and came back on each line, how many events it must count, and which answer a key must give again.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from farthing.domain.ids import Id
from farthing.domain.journal import Finding
from farthing.flows.simulation.message import MOVES_LIMITS, PROPOSALS, Answer, Ask, Message


@dataclass(slots=True)
class Told:
    """What is known of one line: money out and back by event, what was returned, and how many events it has."""

    drawn: dict[Id, int] = field(default_factory=dict)
    repaid: dict[Id, int] = field(default_factory=dict)
    refunded_fen: int = 0
    events: int = 0


@dataclass(slots=True)
class Notebook:
    """Answers by key (shortened), the sums of each line, and what of a day is still without an answer."""

    lines: dict[Id, Told] = field(default_factory=lambda: defaultdict(Told))
    answers: dict[str, str] = field(default_factory=dict)
    made: dict[str, Id] = field(default_factory=dict)
    """The event of a payment, or the proposal, that a key brought about."""
    pledged: dict[Id, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The lines behind which a house stands, and keys that may have moved their limits."""
    behind: dict[Id, Id] = field(default_factory=dict)
    """The line that each house stands behind."""
    refused: set[str] = field(default_factory=set)
    contradicted: list[Finding] = field(default_factory=list)

    def hear(self, message: Message, answer: Answer) -> None:
        """Take an answer down; one given again must be the same, or it is a finding."""
        digest = answer.refused or hashlib.sha256(answer.result.encode()).hexdigest()[:16]
        before = self.answers.get(answer.key)
        if before is not None:
            if before != digest and message.ask is not Ask.RELIEVE:  # of which some may have been done before
                self.contradicted.append(Finding("one key, one answer", answer.key, before, digest))
            return
        self.answers[answer.key] = digest
        if answer.refused:
            self.refused.add(answer.key)
        else:
            self._note(message, json.loads(answer.result))

    def relieved(self, lines: Sequence[Id]) -> None:
        """These lines were reached by a relief that was carried out."""
        for line in lines:
            self.lines[line].events += 1

    def standing(self, line: Id) -> list[Id]:
        """Draws and payments of a line that were not taken back, in the order they were made."""
        told = self.lines.get(line)
        return [] if told is None else [*told.drawn, *told.repaid]

    def _note(self, message: Message, result: dict[str, Any]) -> None:
        request = json.loads(message.request)
        match message.ask:
            case ask if ask in PROPOSALS:
                self.made[message.key] = result["id"]
            case Ask.RESOLVE if message.line and request["agree"]:
                self.lines[message.line].events += 1
            case Ask.MOVE:
                self._move(request, result)
            case Ask.NIGHT | Ask.RELIEVE | Ask.RESOLVE:
                pass
            case Ask.KNOW:
                self.made[message.key] = result["party"]
            case _:
                self.lines[message.line].events += 1
                self._sum(message, request, result)

    def _sum(self, message: Message, request: dict[str, Any], result: dict[str, Any]) -> None:
        line = self.lines[message.line]
        match message.ask:
            case Ask.DRAW:
                line.drawn[result["event"]] = request["amount_fen"]
            case Ask.REPAY:
                line.repaid[result["event"]] = request["amount_fen"]
                self.made[message.key] = result["event"]
            case Ask.REVERSE:
                line.drawn.pop(request["event"], None)
                line.repaid.pop(request["event"], None)
            case Ask.AGREE:
                self.behind[message.line] = request["line"]
            case ask if ask in MOVES_LIMITS and message.line in self.behind:
                self.pledged[self.behind[message.line]].add(message.key)
            case Ask.REFUND:
                line.refunded_fen += request["amount_fen"]
            case _:
                pass

    def _move(self, request: dict[str, Any], result: dict[str, Any]) -> None:
        wrong, right = self.lines[request["line"]], self.lines[request["to"]]
        wrong.events += 1
        right.events += 1
        right.repaid[result["to_line"]["event"]] = wrong.repaid.pop(request["event"])

"""Notes come back in order, and a line that was cut short never was."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from farthing.flows.simulation.message import Answer, Ask, Message, Morning, Orders
from farthing.flows.simulation.ports import Begun
from farthing.sources.notes import NoteFile
from farthing.world.misfortune import Fault, Moment, Strike

DAY = Orders(dt.date(2025, 1, 6), (Message("k", Ask.NIGHT, "", "system", "{}"),), (Strike(Fault.KILL, "k", Moment.AFTER, 0),))
NOTED = (Begun("{}"), Morning(DAY, 0, (), (("k", ("lin_a",)),)), Answer("k", '{"ünï":"码"}'))


def test_what_was_noted_comes_back_and_more_may_follow(tmp_path: Path) -> None:
    with NoteFile(tmp_path / "notes") as notes:
        assert list(notes.kept()) == []
        for noted in NOTED:
            notes.keep(noted)
    with NoteFile(tmp_path / "notes") as notes:
        notes.keep(Answer("l", refused="line_ended"))
        assert list(notes.kept()) == [*NOTED, Answer("l", refused="line_ended")]


def test_a_line_cut_short_is_taken_off(tmp_path: Path) -> None:
    with NoteFile(tmp_path / "notes") as notes:
        for noted in NOTED:
            notes.keep(noted)
    whole = (tmp_path / "notes").read_bytes()
    (tmp_path / "notes").write_bytes(whole[:-5])
    with NoteFile(tmp_path / "notes") as notes:
        assert list(notes.kept()) == list(NOTED[:-1])
        notes.keep(NOTED[-1])
    assert (tmp_path / "notes").read_bytes() == whole

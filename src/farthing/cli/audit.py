"""`farthing audit`: prove the past."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from farthing.cli import export_files
from farthing.cli.house import opened
from farthing.cli.options import AsJson
from farthing.domain import canon
from farthing.domain.errors import Invalid, NotFound
from farthing.domain.event import BODIES
from farthing.domain.journal import Finding
from farthing.flows import compare_heads, prove
from farthing.flows.export import export as export_journal

app = typer.Typer(help="Verify the journal and replay decisions.", no_args_is_help=True)
SHOWN = 50
PAGE = 100
"""Events a page of `prove.log`: a full one may have another behind it."""


def _console() -> Console:
    """As wide as the terminal is now."""
    return Console()


@app.command()
def verify(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Check every event, head, receipt and line, and what is stored beside them; exit code 1 if anything is wrong, and where.

    Example: farthing audit verify
    """
    with opened(ctx) as (house, actor), _watched(quiet=as_json) as progress:
        checked = prove.verify(house, actor, progress)
    if as_json:
        print(json.dumps(canon.plain(checked), ensure_ascii=False))
    else:
        told = f"{checked.events:,} events, {checked.heads:,} heads, {checked.receipts:,} receipts, {checked.lines:,} lines"
        _conclude(told, checked.findings)
    raise typer.Exit(1 if checked.findings else 0)


@app.command()
def replay(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Decide every recorded decision again and compare the bytes; exit code 1 if one comes out otherwise.

    Example: farthing audit replay
    """
    with opened(ctx) as (house, actor), _watched(quiet=as_json) as progress:
        again = prove.replay(house, actor, progress)
    if as_json:
        print(json.dumps(canon.plain(again), ensure_ascii=False))
    else:
        erased = f", {len(again.erased):,} erased and not replayed" if again.erased else ""
        _conclude(f"{again.same:,} decisions the same to the byte{erased}", again.findings)
    raise typer.Exit(1 if again.findings else 0)


@app.command()
def proof(
    ctx: typer.Context,
    event: Annotated[str, typer.Argument(help="evt_...")],
    short: Annotated[bool, typer.Option("--compact", help="Print the proof alone, for a file of at most 1 kB.")] = False,
    as_json: AsJson = False,
) -> None:
    """Prove that one event is in the log: its leaf, the path of hashes, and the signed head it leads to.

    Example: farthing audit proof evt_abc
    """
    with opened(ctx) as (house, actor):
        made = prove.proof(house, actor, event)
    if short:
        print(prove.compact(made).decode())
    elif as_json:
        print(json.dumps(canon.plain(made), ensure_ascii=False))
    else:
        _console().print(f"[bold]{made.event.kind}[/] {made.event.id} on {made.event.effective_on} in {made.event.stream}")
        _console().print(f"leaf  {made.inclusion.index:,} of {made.inclusion.size:,}  {made.inclusion.leaf.hex()}")
        for step in made.inclusion.path:
            _console().print(f"path  {step.hex()}")
        _console().print(f"root  {made.head.root.hex()}\nsigned {made.head.at:%Y-%m-%d %H:%M:%S} UTC by key {made.head.key_id}")
        _console().print("[green]✓ 证明成立 the proof holds[/]" if made.holds else "[red]✗ 证明不成立 the proof does not hold[/]")
    raise typer.Exit(0 if made.holds else 1)


@app.command()
def head(ctx: typer.Context, as_json: AsJson = False) -> None:
    """The newest signed head. Give it to others: with it they can tell whether the past was changed afterwards.

    Example: farthing audit head --json
    """
    with opened(ctx) as (house, actor):
        newest = prove.head(house, actor)
    if as_json:
        print(json.dumps(canon.plain(newest), ensure_ascii=False))
    else:
        _console().print(f"{newest.size:,} events, root {newest.root.hex()}")
        _console().print(f"signed {newest.at:%Y-%m-%d %H:%M:%S} UTC by key {newest.key_id}: {newest.signature.hex()}")


@app.command()
def consistency(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(help="The older head: a file with what `audit head --json` printed then, or its size.")],
    new: Annotated[int | None, typer.Argument(help="The size of the newer head; without it, the newest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that an older head is the beginning of a newer one; exit code 1 if it is not. Example: farthing audit consistency head.json"""
    with opened(ctx) as (house, actor):
        kept = compare_heads.signed_head(house, actor, int(old)) if old.isdecimal() else compare_heads.read_head(_text(Path(old)))
        compared = compare_heads.compare_head(house, actor, kept, new)
    if as_json:
        print(json.dumps({**canon.plain(compared), "holds": compared.holds}, ensure_ascii=False))
    else:
        colour, mark = ("green", "✓") if compared.holds else ("bold red", "✗")
        _console().print(
            f"{compared.old.size:,} events, root {compared.old.root.hex()}\n{compared.new.size:,} events, root {compared.new.root.hex()}"
        )
        for step in compared.proof.path if compared.proof else ():
            _console().print(f"path  {step.hex()}")
        _console().print(f"[{colour}]{mark}[/] {compared.sentence}")
    raise typer.Exit(0 if compared.holds else 1)


@app.command()
def export(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(help="where the files go; made if missing. Again into the same one adds what is new")],
    since: Annotated[int, typer.Option(min=0, help="leave out what is under the head of this size")] = 0,
    as_json: AsJson = False,
) -> None:
    """Write the journal as files, with a program that checks them without the bank. Example: farthing audit export /media/usb/journal"""
    with opened(ctx) as (house, actor), _watched(quiet=as_json) as progress:
        made = export_journal(house, actor, since)
        new = export_files.write(house, made, directory, lambda done: progress("export", done))
    told = {"directory": str(directory), "since": since, "size": made.head.size, "new": new, "heads": len(made.heads)}
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    _console().print(Text(f"{made.head.size - since:,} events, {new:,} of them new, {len(made.heads):,} heads in {directory}"))
    _console().print(Text(f"python -I {directory / export_files.VERIFIER} {directory} --key {made.public_key.hex()}"), soft_wrap=True)


@app.command()
def log(
    ctx: typer.Context,
    stream: Annotated[str | None, typer.Option(help="Only of this line, party or application.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only of this kind: Decided, Drawn, Repaid ...")] = None,
    after: Annotated[str | None, typer.Option(help="From behind this event: the last one of the page before.")] = None,
    as_json: AsJson = False,
) -> None:
    """A page of the journal, oldest first. Example: farthing audit log --kind Drawn"""
    if kind is not None and kind not in BODIES:
        raise Invalid("no_kind", f"There is no kind of event {kind[:40]!r}.", f"It is one of {', '.join(BODIES)}.", field="kind")
    with opened(ctx) as (house, actor):
        if after is not None:
            house.journal.event(after)  # an event that is not there has nothing behind it, and must not look like the end
        events = prove.log(house, actor, stream=stream, kind=kind, after=after)
    if as_json:
        for event in events:
            print(json.dumps({**canon.plain(event), "kind": event.kind}, ensure_ascii=False))
        return
    if not events:
        typer.echo("没有这样的事件。No such event.")
        return
    titles = ("发生 effective", "事件 what", "归属 stream", "谁 actor", "id")
    table = Table(*(Column(title, overflow="fold") for title in titles), box=None, header_style="bold")
    for event in events:
        simulated = " [dim]模拟 simulated[/]" if event.synthetic else ""
        table.add_row(str(event.effective_on), event.kind + simulated, f"{event.stream} {event.sequence}", Text(event.actor), event.id)
    _console().print(table)
    if len(events) == PAGE:
        typer.echo(f"… 下一页 the next page: --after {events[-1].id}")


@contextmanager
def _watched(*, quiet: bool) -> Iterator[prove.Progress]:
    """A line that says what is being checked."""
    with Console(stderr=True, quiet=quiet).status("核验中 verifying") as status:
        yield lambda what, done: status.update(f"核验中 verifying {what}: {done:,}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotFound("no_file", f"There is no text file {path}.", "Give a file with a head, or a size.") from None


def _conclude(told: str, findings: Sequence[Finding]) -> None:
    """What was checked, and what was found."""
    if not findings:
        _console().print(f"[green]✓ 完好 nothing wrong[/]: {told}")
        return
    _console().print(f"[bold red]✗ {len(findings):,} 处不符 findings[/]: {told}")
    table = Table("检查 check", "对象 item", "应为 expected", "实为 found", header_style="bold")
    for finding in findings[:SHOWN]:
        table.add_row(*map(Text, (finding.check, finding.item, finding.expected, finding.found)))  # what was tampered with may be anything
    _console().print(table)
    if len(findings) > SHOWN:
        _console().print(f"… {len(findings) - SHOWN:,} more with --json")

"""The one place that builds things: settings in, an open bank out."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl
from sqlalchemy import Engine, exists, select

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.evidence.intake import SourceTable
from farthing.flows.demo import DemoRequest
from farthing.flows.fraud.around import gather
from farthing.flows.identity.compare import Faces
from farthing.flows.imagine import A_WORLD, fates, imagine
from farthing.flows.listen.tell import tell
from farthing.flows.model.count import count_drift
from farthing.flows.model.shadow import shadow
from farthing.flows.needs.collateral import Collateral
from farthing.flows.ports import Entropy, House
from farthing.flows.queries.model.report import Report
from farthing.flows.queries.statement import StatementView
from farthing.flows.simulation.run import Stage
from farthing.settings import Settings
from farthing.sources import berka, cumcm2020c
from farthing.sources.bank_process import BankProcess
from farthing.sources.catalogue import packaged_bill_product, packaged_fraud_model, packaged_policies, packaged_products
from farthing.sources.clock import SteppedClock, SystemClock
from farthing.sources.entropy import SystemEntropy
from farthing.sources.face import likeness, picture_file
from farthing.sources.files import file_digest, read_document, read_file, read_mapping_file, read_parquet, read_text
from farthing.sources.house_sales import SalesShelf, packaged_grid, read_sales_file
from farthing.sources.notes import NoteFile
from farthing.sources.paper.words import Language
from farthing.sources.webhook import Webhooks
from farthing.store import keyring, keys
from farthing.store.aggregates import Aggregates
from farthing.store.bank.drift import DriftBook
from farthing.store.bank.listeners import Listeners
from farthing.store.bank.postings import Postings
from farthing.store.bank_day import BankClock, Instants
from farthing.store.bills import Bills
from farthing.store.collateral import Houses
from farthing.store.commands import Commands
from farthing.store.decisions import Decisions
from farthing.store.engine import open_engine
from farthing.store.journal import Journal
from farthing.store.journal_tables import receipt
from farthing.store.lake import Lake
from farthing.store.lines import Lines
from farthing.store.night.nights import Nights
from farthing.store.parties import Parties
from farthing.store.postgres import server as postgres
from farthing.store.postgres.hazard import Hazard
from farthing.store.registry import Registry
from farthing.store.schema import migrate
from farthing.store.staff import Staff
from farthing.store.vault import Vault

SEAL_EVERY_S, REVIVE_EVERY_S, TELL_EVERY_S, LOOK_EVERY_S, SHADOW_EVERY_S, COUNT_EVERY_S = 1.0, 5.0, 1.0, 1.0, 5.0, 60.0
GATHER_EVERY_S = 60.0
LEAVE_S = 30.0
"""How long a duty that is under way may take when the bank closes."""
NOTES = "notes.jsonl"
"""In the home of a simulated bank: what those outside of it know, and the sign that it may be broken."""
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Where the clock of a simulation stands before its first day."""
LOG = logging.getLogger(__name__)
DATA_SETS: Mapping[str, Callable[[Path], tuple[SourceTable, ...]]] = {cumcm2020c.NAME: cumcm2020c.read, berka.NAME: berka.read}


def _silent(_: str) -> None:
    """Nobody watches."""


def database_urls(settings: Settings, progress: Callable[[str], None] = _silent) -> tuple[str, str]:
    """(owner's URL, application's URL): of the server in the settings, or of the embedded one, started if need be."""
    if settings.database_url:
        return settings.database_url, settings.database_url
    server = postgres.start(settings.home, progress=progress)
    return server.url(postgres.OWNER), server.url(postgres.APP)


@contextmanager
def open_house(settings: Settings, progress: Callable[[str], None] = _silent, instants: Instants | None = None) -> Iterator[House]:
    """An open bank: database up and migrated, keys made where missing, products read. Closed at the end; the server stays up.

    `instants` is the clock it goes by, the computer's if not said.
    """
    owner, application = database_urls(settings, progress)
    migrate(owner, progress)
    entropy, secrets = SystemEntropy(), settings.home / "secrets"
    with ExitStack() as stack:
        engine = stack.enter_context(open_engine(application))
        signer = _keys(engine, secrets, entropy)
        vault = Vault(secrets, entropy)
        with engine.begin() as connection:
            vault.enrol(connection)
        clock = BankClock(engine, instants or SystemClock())
        yield House(
            clock=clock,
            entropy=entropy,
            commands=Commands(engine, clock, signer, vault),
            journal=Journal(engine, clock, signer),
            parties=Parties(engine, vault, clock),
            lake=Lake(engine, vault, settings.home / "lake"),
            aggregates=Aggregates(engine, vault),
            registry=Registry(engine),
            decisions=Decisions(engine, vault),
            lines=Lines(engine),
            nights=Nights(engine),
            staff=Staff(engine, vault, clock),
            products=packaged_products(),
            bills=Bills(engine, vault),
            bill_product=packaged_bill_product(),
            collateral=Collateral(Houses(engine), SalesShelf(settings.home / "sales"), packaged_grid()),
            postings=Postings(engine),
            listeners=Listeners(engine, vault),
            post=Webhooks(settings.webhook_hosts),
            drift=DriftBook(engine),
        )


def _keys(engine: Engine, secrets: Path, entropy: Entropy) -> keys.Signer:
    """The bank's keys are at hand; made only for a bank that has signed nothing yet. A new key in place of a lost one would pass
    over its loss, and write over the public half by which all that was signed is checked."""
    with engine.connect() as connection:
        signed = connection.scalar(select(exists(select(receipt.c.signature))))
    if signed:
        keyring.read(secrets)
        return keys.read(secrets)
    keyring.make(secrets, entropy)
    return keys.make(secrets, entropy)


@contextmanager
def bank_apart(settings: Settings, program: Sequence[str]) -> Iterator[Stage]:
    """The bank of this home at work in a process of its own, which `program` runs, and notes of it beside. Its database ends with it.

    `Invalid` for the home of a real bank, of which nothing is touched.
    """
    if (settings.home / "secrets").exists() and not (settings.home / NOTES).exists():
        told = f"{settings.home} holds a bank that is no simulation."
        raise Invalid("not_a_simulation", told, "Name a new folder: what is simulated is broken on purpose.", field="home")
    environment = {name: value for name, value in os.environ.items() if name != "FARTHING_DATABASE_URL"}
    environment["FARTHING_HOME"] = str(settings.home)
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        with BankProcess(program, environment, settings.home / "bank.log") as bank, NoteFile(settings.home / NOTES) as notes:
            yield Stage(bank, partial(open_house, settings), notes)
    finally:
        stop_database(replace(settings, database_url=None))


@contextmanager
def hazardous_house(settings: Settings) -> Iterator[tuple[House, Hazard]]:
    """An open bank on a clock of its own, and hands that make things go wrong with it; sealed every second. Only where one is simulated."""
    if not (settings.home / NOTES).exists():
        raise Invalid("not_a_simulation", f"Nothing is simulated in {settings.home}.", "This is the part of farthing world simulate.")
    clock = SteppedClock(LONG_AGO)
    hands = Hazard(settings.home, clock)
    hands.wake()  # or nobody could open it
    with open_house(settings, instants=clock) as house, sealing(house):
        yield house, hands


def data_set(name: str, directory: Path) -> tuple[SourceTable, ...]:
    """The tables of a public data set (`cumcm2020c`, `berka`) as it was published, not yet believed."""
    return DATA_SETS[name](directory)


def own_file(kind: EvidenceKind, path: Path, mapping: Path) -> tuple[SourceTable, ...]:
    """One file of the user's own, to be read as their mapping document says."""
    return (read_file(path, read_mapping_file(mapping, kind)),)


def table_file(path: Path) -> tuple[pl.DataFrame, str]:
    """A table of somebody's own as text, and the digest of its bytes."""
    frame = read_parquet(path).with_columns(pl.all().cast(pl.String)) if path.suffix == ".parquet" else read_text(path)
    return frame, file_digest(path)


def mapping_document(path: Path) -> object:
    """The mapping document a file holds."""
    return read_document(path)


def sales_file(path: Path) -> bytes:
    """A file of sales of houses, as the bank has it."""
    return read_sales_file(path)


def statement_paper(view: StatementView, language: Language) -> bytes:
    """A statement as a PDF."""
    from farthing.sources.paper.statement import statement_pdf  # what draws a PDF is slow to import, and few commands draw one

    return statement_pdf(view, language)


def report_paper(report: Report, language: Language) -> bytes:
    """A model's validation report as a PDF."""
    from farthing.sources.paper.report import report_pdf

    return report_pdf(report, language)


def faces(document: Path, living: Path) -> Faces:
    """Reads the two pictures now, and holds them until somebody looks."""
    pictures = picture_file(document), picture_file(living)
    digest = hashlib.sha256(b"".join(hashlib.sha256(picture).digest() for picture in pictures)).hexdigest()
    return Faces(digest, partial(likeness, *pictures))


def web_secret(settings: Settings) -> str:
    """The secret under which sessions and tokens are signed: made once, readable by the bank's own account only."""
    found = read_secret(settings, "web.secret")
    if not found:
        found = SystemEntropy().draw(32).hex()
        keep_secret(settings, "web.secret", found)
    return found


def read_secret(settings: Settings, name: str) -> str | None:
    """A text kept beside the bank's keys, or None."""
    path = settings.home / "secrets" / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def keep_secret(settings: Settings, name: str, text: str) -> None:
    """Keep a text beside the bank's keys, readable by the bank's own account only; whole or not at all."""
    path = settings.home / "secrets" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(f"{name}.{os.getpid()}.half")
    half.unlink(missing_ok=True)
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)


def demo_of(data: Path | None) -> DemoRequest:
    """What the demonstration takes in: a folder of real data, or the seeded world when there is none."""
    if data is not None:
        return DemoRequest(cumcm2020c.read(data), packaged_policies())
    imagined = imagine(A_WORLD, every=True)
    return DemoRequest(
        imagined.tables, packaged_policies(), imagined.plan.origination, partial(fates, imagined=imagined),
        fraud=packaged_fraud_model(), in_two_months=True,
    )  # fmt: skip


@contextmanager
def sealing(house: House) -> Iterator[None]:
    """Seal the journal every second while the block runs, and once more at its end."""
    seal = _Duty("sealing the journal", house.journal.seal)
    with seal.every(SEAL_EVERY_S):
        yield
    seal()


@contextmanager
def telling(house: House) -> Iterator[None]:
    """Tell those who listen what was sealed, every second while the block runs."""
    with _Duty("telling listeners", partial(tell, house)).every(TELL_EVERY_S):
        yield


@contextmanager
def shadowing(house: House) -> Iterator[None]:
    """Let challengers look at what was decided, every few seconds while the block runs."""
    with _Duty("shadowing decisions", partial(shadow, house)).every(SHADOW_EVERY_S):
        yield


@contextmanager
def counting(house: House) -> Iterator[None]:
    """Count what models scored, and what became of it, every minute while the block runs."""
    with _Duty("counting drift", partial(count_drift, house)).every(COUNT_EVERY_S):
        yield


@contextmanager
def gathering(house: House) -> Iterator[None]:
    """Gather what came in into the network of today, every minute while the block runs, once somebody has asked for it."""
    with _Duty("gathering the network", partial(gather, house)).every(GATHER_EVERY_S):
        yield


@contextmanager
def reviving(settings: Settings) -> Iterator[None]:
    """Start the home's own database again if it dies while the block runs. One that was stopped stays stopped, and an outside one is
    nobody's to start here."""

    def revive() -> None:
        if postgres.status(settings.home).state == "stale":
            LOG.error("the database of %s died; starting it again", settings.home)
            postgres.start(settings.home, progress=LOG.warning)
            LOG.warning("the database of %s is back", settings.home)

    if settings.database_url is not None:
        yield
        return
    with _Duty("starting the database again", revive).every(REVIVE_EVERY_S):
        yield


@contextmanager
def leaving_with_parent() -> Iterator[None]:
    """Stop a worker whose supervisor was killed, as Ctrl-C would: it would keep the address for ever. No other process is touched."""
    supervisor = multiprocessing.parent_process()
    if supervisor is None:
        yield
        return

    def look() -> None:
        if not supervisor.is_alive():
            LOG.error("the process that started this one is gone; leaving")
            os.kill(os.getpid(), signal.SIGTERM)

    with _Duty("looking for the supervisor", look).every(LOOK_EVERY_S):
        yield


@dataclass(slots=True)
class _Duty:
    """Something done again and again beside the doors. What goes wrong is logged, once in a row, and the next time tries again: a thread
    that dies would leave its duty undone unseen."""

    name: str
    work: Callable[[], object]
    said: str = ""

    def __call__(self) -> None:
        try:
            self.work()
        except Exception as error:  # noqa: BLE001 - the next time tries again
            told = f"{self.name} failed: {type(error).__name__}: {error}"
            if told != self.said:
                LOG.warning(told)
            self.said = told
        else:
            self.said = ""

    @contextmanager
    def every(self, seconds: float) -> Iterator[None]:
        """In a thread of its own while the block runs."""
        stop = threading.Event()

        def run() -> None:
            while not stop.wait(seconds):
                self()

        thread = threading.Thread(target=run, name=self.name, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(LEAVE_S)


def database_runs(settings: Settings) -> bool:
    """Whether the embedded database of this home is running; an outside one is nobody's to ask here."""
    return settings.database_url is not None or postgres.status(settings.home).state == "running"


def stop_database(settings: Settings) -> bool:
    """Stop the embedded database; False when it was not running, or is not ours."""
    return settings.database_url is None and postgres.stop(settings.home)


def migrate_database(settings: Settings, progress: Callable[[str], None] = _silent) -> None:
    """Bring the database to this release's schema."""
    owner, _ = database_urls(settings, progress)
    migrate(owner, progress)

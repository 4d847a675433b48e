"""The house keeps itself tidy: sizes, names, frozen words, a complete glossary, no dead module, no test that cannot fail.

What ruff and import-linter hold (parameters, complexity, banned calls, who imports whom) stands in pyproject.toml.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "farthing"
TESTS = ROOT / "tests"
GENERATED = "migrations/versions"

LINES_A_FILE = 400
LINES_A_FUNCTION = 60
FILES_A_FOLDER = 25
SLOTLESS = {"LineState": {"slots"}}  # copied four times an event: domain/evolve.py
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "common",
    "helpers",
    "helper",
    "services",
    "managers",
    "impl",
    "base",
    "misc",
    "collections",
    "monitoring",
}

# Modules with logic that have no test of their own yet. This list only ever shrinks: an entry that has gained its test must go.
NOT_YET_TESTED: frozenset[str] = frozenset()
# Doors and joints are tested as a whole, by what a person or a client sees of them: tests/api, tests/web, tests/cli, tests/flows.
TESTED_AS_A_WHOLE = ("asgi.py", "api", "web", "cli", "wiring.py", "settings.py", "__init__.py", "__main__.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the tree that git keeps or would keep."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file())


@cache
def python_files(*folders: Path) -> tuple[Path, ...]:
    """Hand-written Python under the folders (all of the tree without any)."""
    files = (path for path in tracked() if path.suffix == ".py" and GENERATED not in path.as_posix())
    return tuple(path for path in files if not folders or any(path.is_relative_to(folder) for folder in folders))


@cache
def parsed(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(parsed(path)) if isinstance(node, Function))


def name_of(path: Path) -> str:
    """The path as told in a finding."""
    return path.relative_to(ROOT).as_posix()


def none_of(found: list[str], rule: str) -> None:
    """Fail with the rule and every finding."""
    if found:
        pytest.fail(f"{rule}:\n  " + "\n  ".join(found), pytrace=False)


# ---- sizes and names -------------------------------------------------------------------------------------------------


def test_files_stay_small() -> None:
    long = [
        f"{name_of(path)}: {count} lines"
        for path in python_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LINES_A_FILE
    ]
    none_of(long, f"a file has at most {LINES_A_FILE} lines")


def test_functions_stay_small() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in python_files()
        for node in functions(path)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LINES_A_FUNCTION
    ]
    none_of(long, f"a function has at most {LINES_A_FUNCTION} lines")


def test_shelves_stay_small() -> None:
    shelves = Counter(path.parent.relative_to(SOURCE).as_posix() for path in python_files(SOURCE) if path.name != "__init__.py")
    full = [f"{shelf}: {count} files" for shelf, count in shelves.items() if count > FILES_A_FOLDER]
    none_of(full, f"a room, and each shelf in it, has at most {FILES_A_FOLDER} files")


def test_no_module_is_named_after_nothing() -> None:
    vague = [name_of(path) for path in python_files(SOURCE, TESTS) if FORBIDDEN_NAMES & {*path.relative_to(ROOT).parts[1:-1], path.stem}]
    none_of(vague, "a module is named after what it holds")


# ---- the words of the house ------------------------------------------------------------------------------------------


def domain_classes() -> Iterator[tuple[Path, ast.ClassDef]]:
    """Public classes of `domain`, with their files."""
    for path in python_files(SOURCE / "domain"):
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield path, node


def dataclass_options(node: ast.ClassDef) -> set[str] | None:
    """The options a class's `@dataclass` turns on; None if it is not a dataclass."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        if "dataclass" in ast.unparse(call.func if call else decorator):
            return {str(k.arg) for k in (call.keywords if call else []) if isinstance(k.value, ast.Constant) and k.value.value is True}
    return None


def test_words_are_frozen() -> None:
    thawed = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path, node in domain_classes()
        if (options := dataclass_options(node)) is not None and not options >= {"frozen", "slots"} - SLOTLESS.get(node.name, set())
    ]
    none_of(thawed, "a dataclass of domain is frozen, with slots")


def test_the_glossary_is_complete() -> None:
    told = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")))
    missing = [f"{node.name} ({name_of(path)})" for path, node in domain_classes() if node.name not in told]
    none_of(missing, "every public class of domain has its row in docs/glossary.md")


# ---- nothing dead ----------------------------------------------------------------------------------------------------


DOORS = re.compile(r"farthing\.(asgi|wiring|cli\.main|store\.migrations(\..+)?)")
BY_NAME = re.compile(r"(farthing(?:\.\w+)+)")


def named_modules(module: str) -> set[str]:
    """Modules that a module names in a string, as a door does with what it imports only when asked."""
    path = SOURCE.parent / Path(*module.split(".")).with_suffix(".py")
    strings = (node.value for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant)) if path.exists() else ()
    return {found[1] for text in strings if isinstance(text, str) and (found := BY_NAME.match(text))}


def test_every_module_is_reached_from_a_door() -> None:
    graph = grimp.build_graph("farthing", cache_dir=None)
    reached: set[str] = set()
    ahead = {module for module in graph.modules if DOORS.fullmatch(module)}
    while ahead:
        module = ahead.pop()
        reached.add(module)
        ahead |= (graph.find_modules_directly_imported_by(module) | (named_modules(module) & graph.modules)) - reached
    packages = {module for module in graph.modules if graph.find_children(module)} | {
        f"farthing.{path.name}" for path in SOURCE.iterdir() if path.is_dir()
    }
    none_of(sorted(graph.modules - reached - packages), "every module is imported, directly or not, by a door or the wiring")


# ---- tests that can fail ---------------------------------------------------------------------------------------------


def speaks(node: ast.AST) -> bool:
    """Does this code assert something, itself or through a call whose name says so?"""
    for part in ast.walk(node):
        if isinstance(part, ast.Assert):
            return True
        if isinstance(part, ast.Call) and re.search(
            r"(^|[._])(raises|warns|fail|assert\w*|expect\w*|none_of|call_and_validate)$", ast.unparse(part.func)
        ):
            return True
    return False


@cache
def borrowed(path: Path) -> dict[str, tuple[Path, str]]:
    """Names that a test file imports from other test files, with the file and the name there."""
    found: dict[str, tuple[Path, str]] = {}
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "tests":
            source = ROOT.joinpath(*node.module.split(".")).with_suffix(".py")
            found |= {alias.asname or alias.name: (source, alias.name) for alias in node.names if source.is_file()}
    return found


def called(node: ast.AST) -> set[str]:
    """The plain names of what this code calls: `is_problem` of `is_problem(...)` and of `bank.is_problem(...)`."""
    return {ast.unparse(part.func).split(".")[-1] for part in ast.walk(node) if isinstance(part, ast.Call)}


@cache
def speaking(path: Path) -> frozenset[str]:
    """Names of functions, of the file or borrowed from another test file, that assert something, themselves or by what they call."""
    heard = {node.name for node in functions(path) if speaks(node)}
    heard |= {name for name, (source, there) in borrowed(path).items() if there in speaking(source)}
    while more := {node.name for node in functions(path) if called(node) & heard} - heard:
        heard |= more
    return frozenset(heard)


def test_every_test_asserts_something() -> None:
    silent = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in python_files(TESTS)
        for node in functions(path)
        if node.name.startswith("test_") and node.name not in speaking(path)
    ]
    none_of(silent, "a test asserts something, itself or through a function of the tests that it calls")


def test_a_borrowed_assertion_counts_and_silence_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    lent, borrower = tmp_path / "tests" / "lent.py", tmp_path / "tests" / "test_borrower.py"
    lent.write_text("def refused(x):\n    assert not x\n\ndef shown(x):\n    print(x)\n")
    borrower.write_text(
        "from tests.lent import refused as no, shown\n"
        "def checked(x):\n    no(x)\n"
        "def test_speaks():\n    checked(0)\n"
        "def test_is_silent():\n    shown(0)\n"
    )
    assert {name for name in speaking(borrower) if name.startswith("test_")} == {"test_speaks"}


def has_logic(path: Path) -> bool:
    """Has the module a function that does something, rather than only declares?"""
    declared = (ast.Pass, ast.Raise)
    return any(
        not all(isinstance(line, declared) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)) for line in node.body)
        for node in functions(path)
    )


def mirrors(path: Path) -> list[Path]:
    """Where the test of a module may stand: in its mirrored place, or in one file for its whole sub-package."""
    inner = path.relative_to(SOURCE)
    places = [TESTS / inner.parent / f"test_{path.stem}.py"]
    if len(inner.parts) > 2:
        places.append(TESTS / inner.parts[0] / f"test_{inner.parts[1]}.py")
    return places


def modules_with_logic() -> Iterator[Path]:
    """Modules that owe a test of their own."""
    for path in python_files(SOURCE):
        inner = path.relative_to(SOURCE)
        if (
            inner.parts[0] not in TESTED_AS_A_WHOLE
            and path.name not in TESTED_AS_A_WHOLE
            and "migrations" not in inner.parts
            and has_logic(path)
        ):
            yield path


@cache
def imported_by_tests(room: str) -> set[str]:
    """Modules of Farthing that the room's own tests, the laws or the goldens import by name."""
    found = set()
    for path in python_files(TESTS / room, TESTS / "laws", TESTS / "golden"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
    return found


def is_tested(path: Path) -> bool:
    """Has the module a mirrored test, or does a test of its room, a law or a golden use it by name?"""
    inner = path.relative_to(SOURCE)
    module = ".".join(("farthing", *inner.with_suffix("").parts))
    return any(place.exists() for place in mirrors(path)) or module in imported_by_tests(inner.parts[0])


def test_every_module_has_its_test() -> None:
    owing = {path.relative_to(SOURCE).as_posix() for path in modules_with_logic() if not is_tested(path)}
    none_of(sorted(owing - NOT_YET_TESTED), "a module with logic has its test at tests/<room>/test_<file>.py, or is used there by name")
    none_of(sorted(NOT_YET_TESTED - owing), "these have their test now: take them off NOT_YET_TESTED")


# ---- nothing of one machine ------------------------------------------------------------------------------------------

HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "index" + "-url", "deb.debian" + ".org")
ABSOLUTE = re.compile(r"(?<![\w.~$}])/(?:work|root|home)/[\w.]")


def test_the_tree_names_no_machine_and_no_registry() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {host}" for host in HOSTS if host in text]
        found += [f"{name_of(path)}: {match[0]}..." for match in ABSOLUTE.finditer(text)]
    none_of(found, "no path of one machine and no address of a registry stands in the tree")

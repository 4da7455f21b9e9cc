"""What the documents say is true: blocks load and run, names and links exist."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from monitor import __version__, config
from monitor.cli import COMMANDS, cli
from monitor.model import ChangeKind
from monitor.store import open_store

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
GUIDE = sorted((ROOT / "docs/guide").glob("*.md"))
PAGES = [README, *GUIDE]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# commands that neither send, nor fetch, nor wait
SAFE = {"explain", "check-config", "completion", "changes", "claims", "status"}
NAMED_FILE = re.compile(r"(?<![\w./~-])(?:tests|config|systemd|docs)/[\w/@.-]+\.[a-z]+")
# by `make run`, or only a pattern
MADE_LATER = {
    "config/claimwatch.toml",
    "config/claimwatch.db",
    "docs/decisions/NNNN-title.md",
}
# at the start of a line, below some folder, or after cron's five fields
SHOWN = re.compile(r"(?:^|/bin/|\* )claimwatch ((?:[a-z]|--version).*)")
ALL_DOCS = [README, ROOT / "docs/README.md", ROOT / "docs/design.md", *GUIDE]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(path: Path, language: str) -> list[str]:
    text = path.read_text("utf-8")
    return [body for kind, body in BLOCK.findall(text) if kind == language]


def cases(language: str) -> list[object]:
    return [
        pytest.param(body, id=f"{name_of(path)}:{number}")
        for path in PAGES
        for number, body in enumerate(blocks(path, language), 1)
    ]


def run(*argv: str) -> Result:
    return CliRunner().invoke(cli, list(argv), prog_name="claimwatch")


# ------------------------------------------------------------------ blocks


@pytest.mark.parametrize("block", cases("toml"))
def test_configuration_loads(block: str) -> None:
    secrets = set(re.findall(r"\$\{(\w+)\}", block))
    environ = {"HOME": "/home/reader", **dict.fromkeys(secrets, "json://x/")}
    for name in re.findall(r'url_file = "([^"/]+)"', block):
        # a credential: what the service manager would provide
        block = block.replace(f'url_file = "{name}"', 'url = "json://x/"')
    loaded = config.parse(block, path=Path("/x/claimwatch.toml"), environ=environ)
    assert loaded.database.is_absolute()


@pytest.mark.parametrize("block", cases("console"))
def test_shown_commands_print_what_is_shown(block: str) -> None:
    command, *expected = block.splitlines(keepends=True)
    argv = shlex.split(command.removeprefix("$ "))
    assert argv[0] == "claimwatch"
    assert argv[1] in SAFE
    done = run(*argv[1:])
    assert done.exit_code == 0, done.output
    wanted = "".join(expected)
    checker = doctest.OutputChecker()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    # an ellipsis on a line of its own stands for any lines
    wanted = re.sub(r"^\s+\.\.\.$", "...", wanted, flags=re.MULTILINE)
    assert checker.check_output(wanted, done.output, flags), done.output


def test_there_are_blocks() -> None:
    assert len(cases("toml")) >= 8
    assert len(cases("console")) >= 2


def shown_commands() -> Iterator[tuple[str, list[str]]]:
    """Every `claimwatch …` in a shell block, without redirections and pipes."""
    for path in PAGES:
        for language in ("sh", "text"):
            for body in blocks(path, language):
                for line in body.splitlines():
                    found = SHOWN.search(line)
                    if found:
                        words = found[1].split(" | ")[0].split("  #")[0]
                        yield name_of(path), shlex.split(words)


@pytest.mark.parametrize(("page", "argv"), list(shown_commands()))
def test_shown_commands_parse(
    page: str, argv: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, options and the number of arguments are right; nothing is run."""
    monkeypatch.chdir(ROOT)
    context = click.Context(cli, info_name="claimwatch")
    command: click.Command | None = cli
    rest = argv
    while isinstance(command, click.Group) and rest[0] != "--version":
        name, rest = rest[0], rest[1:]
        command = command.get_command(context, name)
        assert command is not None, f"{page}: claimwatch {' '.join(argv)}"
    assert command is not None
    if rest != ["--version"]:
        command.make_context(argv[0], list(rest), parent=context).close()


HISTORY = ROOT / "docs/guide/history.md"
QUERIES = re.findall(
    r"^(sqlite3|sqlite-utils) (.*)$", "".join(blocks(HISTORY, "sh")), re.MULTILINE
)


@pytest.mark.parametrize(("tool", "rest"), QUERIES)
def test_shown_queries_run(tool: str, rest: str, tmp_path: Path) -> None:
    open_store(tmp_path / "claimwatch.db").close()
    argv = shlex.split(rest)
    if tool == "sqlite3":
        # the tool may be absent; the query is what can be wrong
        argv = ["query", argv[1], argv[2]]
    done = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", *argv],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_there_are_queries() -> None:
    assert {tool for tool, _ in QUERIES} == {"sqlite3", "sqlite-utils"}


# ------------------------------------------------------------------ names


def test_every_command_is_in_the_readme_and_has_help() -> None:
    rows = re.findall(r"^\| `claimwatch ([\w-]+)` \|", README.read_text(), re.MULTILINE)
    assert rows == list(COMMANDS)
    for name in COMMANDS:
        done = run(name, "--help")
        assert done.exit_code == 0
        assert re.search(r"^  [A-Z].*\w", done.output, re.MULTILINE), name


def test_no_document_names_a_command_that_is_not() -> None:
    """`claimwatch frobnicate` in running text."""
    for path in [*ALL_DOCS, *sorted((ROOT / "systemd").iterdir())]:
        for name in re.findall(r"`claimwatch ([a-z][\w-]*)", path.read_text("utf-8")):
            assert name in COMMANDS, f"{name_of(path)}: claimwatch {name}"


def test_every_kind_of_change_is_in_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", README.read_text("utf-8"), re.MULTILINE)
    assert rows == [kind.value for kind in ChangeKind]


@cache
def make_targets() -> set[str]:
    text = (ROOT / "Makefile").read_text("utf-8")
    return set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))


@pytest.mark.parametrize("path", ALL_DOCS, ids=name_of)
def test_named_files_and_targets_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    for name in re.findall(r"`?\bmake ([a-z]+(?:-[a-z]+)*)", text):
        if name in {"run", "test", "bench", "wheel", "venv"} or f"`make {name}" in text:
            assert name in make_targets(), name
    for name in NAMED_FILE.findall(text):
        if name not in MADE_LATER:
            assert (ROOT / name).exists(), f"{name_of(path)}: {name}"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_named_tests_exist(path: Path) -> None:
    for file, test in re.findall(
        r"`(test_\w+\.py)::(test_\w+)`", path.read_text("utf-8")
    ):
        source = (ROOT / "tests" / file).read_text("utf-8")
        assert f"def {test}(" in source, f"{name_of(path)}: {file}::{test}"


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text("utf-8")
    for path in GUIDE:
        assert f"(guide/{path.name})" in index


def test_readme_links_lead_somewhere() -> None:
    for path in (README, ROOT / "docs/README.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), target


def test_version_is_one() -> None:
    headings = re.findall(
        r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert headings[:1] in ([], [__version__])
    assert run("--version").output == f"claimwatch {__version__}\n"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["dynamic"] == ["version"]


def test_nothing_names_the_machine_it_was_made_on() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - found on PATH like make's
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    marks = re.compile(rb"/work/(?:main|shared)|/root/\.")
    found = [
        f"{name}: {mark[0].decode()}"
        for name in listed.stdout.decode().split("\0")
        if name and (ROOT / name).is_file() and name != "tests/test_docs.py"
        for mark in [marks.search((ROOT / name).read_bytes())]
        if mark
    ]
    assert found == []

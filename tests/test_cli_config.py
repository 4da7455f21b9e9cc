"""The command line around the configuration: exit codes, check-config, completion."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from pkgutil import resolve_name

import click
import pytest
from click.testing import CliRunner

from monitor import __version__
from monitor.cli import COMMANDS, cli
from monitor.cli.options import plain
from monitor.errors import StoreLocked
from tests.cli_calls import CLAIMWATCH, ROOT, call, process
from tests.config_texts import MINE

pytestmark = pytest.mark.usefixtures("empty_place")


# ------------------------------------------------------------------ the root command


def test_version() -> None:
    assert call("--version").output == f"claimwatch {__version__}\n"


def test_help_lists_every_command_and_loads_none() -> None:
    heavy = "pydantic rich aiohttp spacy feedparser trafilatura apprise sqlite_utils"
    code = textwrap.dedent(
        f"""
        import sys
        from monitor.cli import cli
        try:
            cli.main(["--help"])
        except SystemExit as ended:
            assert ended.code == 0, ended.code
        loaded = [name for name in {heavy.split()!r} if name in sys.modules]
        assert not loaded, loaded
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = " ".join(done.stdout.split())
    for name, (_, line) in COMMANDS.items():
        assert f" {name} {line}" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_table_agrees_with_the_commands(name: str) -> None:
    target, line = COMMANDS[name]
    command: click.Command = resolve_name(target)
    assert command.name == name
    assert line.endswith(".")
    assert command.get_short_help_str(200)
    assert call(name, "--help").exit_code == 0


def test_files_may_be_named_after_the_command(mine: Path) -> None:
    before = call("--config", mine, "check-config", "--json")
    after = call("check-config", "--json", "--config", mine)
    nested = call("feeds", "list", "--config", mine, "--json")
    assert before.exit_code == after.exit_code == nested.exit_code == 0
    assert before.output == after.output
    assert nested.output.count("\n") == 2


def test_wrong_usage_ends_with_2() -> None:
    for arguments in (["no-such-command"], ["--no-such-option"], ["feeds", "add"]):
        assert call(*arguments).exit_code == 2
    assert "check-config" in call("check-conf").output


def test_our_errors_become_one_line_and_their_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def locked(ctx: object) -> None:
        raise StoreLocked("x.db is held by process 17\x1b[31m")

    monkeypatch.setattr("monitor.cli.check_config.open_config", locked)
    done = call("check-config")
    assert done.exit_code == 4
    assert done.stderr == "claimwatch: x.db is held by process 17[31m\n"
    assert done.stdout == ""


def test_an_interruption_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(ctx: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("monitor.cli.check_config.open_config", interrupted)
    done = call("check-config")
    assert done.exit_code == 130
    assert done.output == ""


def test_a_reader_that_leaves_is_no_error(mine: Path) -> None:
    command = [*CLAIMWATCH, "check-config", "--config", str(mine)]
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            command,
            stdout=write,
            stderr=subprocess.PIPE,
            timeout=60,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
    finally:
        os.close(write)
    assert done.stderr == b""


# ------------------------------------------------------------------ check-config


def test_check_config_says_what_it_understood(mine: Path) -> None:
    with mine.open("a") as file:
        file.write('[[routes]]\nmatch = { region = "north" }\nchannels = ["desk"]\n')
    done = call("check-config", "--config", mine)
    assert done.exit_code == 0
    assert str(mine) in done.output
    assert "harbour, island" in done.output
    assert "desk: region=north -> desk (by story, after 30s)" in done.output
    assert "127.0.0.1" not in done.output, "a channel's URL is a secret"
    assert done.output.endswith("ok\n")


def test_check_config_as_json(mine: Path) -> None:
    found = json.loads(call("check-config", "--json", "--config", mine).output)
    assert found["ok"] is True
    assert found["feeds"] == ["harbour", "island"]
    assert found["channels"] == ["desk"]
    assert found["timezone"] == "Europe/Oslo"


def test_check_config_without_a_file_uses_the_quick_start(tmp_path: Path) -> None:
    done = call("check-config", "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["quickstart"] is True
    assert found["database"] == str(tmp_path / ".local/share/claimwatch/claimwatch.db")


def test_check_config_tells_all_problems_and_ends_with_3() -> None:
    path = ROOT / "tests/config_rules/bad.many-at-once.toml"
    done = call("check-config", "--config", path)
    assert done.exit_code == 3
    expected = [
        line.removeprefix("# expect: ")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("# expect: ")
    ]
    heading, *told = done.stderr.splitlines()
    assert heading == f"claimwatch: {len(expected)} problems in {path}"
    assert told == expected
    assert done.stdout == ""


def test_check_config_problems_as_json() -> None:
    path = ROOT / "tests/config_rules/bad.unknown-key.toml"
    done = call("check-config", "--json", "--config", path)
    assert done.exit_code == 3
    found = json.loads(done.stdout)
    assert found["ok"] is False
    assert len(found["problems"]) == 1


def test_check_config_asks_apprise_about_channels(mine: Path) -> None:
    text = MINE.replace("json://127.0.0.1:8080/", "slack://hunter2/")
    mine.write_text(text)
    done = call("check-config", "--config", mine)
    assert done.exit_code == 3
    assert done.stderr.splitlines()[1].startswith("channels[0].url: ")
    assert "hunter2" not in done.output


def test_schema_is_printed() -> None:
    assert json.loads(call("check-config", "--schema").output) == json.loads(
        (ROOT / "config/claimwatch.schema.json").read_text("utf-8")
    )


def test_a_missing_file_is_told() -> None:
    done = call("check-config", "--config", "nowhere.toml")
    assert done.exit_code == 3
    assert "nowhere.toml: there is no such file" in done.stderr


# ------------------------------------------------------------------ the rest


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    done = call("completion", shell)
    assert done.exit_code == 0
    assert "_CLAIMWATCH_COMPLETE" in done.stdout


def test_completion_offers_commands() -> None:
    done = process(
        _CLAIMWATCH_COMPLETE="bash_complete", COMP_WORDS="claimwatch fe", COMP_CWORD="1"
    )
    assert done.stdout == "plain,feeds\n"


def test_plain_text_cannot_steer_the_terminal() -> None:
    assert plain("a\x1b[31mb\nc\u202ed\u2066e\x00") == "a[31mb cde"
    assert plain("می\u200cخواهد") == "می\u200cخواهد"


def test_looking_at_the_database_needs_no_secret_of_the_service(tmp_path: Path) -> None:
    from monitor.store import open_store

    file = tmp_path / "claimwatch.toml"
    file.write_text(
        '[claimwatch]\ndatabase = "seen.db"\n'
        '[[channels]]\nname = "desk"\nurl_file = "of-root-only"\n'
        '[[channels]]\nname = "mail"\nurl = "${NOT_SET_HERE}"\n'
    )
    open_store(tmp_path / "seen.db").close()
    for command in ("claims", "changes", "status"):
        done = CliRunner().invoke(cli, [command, "--config", str(file)])
        assert done.exit_code == 0, done.output
    assert CliRunner().invoke(cli, ["run", "--config", str(file)]).exit_code == 3

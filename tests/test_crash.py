"""kill -9 at every commit, and at random: nothing is lost, repeats carry the same id.

I1 of docs/design.md. Each run is compared with an unkilled run over the same input.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from monitor.demo import Newsroom, Script, read_script
from monitor.demo.director import is_settled
from monitor.demo.script import Edit, Page, Step
from monitor.errors import StoreError
from monitor.store import open_store
from tests.servers import LONGEST_WAIT, HookServer, reserved_port

ROOT = Path(__file__).parents[1]
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KEY = re.compile(r"A-[0-9a-f]{8}(?:-\d+)?")

SCRIPT = Script(
    outlets={"gazette": "Harbour Gazette"},
    steps=(
        Step(
            say="baseline",
            pages=(
                Page(
                    "gazette",
                    "/fire",
                    "Warehouse fire in Port Arlen",
                    (
                        "At least 12 people were killed in a fire, firemen said.",
                        "The fire was reportedly caused by a gas leak.",
                        "The warehouse belonged to the shipping company Norrin Lines.",
                    ),
                ),
            ),
        ),
        Step(
            say="changes",
            edits=(
                Edit(
                    "gazette",
                    "/fire",
                    (
                        ("At least 12 people", "At least 19 people"),
                        ("was reportedly caused", "was caused"),
                    ),
                ),
            ),
        ),
    ),
)

CONFIG = """
[claimwatch]
database = "crash.db"
tick = "1s"

[fetch]
per_host = 8
per_host_pause = "0s"

[checks]
schedule = [{{until = "10d", every = "1s"}}]
confirm_removal_after = "2s"

[delivery]
first_retry = "1s"
last_retry = "2s"

{feeds}
[[channels]]
name = "desk"
url = "{hook}"
allow_private = true

[[routes]]
name = "all"
channels = ["desk"]
group_by = ["claim", "kind"]
group_wait = "0s"
"""

FEED = """
[[feeds]]
name = "{name}"
url = "{url}"
interval = "1s"
outlet = "{outlet}"
language = "en"
allow_private = true
"""


@dataclass(frozen=True)
class Outcome:
    """What a run left: change rows, and how often each alert id arrived."""

    changes: Counter[tuple[Any, ...]]
    received: Counter[str]

    def lost_against(self, other: Outcome) -> list[str]:
        """What the other run has and this one has not, or has too often."""
        problems = []
        if self.changes != other.changes:
            problems.append(
                f"changes: missing {other.changes - self.changes}, "
                f"extra {self.changes - other.changes}"
            )
        if set(self.received) != set(other.received):
            problems.append(
                f"alerts: missing {set(other.received) - set(self.received)}, "
                f"extra {set(self.received) - set(other.received)}"
            )
        return problems


def outcome(database: Path, hook: HookServer) -> Outcome:
    with open_store(database, read_only=True) as store:
        rows = store.all(
            "SELECT c.kind, c.claim_id IS NOT NULL, c.source, c.article_url, "
            "json_extract(c.before, '$.text'), json_extract(c.after, '$.text'), "
            "c.disposition FROM changes c"
        )
    texts = [f"{body.get('title')} {body.get('message')}" for body in hook.bodies]
    keys = [found.group() for text in texts if (found := KEY.search(text))]
    assert len(keys) == len(hook.bodies), "each message names its alert"
    return Outcome(Counter(tuple(row) for row in rows), Counter(keys))


def write_config(folder: Path, newsroom: Newsroom, hook: HookServer) -> Path:
    path = folder / "crash.toml"
    feeds = "".join(
        FEED.format(name=key, url=newsroom.feed_url(key), outlet=name)
        for key, name in newsroom.script.outlets.items()
    )
    hook_url = hook.url("/hook").replace("http://", "json://", 1)
    path.write_text(CONFIG.format(feeds=feeds, hook=hook_url), encoding="utf-8")
    return path


def drive(
    config: Path,
    minute: int,
    *,
    commit: int = 0,
    when: str = "after",
    mode: str = "real",
) -> subprocess.CompletedProcess[str]:
    moment = START + timedelta(minutes=minute)
    return subprocess.run(
        [sys.executable, "-m", "tests.crash_driver", str(config), moment.isoformat(),
         str(commit), when, mode],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip


class Matrix:
    """A database with the first baseline, and a newsroom one step further."""

    def __init__(self, folder: Path, newsroom: Newsroom) -> None:
        self.folder, self.newsroom = folder, newsroom
        self.base = folder / "base.db"
        with HookServer() as hook:
            config = write_config(folder, newsroom, hook)
            newsroom.play(SCRIPT.steps[0], now=START)
            done = drive(config, 0)
            assert done.returncode == 0, done.stderr
            shutil.copy(folder / "crash.db", self.base)
        newsroom.play(SCRIPT.steps[1], now=START)

    def run(
        self, *, commit: int, when: str, mode: str = "real"
    ) -> tuple[Outcome, bool]:
        """One pass, killed there if it comes so far, and then one that is left alone.

        Says whether it was killed: a pass that waits long for a send looks again, and
        each look is a commit, so that no two passes need have the same number.
        """
        for leftover in self.folder.glob("crash.db*"):
            leftover.unlink()
        shutil.copy(self.base, self.folder / "crash.db")
        with HookServer() as hook:
            config = write_config(self.folder, self.newsroom, hook)
            first = drive(config, 10, commit=commit, when=when, mode=mode)
            was_killed = first.returncode == -signal.SIGKILL
            if was_killed:
                first = drive(config, 10, mode=mode)
            assert first.returncode == 0, first.stderr
            return outcome(self.folder / "crash.db", hook), was_killed

    def problems(
        self, unkilled: Outcome, *, mode: str = "real"
    ) -> tuple[int, dict[str, list[str]]]:
        """Kill at each commit in turn, until a pass has none left; how many there were."""
        problems = {}
        for commit in count(1):
            for when in ("before", "after"):
                found, was_killed = self.run(commit=commit, when=when, mode=mode)
                if lost := found.lost_against(unkilled):
                    problems[f"{when} commit {commit}"] = lost
                if not was_killed:
                    return commit - 1, problems
        raise AssertionError("it never comes to its end")


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    with Newsroom(SCRIPT) as newsroom:
        yield Matrix(tmp_path_factory.mktemp("crash"), newsroom)


@pytest.mark.long
def test_a_kill_at_any_commit_loses_nothing(matrix: Matrix) -> None:
    unkilled, _ = matrix.run(commit=0, when="after")
    assert {row[0] for row in unkilled.changes} == {"figure", "certainty"}
    assert len(unkilled.received) == 2
    commits, problems = matrix.problems(unkilled)
    assert commits >= 5
    assert not problems


@pytest.mark.long
def test_the_harness_catches_an_outbox_that_is_committed_after_the_send(
    matrix: Matrix,
) -> None:
    unkilled, _ = matrix.run(commit=0, when="after", mode="send-first")
    _, problems = matrix.problems(unkilled, mode="send-first")
    assert problems


# ------------------------------------------------------------------ random kills


class Program:
    """`claimwatch run` as a process that can be killed and started again."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "monitor.cli", "run", "--config", str(self.config)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def end(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(timeout=60)


def settled(database: Path, newsroom: Newsroom, pages: list[str]) -> bool:
    """Wait until the daemon saw the pages and sent what there was to send."""
    until = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < until:
        time.sleep(0.2)  # another process is waited for: there is no event to wait on
        # it may still have to make its tables
        with suppress(StoreError), open_store(database, read_only=True) as store:
            if is_settled(store, newsroom, pages):
                return True
    return False


def play_under_kills(folder: Path, port: int, kills: int, seed: int) -> Outcome:
    """The demo's whole script, with so many kill -9 at random moments."""
    script = read_script(ROOT / "config" / "demo.toml")
    chance = random.Random(seed)
    with Newsroom(script, port=port) as newsroom, HookServer() as hook:
        config = write_config(folder, newsroom, hook)
        program = Program(config)
        per_step = kills // len(script.steps) + 1
        left = kills
        newsroom.play(script.steps[0], now=datetime.now(UTC))
        program.start()
        for number, step in enumerate(script.steps):
            pages = [newsroom.url(p.outlet, p.path) for p in step.pages]
            if number:
                pages = newsroom.play(step, now=datetime.now(UTC))
            for _ in range(min(per_step, left)):
                time.sleep(chance.uniform(0.0, 4.0))  # the random moment itself
                program.end(signal.SIGKILL)
                left -= 1
                program.start()
            assert settled(folder / "crash.db", newsroom, pages), step.say
        program.end(signal.SIGTERM)
        assert left == 0
        return outcome(folder / "crash.db", hook)


@pytest.mark.long
def test_twenty_random_kills_change_nothing_but_repeats(tmp_path: Path) -> None:
    (tmp_path / "calm").mkdir()
    (tmp_path / "killed").mkdir()
    seed = int(os.environ.get("CRASH_SEED", "7"))
    # addresses are compared, too
    with reserved_port() as port:
        calm = play_under_kills(tmp_path / "calm", port, kills=0, seed=0)
        assert len(calm.received) == 6
        killed = play_under_kills(tmp_path / "killed", port, kills=20, seed=seed)
    assert not killed.lost_against(calm), f"seed {seed}"

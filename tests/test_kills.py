"""SIGKILL between any two statements of route, outbox, send and record.

I1 of docs/design.md, closer than test_crash: many short programs on one database, a
receiver that refuses, hangs up and asks to wait, and each run compared with one that
nobody kills.
"""

from __future__ import annotations

import json
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
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest

from monitor.store import open_store
from tests.servers import Exchange, HookServer

ROOT = Path(__file__).parents[1]
START = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)
# Longer than the first retries and the pauses: the next run finds all due.
BETWEEN = timedelta(minutes=1)
# A message may name the alert that it follows, too.
KEY = re.compile(r"\bAlert (A-[0-9a-f]{8}(?:-\d+)?)")
# The most of what arrives that may be repeats.
MOST_REPEATS = 0.10


class Flaky(HookServer):
    """One in ten is refused, one in twenty taken without a word, some must wait."""

    def __init__(self, seed: int, *, calm: bool = False) -> None:
        super().__init__()
        self.chance = random.Random(seed)
        self.calm = calm
        # the alerts that arrived, as they did
        self.taken: list[str] = []

    def respond(self, exchange: Exchange) -> None:
        said = json.loads(exchange.body)
        [key] = KEY.findall(said["message"])
        with self._lock:
            roll = 1.0 if self.calm else self.chance.random()
            if roll >= 0.12 or self.calm:
                self.taken.append(key)
        if roll < 0.10:
            exchange.send("no", status=500)
        elif roll < 0.12:
            exchange.send("wait", status=429, headers={"Retry-After": "5"})
        elif roll < 0.17:
            exchange.hang_up()
        else:
            exchange.send("ok")


@dataclass
class Zygote:
    """The process that forks the programs."""

    process: subprocess.Popen[str] = field(init=False)

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill_zygote"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def ask(self, **order: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as process:
        yield process


@dataclass
class Desk:
    """A database, its receiver, and how much there is to tell."""

    zygote: Zygote
    folder: Path
    hook: Flaky
    limit: int
    mode: str = "real"
    runs: int = 0

    @property
    def database(self) -> Path:
        return self.folder / "kills.db"

    def run(self, **kill: Any) -> int:
        """One program; how it ended."""
        self.runs += 1
        answer = self.zygote.ask(
            database=str(self.database),
            hook=self.hook.url("/hook").replace("http", "json", 1),
            now=(START + self.runs * BETWEEN).isoformat(),
            limit=self.limit,
            mode=self.mode,
            count=str(self.folder / "count"),
            **kill,
        )
        return int(answer["ended"])

    def moments(self) -> int:
        """How many moments the last whole run had."""
        return int((self.folder / "count").read_text())

    def stored(self) -> dict[str, tuple[int, int]]:
        """Each alert's claim, and the change it tells."""
        with open_store(self.database, read_only=True) as store:
            rows = store.all(
                "SELECT a.alert_key, c.claim_id, c.change_id FROM alerts a "
                "JOIN alert_changes USING (alert_id) JOIN changes c USING (change_id)"
            )
        return {row[0]: (row[1], row[2]) for row in rows}

    def is_done(self) -> bool:
        with open_store(self.database, read_only=True) as store:
            row = store.one(
                "SELECT (SELECT count(*) FROM changes), (SELECT count(*) FROM "
                "deliveries WHERE next_attempt_at IS NOT NULL OR status <> 'sent')"
            )
        assert row is not None
        return tuple(row) == (self.limit, 0)

    def finish(self) -> None:
        while not self.is_done():
            assert self.run() == 0
            assert self.runs < 4 * self.limit

    def problems(self, calm: set[str]) -> list[str]:
        """What went wrong, against the alerts of an unkilled run."""
        taken = Counter(self.hook.taken)
        found = []
        if lost := calm - set(taken):
            found.append(f"{len(lost)} lost")
        if strange := set(taken) - calm:
            found.append(f"{len(strange)} with another id")
        order: dict[int, list[int]] = {}
        stored = self.stored()
        for key in dict.fromkeys(self.hook.taken):
            if key in stored:
                claim, change = stored[key]
                order.setdefault(claim, []).append(change)
        if wrong := [claim for claim, its in order.items() if its != sorted(its)]:
            found.append(f"out of order: claims {wrong}")
        return found

    def repeats(self) -> float:
        taken = self.hook.taken
        return (len(taken) - len(set(taken))) / len(taken)


def desk(zygote: Zygote, folder: Path, hook: Flaky, limit: int, mode: str) -> Desk:
    folder.mkdir(exist_ok=True)
    at = Desk(zygote, folder, hook, limit, mode)
    zygote.ask(prepare=str(at.database))
    return at


def matrix(zygote: Zygote, folder: Path, mode: str) -> tuple[dict[str, Any], int]:
    """Kill one run at each of its moments; problems by moment, and how many."""
    limit = 3
    with Flaky(0, calm=True) as hook:
        calm = desk(zygote, folder / "calm", hook, limit, mode)
        shutil.copy(calm.database, folder / "empty.db")
        calm.finish()
        keys = set(calm.stored())
        assert calm.problems(keys) == []
        [moments] = {calm.moments()} if calm.runs == 1 else {0}
    problems: dict[str, Any] = {}
    for at in range(1, moments + 1):
        with Flaky(0, calm=True) as hook:
            killed = Desk(zygote, folder / f"at{at}", hook, limit, mode)
            killed.folder.mkdir()
            shutil.copy(folder / "empty.db", killed.database)
            assert killed.run(at=at) == -signal.SIGKILL
            # nothing is sent that is not committed
            early = set(hook.taken) - set(killed.stored())
            killed.finish()
            found = killed.problems(keys) + [f"sent before stored: {k}" for k in early]
            # at most one message comes twice
            if found or len(hook.taken) > limit + 1:
                problems[f"moment {at}"] = found or hook.taken
        shutil.rmtree(killed.folder)
    return problems, moments


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_kill_between_any_two_statements_loses_nothing(
    zygote: Zygote, tmp_path: Path
) -> None:
    problems, moments = matrix(zygote, tmp_path, "real")
    assert moments > 60
    assert not problems


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_matrix_fails_when_the_commit_comes_after_the_send(
    zygote: Zygote, tmp_path: Path
) -> None:
    problems, _ = matrix(zygote, tmp_path, "send-first")
    assert any("sent before stored" in str(found) for found in problems.values())


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_500_random_kills_under_a_flaky_receiver(
    zygote: Zygote, tmp_path: Path
) -> None:
    kills = int(os.environ.get("KILLS", "500"))
    seed = int(os.environ.get("CRASH_SEED", "7"))
    limit = kills * 6
    with Flaky(seed) as hook:
        calm = desk(zygote, tmp_path / "calm", hook, limit, "real")
        begun = time.monotonic()
        calm.finish()
        # a whole run, on this machine: later there is nothing left to kill
        whole = (time.monotonic() - begun) / calm.runs
        keys = set(calm.stored())
        assert calm.problems(keys) == []
    chance = random.Random(seed)
    with Flaky(seed) as hook:
        killed = desk(zygote, tmp_path / "killed", hook, limit, "real")
        done = 0
        while done < kills:
            done += killed.run(after=chance.uniform(0.0, whole)) == -signal.SIGKILL
        killed.finish()
        problems = killed.problems(keys)
    sys.stdout.write(
        f"{done} kills, {len(keys)} alerts, {len(hook.taken)} arrived, "
        f"{killed.repeats():.1%} repeats (unkilled {calm.repeats():.1%})\n"
    )
    assert not problems, f"seed {seed}"
    assert killed.repeats() < MOST_REPEATS

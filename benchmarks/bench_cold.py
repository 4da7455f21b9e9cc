"""The first round over feeds with full content: ours and lemon24/reader.

    python benchmarks/bench_cold.py [FEEDS]

CPU seconds (user + system) of all processes, database writes and the start of our
workers included; 20 entries a feed with 9 KB of text each, over plain HTTP.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import bench_polling
from pipe import quietly
from verdict import row

LEAST = 15


def ours(folder: Path) -> None:
    """In a process of its own, so that nothing but the round is counted."""
    urls = (folder / "urls").read_text().split()
    before = bench_polling.cpu()
    found = bench_polling.ours(folder, urls, 0)
    print(json.dumps({"cold": bench_polling.cpu() - before, "failed": found["failed"]}))


def main() -> None:
    feeds = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    if not bench_polling.has_reader():
        print("skipped: the peers' environment can't be made")
        return
    spent = {}
    for kind in ("ours", "reader"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with bench_polling.server(bench_polling.FULL, feeds, folder) as urls:
                if kind == "reader":
                    found = bench_polling.client(kind, folder, urls, 0)
                else:
                    (folder / "urls").write_text("\n".join(urls))
                    command = [sys.executable, __file__, "ours", str(folder)]
                    answer = subprocess.run(
                        command, check=True, capture_output=True, text=True
                    )
                    found = json.loads(answer.stdout.splitlines()[-1])
        if found["failed"]:
            print(f"{kind}: {found['failed']} polls failed")
        spent[kind] = found["cold"]
        each = 1000 * found["cold"] / feeds
        print(f"{kind:7} {found['cold']:7.2f} CPU s, {each:7.2f} per 1,000 feeds")
    times = spent["reader"] / spent["ours"]
    row(
        f"cold round, {feeds} feeds x 20 entries: reader / ours",
        f"{times:.1f}",
        f">= {LEAST}",
        times >= LEAST,
    )


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "ours":
        ours(Path(sys.argv[2]))
    else:
        quietly(main)

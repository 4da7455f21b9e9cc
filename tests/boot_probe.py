"""Runs inside the booted machine as root: drives the service, notes what it sees."""

from __future__ import annotations

import json
import os
import pwd
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

sys.path.insert(0, str(Path(__file__).parent))
from servers import HookServer, NewsServer

STATE = Path("/var/lib/claimwatch")
DATABASE = STATE / "claimwatch.db"
UNIT = "claimwatch.service"
REVIEW = "claimwatch-review.service"
LIMIT = 60.0
PROGRAM = "/opt/claimwatch/bin/claimwatch"
READ = (
    "import sys; from monitor.store import sqlite;"
    "db = sqlite.connect(__import__('pathlib').Path(sys.argv[1]), read_only=True,"
    " busy=5.0); print(db.execute('select count(*) from articles').fetchone()[0])"
)


def call(*argv: str, user: str | None = None) -> subprocess.CompletedProcess[str]:
    identity: dict[str, Any] = {}
    if user:
        account = pwd.getpwnam(user)
        identity = {
            "user": account.pw_uid,
            "group": account.pw_gid,
            "extra_groups": os.getgrouplist(user, account.pw_gid),
        }
    return subprocess.run(
        argv, check=False, capture_output=True, text=True, timeout=LIMIT, **identity
    )


def shown(name: str) -> str:
    return call("systemctl", "show", "-P", name, UNIT).stdout.strip()


def until(good: Callable[[], Any]) -> Any:
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        value = good()
        if value:
            return value
        time.sleep(0.1)
    return good()


def articles(user: str = "claimwatch") -> int:
    found = call("/opt/claimwatch/bin/python", "-c", READ, str(DATABASE), user=user)
    return int(found.stdout) if found.returncode == 0 else -1


def claims(user: str) -> int:
    """How many claims `claimwatch claims` lists for this user."""
    # whoever only looks needs no secret, hence no configuration but the database
    review = Path("/etc/claimwatch/review.toml")
    review.write_text(f'[claimwatch]\ndatabase = "{DATABASE}"\n')
    found = call(PROGRAM, "claims", "--json", "--config", str(review), user=user)
    return len(found.stdout.splitlines()) if found.returncode == 0 else -1


def leftovers() -> list[str]:
    """Processes of the program that are not ours."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if "/opt/claimwatch/bin" in line and "boot_probe" not in line:
            found.append(line[:100])
    return found


def file_modes() -> dict[str, str]:
    paths = [STATE, *STATE.iterdir()]
    return {path.name: f"{path.stat().st_mode & 0o7777:o}" for path in paths}


def configure(news: NewsServer, *, extra: str = "") -> None:
    Path("/etc/claimwatch/claimwatch.toml").write_text(
        f"""
        [claimwatch]
        tick = "1s"
        [[feeds]]
        name = "gazette"
        url = "{news.url("/feed.xml")}"
        interval = "1s"
        allow_private = true
        [fetch]
        per_host_pause = "0s"
        [checks]
        schedule = [{{ until = "1d", every = "1s" }}]
        [[channels]]
        name = "hook"
        url_file = "webhook"
        allow_private = true
        [[routes]]
        channels = ["hook"]
        group_wait = "0s"
        {extra}
        """
    )


def publish(news: NewsServer, dead: int) -> None:
    news.put(
        "/fire.html",
        "<html><head><title>Fire in Port Arlen</title></head><body><article>"
        f"<h1>Fire in Port Arlen</h1><p>At least {dead} people were killed in a "
        "warehouse fire in Port Arlen on Friday, the fire service said.</p>"
        "<p>Another 30 people were injured, according to the health ministry.</p>"
        "<p>Rescue teams searched the building through the night, and the mayor said "
        "the city would open a shelter on Saturday.</p></article></body></html>",
    )


def set_up(news: NewsServer, hook: HookServer) -> None:
    """A feed with one article, and a channel whose address is a credential."""
    publish(news, 12)
    news.put(
        "/feed.xml",
        '<rss version="2.0"><channel><title>Gazette</title><item><guid>1</guid>'
        f"<title>Fire in Port Arlen</title><link>{news.url('/fire.html')}</link>"
        "</item></channel></rss>",
        content_type="application/rss+xml",
    )
    folder = Path("/etc/claimwatch/credentials")
    folder.mkdir(parents=True, mode=0o700)
    secret = folder / "webhook"
    secret.write_text(hook.url("/alerts").replace("http://", "json://") + "\n")
    secret.chmod(0o600)
    configure(news)


def look(seen: dict[str, Any], news: NewsServer, hook: HookServer) -> None:
    set_up(news, hook)
    see_it_run(seen, news, hook)
    see_it_killed(seen, news, hook)
    see_it_stopped(seen)


def see_it_run(seen: dict[str, Any], news: NewsServer, hook: HookServer) -> None:
    seen["start"] = call("systemctl", "start", UNIT).stderr
    seen["active"] = shown("ActiveState")
    pid = shown("MainPID")
    seen["articles"] = until(lambda: articles() > 0) and articles()
    seen["claims"] = until(lambda: claims("claimwatch") > 0) and claims("claimwatch")

    # a change goes all the way: workers, senders, the credential
    publish(news, 19)
    seen["alerted"] = hook.wait_for(1, LIMIT) and json.dumps(hook.bodies[0])

    seen["modes_up"] = file_modes()
    seen["reader_up"] = claims("reader")
    seen["stranger_up"] = claims("stranger")
    seen["review_up"] = reviewed("noted while the daemon runs")

    # a wrong configuration on reload: the old one stays
    configure(news, extra="[nonsense]")
    call("systemctl", "reload", UNIT)
    seen["complained"] = until(lambda: "old configuration stays" in journal())
    configure(news)
    call("systemctl", "reload", UNIT)
    seen["reloaded"] = until(lambda: "reloaded feeds=1" in journal())
    seen["pid_kept"] = shown("MainPID") == pid


def see_it_killed(seen: dict[str, Any], news: NewsServer, hook: HookServer) -> None:
    pid = shown("MainPID")
    call("kill", "-9", pid)
    until(lambda: not Path("/proc", pid).exists())
    began = time.monotonic()
    seen["orphans"] = until(lambda: not leftovers()) or leftovers()
    seen["orphans_seconds"] = time.monotonic() - began
    until(lambda: shown("MainPID") not in ("0", pid) and shown("SubState") == "running")
    seen["restarts"] = shown("NRestarts")
    seen["active_after_kill"] = shown("ActiveState")
    publish(news, 23)
    # an earlier message may be repeated after a kill
    told = "at least 23 people"
    seen["alerted_again"] = until(lambda: told in json.dumps(hook.bodies))


def see_it_stopped(seen: dict[str, Any]) -> None:
    began = time.monotonic()
    call("systemctl", "stop", UNIT)
    seen["stop_seconds"] = time.monotonic() - began
    seen["result"] = shown("Result")
    seen["status"] = shown("ExecMainStatus")
    seen["modes_down"] = file_modes()
    seen["reader_down"] = claims("reader")
    seen["review_down"] = reviewed("noted while it is down")
    seen["modes_after_reading"] = file_modes()

    call("systemctl", "start", UNIT)
    seen["active_after_reading"] = shown("ActiveState")
    call("systemctl", "stop", UNIT)


def reviewed(note: str) -> dict[str, Any]:
    """What the pages show and write, run by their own unit as their own user."""

    def links() -> list[str]:
        return re.findall(r"Sign in: (\S+)", journal(REVIEW))

    earlier = len(links())
    call("systemctl", "start", REVIEW)
    link = until(lambda: links()[earlier:])[0]
    base = link.partition("/-/")[0]
    opener = build_opener(HTTPCookieProcessor())
    opener.open(link, timeout=LIMIT).read()
    page = opener.open(f"{base}/claim/1", timeout=LIMIT).read().decode()
    token = re.search(r'name="csrftoken" value="([^"]+)"', page)
    form = {
        "csrftoken": token and token[1],
        "claim": 1,
        "text": note,
        "back": "/claim/1",
    }
    after = (
        opener.open(f"{base}/-/do/note", urlencode(form).encode(), timeout=LIMIT)
        .read()
        .decode()
    )
    user = call("systemctl", "show", "-P", "User", REVIEW).stdout.strip()
    call("systemctl", "stop", REVIEW)
    return {"noted": note in after, "user": user, "by": f"{user}," in after}


def journal(unit: str = UNIT) -> str:
    return call("journalctl", "-u", unit, "-o", "cat", "--no-pager").stdout


def main() -> None:
    seen: dict[str, Any] = {}
    try:
        with NewsServer() as news, HookServer() as hook:
            look(seen, news, hook)
    except Exception:
        seen["failed"] = traceback.format_exc()
    seen["journal"] = journal()
    Path(sys.argv[1]).write_text(json.dumps(seen), "utf-8")


if __name__ == "__main__":
    main()

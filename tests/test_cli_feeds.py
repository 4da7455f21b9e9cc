"""The command line on feeds: list, add, remove, OPML, test."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from monitor import config
from monitor.config import edit
from monitor.errors import ConfigError
from tests.cli_calls import call
from tests.config_texts import MINE
from tests.servers import NewsServer

pytestmark = pytest.mark.usefixtures("empty_place")


# ------------------------------------------------------------------ feeds


def test_feeds_list(mine: Path) -> None:
    done = call("feeds", "list", "--config", mine)
    assert done.output.splitlines()[2].split() == [
        "island",
        "https://island.example/feed",
        "new",
        "every",
        "15m",
        "-",
        "region=north",
    ]


def test_a_narrow_terminal_breaks_no_word(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = call("feeds", "list", "--config", mine).output
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    narrow = call("feeds", "list", "--config", mine).output
    assert len(narrow.splitlines()) > len(wide.splitlines())
    assert sorted(click.unstyle(narrow).split()) == sorted(wide.split())


def test_feeds_list_keeps_secret_addresses(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "hunter2")
    mine.write_text(MINE.replace("island.example/feed", "island.example/${TOKEN}"))
    table = call("feeds", "list", "--config", mine).output
    lines = call("feeds", "list", "--json", "--config", mine).output
    exported = call("feeds", "export", "--config", mine)
    assert "hunter2" not in table + lines + exported.output
    assert "(secret)" in table
    assert json.loads(lines.splitlines()[1])["url"] is None
    assert exported.stderr == "left out 1 with a secret address\n"


def test_feeds_add_appends_and_changes_nothing_else(mine: Path) -> None:
    done = call(
        *("feeds", "add", "https://coast.example/feed", "--config", mine),
        *("--interval", "5m", "--label", "region=south", "--label", 'a=q"q'),
        *("--outlet", "Coast Post", "--language", "en"),
    )
    assert done.exit_code == 0, done.output
    text = mine.read_bytes().decode()
    assert text.startswith(MINE)
    loaded = config.load(mine, environ={})
    assert [f.name for f in loaded.feeds] == ["harbour", "island", "coast.example"]
    added = loaded.feeds[2]
    assert added.outlet == "Coast Post"
    assert added.labels == {"region": "south", "a": 'q"q'}
    assert config.format_duration(added.interval) == "5m"


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (b"", b'[[feeds]]\nname = "x"\nurl = "https://x.example/"\n'),
        (b"# end", b'# end\n\n[[feeds]]\nname = "x"\nurl = "https://x.example/"\n'),
        (
            b"# one\r\n",
            b'# one\r\n\r\n[[feeds]]\r\nname = "x"\r\nurl = "https://x.example/"\r\n',
        ),
    ],
)
def test_feeds_add_keeps_line_endings(
    tmp_path: Path, ending: bytes, expected: bytes
) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(ending)
    done = call("feeds", "add", "https://x.example/", "--name", "x", "--config", path)
    assert done.exit_code == 0, done.output
    assert path.read_bytes() == expected


def test_feeds_add_keeps_the_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf# mine\n")
    assert call("feeds", "add", "https://x.example/", "--config", path).exit_code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf# mine\n\n[[feeds]]\n")


def test_an_edit_does_not_undo_another(mine: Path) -> None:
    newer = MINE + "# someone else's line\n"
    mine.write_text(newer)
    with pytest.raises(ConfigError, match="meanwhile"):
        edit.write_if_no_worse(mine, MINE, edit.remove_feed(MINE, "island"), {})
    assert mine.read_text() == newer


def test_feeds_add_creates_the_named_file(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    done = call("feeds", "add", "https://x.example/", "--config", path)
    assert done.exit_code == 0, done.output
    assert [f.name for f in config.load(path, environ={}).feeds] == ["x.example"]


def test_feeds_add_never_touches_the_packaged_file() -> None:
    before = config.quickstart_path().read_bytes()
    done = call("feeds", "add", "https://x.example/")
    assert done.exit_code == 3
    assert "--config" in done.stderr
    assert config.quickstart_path().read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["https://harbour.example/feed"], 2, "is configured already"),
        (["https://x.example/", "--name", "island"], 2, 'a feed named "island"'),
        (["ftp://x.example/"], 3, "feeds[2].url: must begin with http"),
        (["https://x.example/", "--interval", "soon"], 3, "feeds[2].interval: "),
        (["https://x.example/", "--label", "region"], 2, "is not a label"),
        (["https://x.example/", "--label", "kind=a"], 3, "feeds[2].labels.kind: "),
    ],
)
def test_feeds_add_refuses(
    mine: Path, arguments: list[str], code: int, told: str
) -> None:
    done = call("feeds", "add", "--config", mine, *arguments)
    assert done.exit_code == code
    assert told in done.stderr
    assert mine.read_bytes() == MINE.encode()


def test_feeds_add_minds_only_new_problems(mine: Path) -> None:
    text = MINE.replace("json://127.0.0.1:8080/", "${ONLY_THE_DAEMON_HAS_THIS}")
    mine.write_text(text)
    done = call("feeds", "add", "https://x.example/", "--config", mine)
    assert done.exit_code == 0, done.output


def test_feeds_add_refuses_what_it_cannot_prove(tmp_path: Path) -> None:
    path = tmp_path / "inline.toml"
    text = 'feeds = [{ name = "a", url = "https://a.example/" }]\n'
    path.write_text(text)
    done = call("feeds", "add", "https://x.example/", "--config", path)
    assert done.exit_code == 2
    assert "by hand" in done.stderr
    assert path.read_text() == text


def test_feeds_remove_takes_its_block_and_leaves_the_rest(mine: Path) -> None:
    done = call("feeds", "remove", "island", "--config", mine)
    assert done.exit_code == 0, done.output
    start = MINE.index("[[feeds]]\nname = 'island'")
    end = MINE.index("# where it goes")
    assert mine.read_text() == MINE[:start] + MINE[end:]


def test_feeds_add_then_remove_restores_the_feeds(mine: Path) -> None:
    before = config.load(mine, environ={})
    assert call("feeds", "add", "https://x.example/", "--config", mine).exit_code == 0
    assert call("feeds", "remove", "x.example", "--config", mine).exit_code == 0
    assert config.load(mine, environ={}) == before
    assert mine.read_text().startswith(MINE)


def test_feeds_remove_is_not_fooled_by_strings(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    text = textwrap.dedent(
        '''\
        [[topics]]
        name = "odd"
        any = ["""
        [[feeds]]
        name = "b"
        """]

        [[feeds]]
        name = "a"
        url = "https://a.example/"
        headers = { X = """
        [[feeds]]""" }
        [[feeds]]
        name = "b"
        url = "https://b.example/"
        '''
    )
    path.write_text(text)
    done = call("feeds", "remove", "b", "--config", path)
    # the header is wrong (two lines), but it was wrong before
    assert done.exit_code == 0, done.output
    assert path.read_text() == text[: text.rindex("[[feeds]]")]


def test_a_thousand_feeds_are_no_burden(tmp_path: Path) -> None:
    listed = "".join(
        f'<outline text="f{n}" xmlUrl="https://f{n}.example/"/>' for n in range(1000)
    )
    path = tmp_path / "many.toml"
    opml = f"<opml><body>{listed}</body></opml>"
    assert call("feeds", "import", "-", "--config", path, stdin=opml).exit_code == 0
    assert len(config.load(path, environ={}).feeds) == 1000
    before = path.read_text()
    done = call("feeds", "remove", "f700", "--config", path)
    assert done.exit_code == 0, done.output
    block = '[[feeds]]\nname = "f700"\nurl = "https://f700.example/"\n\n'
    assert path.read_text() == before.replace(block, "")
    assert block in before


def test_feeds_remove_unknown(mine: Path) -> None:
    done = call("feeds", "remove", "islnd", "--config", mine)
    assert done.exit_code == 2
    assert 'did you mean "island"?' in done.stderr


def test_edits_keep_the_mode_and_follow_links(mine: Path, tmp_path: Path) -> None:
    mine.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(mine)
    done = call("feeds", "add", "https://x.example/", "--config", link)
    assert done.exit_code == 0, done.output
    assert link.is_symlink()
    assert mine.stat().st_mode & 0o777 == 0o640
    assert "x.example" in mine.read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.toml", "mine.toml"]


OPML = """\
<opml version="2.0"><body>
 <outline text="World"><outline text="harbour" xmlUrl="https://coast.example/feed"/>
  <outline text="Harbour" xmlUrl="https://harbour.example/feed"/></outline>
 <outline text="bad" xmlUrl="javascript:alert(1)"/>
 <outline text="twice" xmlUrl="https://coast.example/feed"/>
</body></opml>
"""


def test_feeds_import(mine: Path) -> None:
    tried = call("feeds", "import", "-", "--dry-run", "--config", mine, stdin=OPML)
    assert "would add harbour-2" in tried.output
    assert mine.read_text() == MINE
    done = call("feeds", "import", "-", "--config", mine, stdin=OPML)
    assert done.exit_code == 0, done.output
    assert "skipped 2 already there" in done.output
    assert "skipped 1 without a usable address" in done.output
    assert mine.read_text().startswith(MINE)
    added = config.load(mine, environ={}).feeds[-1]
    assert (added.name, added.labels) == ("harbour-2", {"folder": "World"})


def test_feeds_import_refuses_what_is_no_opml(mine: Path) -> None:
    done = call("feeds", "import", "-", "--config", mine, stdin="<html/>")
    assert done.exit_code == 1
    assert done.stderr == "claimwatch: <stdin>: is not OPML: the document is <html>\n"


def test_export_and_import_are_inverse(mine: Path, tmp_path: Path) -> None:
    listed = tmp_path / "feeds.opml"
    fresh = tmp_path / "fresh.toml"
    assert call("feeds", "export", listed, "--config", mine).exit_code == 0
    assert call("feeds", "import", listed, "--config", fresh).exit_code == 0
    before, after = (config.load(path, environ={}).feeds for path in (mine, fresh))
    assert [(f.name, f.url) for f in before] == [(f.name, f.url) for f in after]


@pytest.mark.long
def test_five_thousand_feeds_come_back_from_their_list(tmp_path: Path) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    listed = tmp_path / "feeds.opml"
    opml = "".join(
        f'<outline text="Folder {n % 7}">'
        f'<outline text="Feed {n} &amp; co" xmlUrl="https://h{n % 700}.example/{n}.xml"/>'
        "</outline>"
        for n in range(5000)
    )
    opml = f"<opml><body>{opml}</body></opml>"
    assert call("feeds", "import", "-", "--config", first, stdin=opml).exit_code == 0
    assert call("feeds", "export", listed, "--config", first).exit_code == 0
    assert call("feeds", "import", listed, "--config", second).exit_code == 0
    before, after = (
        {(f.name, f.url, *f.labels.items()) for f in config.load(p, environ={}).feeds}
        for p in (first, second)
    )
    assert len(before) == 5000
    assert before == after


@pytest.fixture
def newsroom() -> Iterator[str]:
    feed = textwrap.dedent(
        """\
        <?xml version="1.0"?><rss version="2.0"><channel><title>Harbour News</title>
        <language>en</language>
        <item><title>Bridge opens \u202eearly</title><guid>1</guid>
          <link>https://harbour.example/bridge</link>
          <pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item>
        <item><title>Ferry delayed</title><guid isPermaLink="false">2</guid></item>
        </channel></rss>"""
    )
    with NewsServer() as server:
        server.put("/feed", feed, content_type="application/rss+xml")
        server.put("/page", "<html><body>hello</body></html>")
        yield server.url("")


def test_feeds_test_shows_a_feed(newsroom: str) -> None:
    done = call("feeds", "test", f"{newsroom}/feed", "--allow-private")
    assert done.exit_code == 0, done.stderr
    assert "Harbour News" in done.stdout
    assert "2, 1 with a link, 1 with a date" in done.stdout
    assert "2026-03-02 10:00" in done.stdout
    assert "\u202e" not in done.stdout


def test_feeds_test_as_json(newsroom: str) -> None:
    done = call("feeds", "test", f"{newsroom}/feed", "--allow-private", "--json")
    found = json.loads(done.stdout)
    assert (found["title"], found["entries"], found["status"]) == (
        "Harbour News",
        2,
        200,
    )
    assert found["items"][0]["published_at"] == "2026-03-02T10:00:00Z"


@pytest.mark.parametrize(
    ("path", "flags", "code", "told"),
    [
        ("/page", ["--allow-private"], 1, "is an HTML page, not a feed"),
        ("/none", ["--allow-private"], 1, "404"),
        ("/feed", [], 1, "not a public address"),
    ],
)
def test_feeds_test_says_what_is_wrong(
    newsroom: str, path: str, flags: list[str], code: int, told: str
) -> None:
    done = call("feeds", "test", newsroom + path, *flags)
    assert done.exit_code == code
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_feeds_test_of_neither_url_nor_name(mine: Path) -> None:
    done = call("feeds", "test", "harbor", "--config", mine)
    assert done.exit_code == 2
    assert 'did you mean "harbour"?' in done.stderr

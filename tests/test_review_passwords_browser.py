"""A desk whose people sign in with passwords, through Datasette's plug-in for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip(
    "datasette_auth_passwords", reason="needs the package datasette-auth-passwords"
)

from datasette_auth_passwords.utils import hash_password

from monitor.store import open_store
from tests import browser, newsroom
from tests.browser import ROOT
from tests.review_desk import told_four
from tests.review_window import Desk, window

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(browser.why_not() is not None, reason=str(browser.why_not())),
    pytest.mark.timeout(300),
]
PLUGINS = """
plugins:
  datasette-auth-passwords:
    bo_password_hash: {hashed}
    actors:
      bo: {{id: bo, name: Bo Lind}}
"""


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[Desk]:
    """A window without a name, on pages that others on the network can reach."""
    config = newsroom.write_config(tmp_path)
    metadata = tmp_path / "datasette.yaml"
    ours = (ROOT / "config/datasette.yaml").read_text()
    metadata.write_text(ours + PLUGINS.format(hashed=hash_password("tide tables")))
    options = ("--host", "0.0.0.0", "--allow-host", "desk.example")
    with (
        open_store(told_four(tmp_path)) as store,
        browser.served(config, *options, "--metadata", str(metadata)) as served,
        browser.opened() as chromium,
    ):
        base = served.base.replace("0.0.0.0", "127.0.0.1")
        desk = window(chromium, base, store)
        yield desk
        assert [text for text in desk.complaints if "403" not in text] == []


def is_accessible(desk: Desk) -> bool:
    """The pages of the plug-in are ours too: no style that the policy would refuse."""
    from axe_playwright_python.sync_playwright import Axe

    return Axe().run(desk.page).violations_count == 0


def sign_in(desk: Desk, name: str, password: str) -> None:
    desk.follow(desk.page.get_by_role("link", name="Sign in"))
    assert is_accessible(desk)
    desk.page.get_by_label("Name").fill(name)
    desk.page.get_by_label("Password").fill(password)
    desk.press("Sign in")


def test_people_sign_in_and_what_they_do_has_their_name(stranger: Desk) -> None:
    desk = stranger
    with desk.store.writing() as db:
        db.execute("UPDATE feeds SET last_ok_at = '2020-01-01T00:00:00Z', failures = 9")
    assert desk.go("/?state=all").status == 403
    assert "Sign in to read this" in desk.main()
    # nothing of the desk is told to who may not read
    assert "blind" not in desk.main()
    assert "Gazette" not in desk.page.content()

    sign_in(desk, "bo", "tide table")
    assert "Invalid username or password" in desk.main()
    assert desk.go("/").status == 403

    sign_in(desk, "bo", "tide tables")
    assert desk.page.url == f"{desk.base}/"
    assert "Bo Lind" in desk.page.inner_text(".whoami")
    assert "blind" in desk.main()
    desk.go("/?state=all")
    desk.press("Acknowledge")
    assert "acknowledged by Bo Lind" in desk.main()
    assert (
        desk.store.all(
            "SELECT DISTINCT acknowledged_by FROM alerts WHERE acknowledged_at IS NOT NULL"
        )[0][0]
        == "Bo Lind"
    )

    desk.follow(desk.page.get_by_role("link", name="sign out"))
    assert is_accessible(desk)
    desk.press("Sign out")
    assert desk.go("/").status == 403

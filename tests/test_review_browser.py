"""The review pages in a real browser: every page, every action, nothing that runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.store import Store, open_store
from tests import browser, newsroom, store_rows
from tests.review_desk import told_four
from tests.review_window import Desk, opened, paths, window

pytestmark = [
    pytest.mark.skipif(browser.why_not() is not None, reason=str(browser.why_not())),
    pytest.mark.timeout(300),
]
HOSTILE = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>"\'</title>'


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser.opened() as found:
        yield found


@pytest.fixture(scope="module")
def desk(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """For tests that only read: they share it, in any order."""
    with opened(chromium, tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture
def own_desk(chromium: Any, tmp_path: Path) -> Iterator[Desk]:
    """For a test that changes what others would read."""
    with opened(chromium, tmp_path) as found:
        yield found


@pytest.fixture(autouse=True)
def _no_complaints(request: pytest.FixtureRequest) -> Iterator[None]:
    names = {"desk", "own_desk"} & set(request.fixturenames)
    desks: list[Desk] = [request.getfixturevalue(name) for name in names]
    yield
    for desk in desks:
        complaints, desk.complaints[:] = list(desk.complaints), []
        assert complaints == []


# ------------------------------------------------------------------ each page


def violations(desk: Desk, path: str) -> list[str]:
    """What axe-core finds on a page, light and dark."""
    from axe_playwright_python.sync_playwright import Axe

    desk.go(path)
    # every disclosure open, so that what it hides is looked at too
    desk.page.evaluate(
        "document.querySelectorAll('details').forEach(d => d.open = true)"
    )
    found = []
    for scheme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=scheme)
        only = {} if scheme == "light" else {"runOnly": ["color-contrast"]}
        result = Axe().run(desk.page, options={"resultTypes": ["violations"], **only})
        if result.violations_count:
            found.append(f"{scheme} {path}: {result.generate_report()[:900]}")
    desk.page.emulate_media(color_scheme="light")
    return found


def test_the_main_pages_are_accessible(desk: Desk) -> None:
    every = paths(desk.store)
    assert [
        v for path in (every[0], every[2], every[4]) for v in violations(desk, path)
    ] == []


@pytest.mark.long
def test_every_page_is_accessible_in_light_and_dark(desk: Desk) -> None:
    assert [v for path in paths(desk.store) for v in violations(desk, path)] == []


def test_the_check_of_accessibility_can_fail(desk: Desk) -> None:
    from axe_playwright_python.sync_playwright import Axe

    desk.go("/feeds")
    desk.page.evaluate("document.documentElement.removeAttribute('lang')")
    assert Axe().run(desk.page, options={"runOnly": ["html-has-lang"]}).violations_count


def test_every_page_fits_a_phone(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 360, "height": 740})
    wide = []
    for path in paths(desk.store):
        desk.go(path)
        if desk.page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(path)
    desk.page.set_viewport_size({"width": 1200, "height": 900})
    assert wide == []


def test_the_way_through_the_pages_and_back(desk: Desk) -> None:
    page = desk.page
    desk.go("/?state=all")
    page.get_by_role("link", name="Figure up").click()
    page.wait_for_url("**/change/*")
    page.locator("main .over a").click()
    page.wait_for_url("**/claim/*")
    assert page.locator("svg[role=img]").is_visible()
    # the story above is named alike
    articles = page.locator("main section").filter(has_text="Carried by")
    articles.get_by_role("link", name="Fire kills 12 in Port Arlen").first.click()
    page.wait_for_url("**/article/*")
    page.get_by_label("as").select_option("side by side")
    desk.press("Show")
    assert page.locator("table.sides").is_visible()
    for _ in range(4):
        page.go_back()
    assert page.url.endswith("/?state=all")
    assert page.locator(".change").count() == 4


def test_keys_move_and_search(desk: Desk) -> None:
    page = desk.page
    desk.go("/?state=all")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator(".change").first.get_attribute("id")
    assert page.evaluate("document.activeElement.closest('.change').id") == first
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/*")
    page.go_back()
    page.keyboard.press("/")
    page.keyboard.type("gas leak")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=gas+leak")
    assert page.locator("mark").first.inner_text() == "gas"
    # the first stop of the keyboard leads past the menu
    desk.go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"


def test_the_filter_narrows_and_is_kept_in_the_address(desk: Desk) -> None:
    page = desk.page
    desk.go("/?state=all&order=newest")
    filter_ = page.locator("details.filter")
    filter_.locator("summary").click()
    filter_.get_by_label("Kind").select_option("figure")
    filter_.get_by_label("Source", exact=True).fill("fire service")
    filter_.get_by_label("Outlet").select_option("Gazette")
    filter_.get_by_label("Topic").select_option("fire")
    filter_.get_by_label("Severity").select_option("normal")
    filter_.get_by_label("Since").fill("9999d")
    desk.press("Show")
    assert page.locator(".change").count() == 1
    assert "kind=figure" in page.url
    filter_.get_by_label("State").select_option("acknowledged")
    desk.press("Show")
    assert page.locator(".change").count() == 0
    page.go_back()
    assert page.locator(".change").count() == 1
    # its lists hold the same
    with page.expect_response("**/changes.json?**") as answer:
        page.get_by_role("link", name="JSON").click()
    assert [change["kind"] for change in answer.value.json()] == ["figure"]


# ------------------------------------------------------------------ each action


def test_each_action_is_done_and_shown(own_desk: Desk) -> None:
    desk = own_desk
    page, store = desk.page, desk.store
    desk.go("/?state=all")
    desk.press("Acknowledge")
    assert "acknowledged by ana" in desk.main()
    assert page.url.endswith("/?state=all")

    page.get_by_text("Silence…").first.click()
    page.get_by_label("Why").first.fill("known since noon")
    desk.press("Silence")
    assert "silence 1 begins" in desk.main()

    claim = store.all("SELECT claim_id FROM changes WHERE kind='figure'")[0][0]
    desk.go(f"/claim/{claim}")
    desk.press("Pin what")
    assert "by ana" in desk.main()
    desk.press("Unpin what")
    page.get_by_label("Add a note").fill("ask the harbour master")
    desk.press("Keep the note")
    assert "ask the harbour master" in desk.main()

    desk.press("It is this claim")
    assert "is now part of claim" in desk.main()
    page.get_by_text("Merge or split").click()
    page.locator("fieldset input").last.check()
    desk.press("Split")
    assert "are now claim" in desk.main()

    desk.go("/search?q=killed")
    page.get_by_label("Keep this search as").fill("tolls")
    desk.press("Save")
    desk.follow(page.get_by_role("link", name="tolls"))
    assert page.url.endswith("/search?q=killed")
    desk.press("Remove the search tolls")
    assert "search removed" in desk.main()

    desk.go("/")
    desk.press("Mark all as read")
    assert "Nothing new" in desk.main()
    assert "You have seen everything" in desk.main()


def test_a_link_signs_in_once(chromium: Any, tmp_path: Path) -> None:
    config = newsroom.write_config(tmp_path)
    with (
        open_store(told_four(tmp_path)) as store,
        browser.served(config) as served,
    ):
        stranger = window(chromium, served.base, store)
        stranger.go("/?state=all")
        assert "reading only" in stranger.main()
        assert stranger.page.get_by_role("button", name="Acknowledge").count() == 0
        # what a browser without a name has read, it keeps itself
        stranger.press("Mark all as read")
        assert "Nothing new" in stranger.main()
        stranger.go("/")
        assert "You have seen everything" in stranger.main()
        one = window(chromium, served.base, store, served.link)
        assert "ana" in one.page.inner_text(".whoami")
        one.go("/")
        assert one.page.locator(".change").count() == 4
        other = window(chromium, served.base, store)
        answer = other.page.goto(served.link)
        assert answer is not None
        assert answer.status == 403
        for desk in (stranger, one, other):
            desk.page.context.close()


# ------------------------------------------------------------------ hostile and alive


def poison(store: Store) -> list[str]:
    """Markup in all that comes from outside; the pages that show it."""
    article = store_rows.add_article(store)
    said = store_rows.mention(f"At least 12 died {HOSTILE}")
    claim = store_rows.add_claim(store, said, article=article)
    names = {"source": HOSTILE, "outlet": HOSTILE, "outlets": (HOSTILE,)}
    told = store_rows.change(claim, topics=(HOSTILE,), reason=HOSTILE, **names)
    _, [key] = store_rows.add_change(
        store, told, store_rows.placement(), article=article
    )
    with store.writing() as db:
        for table in ("articles", "stories"):
            db.execute(f"UPDATE {table} SET title = ?", (HOSTILE,))
        db.execute("UPDATE articles SET url = 'javascript:window.evil=1'")
        db.execute(
            "UPDATE revisions SET text = text || ?, correction = ?", (HOSTILE,) * 2
        )
        db.execute("UPDATE sources SET name = ?", (HOSTILE,))
        db.execute("UPDATE measures SET label = ?", (HOSTILE,))
        db.execute("UPDATE feeds SET name = ?, outlet = ?, error = ?", (HOSTILE,) * 3)
    return [
        *("/?state=all", "/claim/1", "/article/1", "/article/1?side=1", "/story/1"),
        *("/change/1", f"/alert/{key}", "/alerts", "/sources", "/outlets", "/feeds"),
        *("/stories", "/search?q=died", f"/search?q={HOSTILE}&in=articles"),
        *("/claimwatch/articles", "/claimwatch/changes"),
    ]


def test_nothing_from_the_news_runs(chromium: Any, tmp_path: Path) -> None:
    config = newsroom.write_config(tmp_path)
    with open_store(tmp_path / "claimwatch.db") as store:
        poisoned = poison(store)
        with browser.served(config) as served:
            desk = window(chromium, served.base, store, served.link)
            desk.page.on(
                "dialog", lambda dialog: desk.complaints.append(dialog.message)
            )
            for path in poisoned:
                desk.go(path)
                assert desk.page.evaluate("window.evil") is None, path
                for href in desk.page.eval_on_selector_all(
                    "main a", "links => links.map(a => a.protocol)"
                ):
                    assert href in ("http:", "https:"), path
            # links made of such names lead to their pages
            desk.go("/sources")
            desk.follow(desk.page.locator("main a").first)
            assert "window.evil" in desk.page.inner_text("h1")
            # and if a page did let something through, the browser would refuse it
            with desk.page.expect_console_message(
                lambda said: "Content Security Policy" in said.text
            ):
                desk.page.evaluate(
                    "document.body.insertAdjacentHTML('beforeend', "
                    "'<img src=x onerror=\"window.evil=1\">')"
                )
            # it has failed by now, and called nobody
            desk.page.evaluate(
                "const image = [...document.images].at(-1); new Promise(done => "
                "image.complete ? done() : image.addEventListener('error', done))"
            )
            assert desk.page.evaluate("window.evil") is None
            desk.page.context.close()


def test_an_empty_database_has_pages(chromium: Any, tmp_path: Path) -> None:
    config = newsroom.write_config(tmp_path)
    with (
        open_store(tmp_path / "claimwatch.db") as store,
        browser.served(config) as served,
    ):
        desk = window(chromium, served.base, store, served.link)
        for path in (
            "/",
            "/stories",
            "/sources",
            "/outlets",
            "/feeds",
            "/alerts",
            "/search",
        ):
            assert desk.go(path).status == 200
        assert "No change so far" in desk.go("/").text()
        assert desk.complaints == []
        desk.page.context.close()


def test_pages_answer_while_the_daemon_writes(own_desk: Desk) -> None:
    """Readers never wait for a writer, and see what is committed."""
    claim = own_desk.store.all("SELECT min(claim_id) FROM claims")[0][0]
    ending = threading.Event()
    written: list[int] = []

    def write() -> None:
        with open_store(own_desk.store.path) as store:
            while not ending.is_set():
                told = store_rows.change(
                    claim, toll=len(written), detected_at=datetime.now(UTC)
                )
                written.append(store_rows.add_change(store, told)[0])
            store.close()

    daemon = threading.Thread(target=write)
    daemon.start()
    try:
        for _ in range(6):
            assert own_desk.go("/?state=all").status == 200
            assert own_desk.go(f"/claim/{claim}").status == 200
    finally:
        ending.set()
        daemon.join()
    assert written
    own_desk.go("/?state=all")
    assert own_desk.page.locator(f"#c{written[-1]}").is_visible()

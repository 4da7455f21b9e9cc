"""Datasette's hooks: our routes, our headers, our menu. State hangs on the instance."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import Response, hookimpl
from datasette.plugins import pm
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Forbidden

from monitor.errors import ClaimwatchError, StoreError, UsageError
from monitor.review import exports
from monitor.review.actions import ACTIONS, local
from monitor.review.pages import alerts, article, claim, find, now, story, voices
from monitor.review.site import Answer, Ask, Page, Reader, Site
from monitor.review.templating import FILTERS
from monitor.store import overview
from monitor.store.review import marks
from monitor.store.review.voices import feeds as feed_health

log = logging.getLogger(__name__)

# Nothing from elsewhere, no inline script or style, no framing. Datasette's own pages
# get it too and lose a few conveniences of their scripts.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# Where readers without a name keep what they have seen.
COOKIE = "claimwatch_look"
FORBIDDEN, NOT_FOUND = 403, 404
_YEAR = 365 * 24 * 3600
_FORMS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "jsonld": "application/ld+json; charset=utf-8",
}
_FORM = r"(?:\.(?P<form>csv|json|atom|jsonld))?$"
PAGES: tuple[tuple[str, Page], ...] = (
    (r"/$", now.page),
    (r"/changes" + _FORM, now.page),
    (r"/topic/(?P<name>[^/]+?)" + _FORM, now.topic),
    (r"/claim/(?P<id>\d{1,18})" + _FORM, claim.page),
    (r"/article/(?P<id>\d{1,18})" + _FORM, article.page),
    (r"/change/(?P<id>\d{1,18})" + _FORM, alerts.change),
    (r"/stories" + _FORM, story.listed),
    (r"/story/(?P<id>\d{1,18})" + _FORM, story.page),
    (r"/(?P<label>source|outlet)s" + _FORM, voices.listed),
    (r"/(?P<label>source|outlet)/(?P<name>.+?)" + _FORM, voices.page),
    (r"/feeds" + _FORM, voices.feeds),
    (r"/alerts" + _FORM, alerts.listed),
    (r"/alert/(?P<key>A-[0-9a-f-]+)" + _FORM, alerts.page),
    (r"/search" + _FORM, find.page),
)


def site_of(datasette: Any) -> Site | None:
    """The review that this Datasette serves; None for any other Datasette."""
    found: Site | None = getattr(datasette, "claimwatch", None)
    return found


@hookimpl  # type: ignore[untyped-decorator]
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """Our pages come before Datasette's tables."""
    site = site_of(datasette)
    if site is None:
        return []
    routes: list[tuple[str, Callable[..., Any]]] = [
        (pattern, _view(site, page)) for pattern, page in PAGES
    ]
    return [*routes, (r"/-/do/(?P<action>[a-z]+)$", _act(site))]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """What our templates use beyond Jinja2's own."""
    site = site_of(datasette)
    if site is not None:
        env.filters.update(FILTERS(site.config.timezone, site.clock))


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """The way back from Datasette's tables."""
    return [{"href": "/", "label": "Claimwatch"}] if site_of(datasette) else []


@hookimpl  # type: ignore[untyped-decorator]
def forbidden(datasette: Any, request: Any, message: str) -> Callable[..., Any] | None:
    """What a reader may not see or do, on a page of ours."""
    site = site_of(datasette)
    if site is None:
        return None
    return lambda: _message(datasette, request, site, FORBIDDEN, message)


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Callable[..., Any] | None:
    """What is not there, on a page of ours; programs get Datasette's JSON."""
    site = site_of(datasette)
    status = getattr(exception, "status", 500)
    if site is None or request.path.endswith(".json"):
        return None
    text = "There is no such page." if status == NOT_FOUND else str(exception)
    return lambda: _message(datasette, request, site, status, text)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Check who is asked for, and put the headers on every answer."""

    def wrap(app: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        if site_of(datasette) is None:
            return app

        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return

            async def headed(message: Any) -> None:
                if message["type"] == "http.response.start":
                    ours = {name for name, _ in HEADERS}
                    kept = [
                        (name, value)
                        for name, value in message.get("headers", ())
                        if name.lower() not in ours
                    ]
                    message["headers"] = [*kept, *HEADERS]
                await send(message)

            if not _is_ours(datasette, scope):
                body = b"This is not the name of this server."
                answer = Response(body, status=421)
                await answer.asgi_send(headed)
                return
            await app(scope, receive, headed)

        return guarded

    return wrap


def _is_ours(datasette: Any, scope: Any) -> bool:
    """Whether the Host is one of ours: a page elsewhere may point its name at us."""
    hosts: frozenset[str] = datasette.claimwatch_hosts
    given = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    name = re.sub(r":\d+$", "", given).strip("[]").lower()
    return not hosts or name in hosts


# ------------------------------------------------------------------ reading


def _view(site: Site, page: Page) -> Callable[..., Any]:
    async def view(request: Any, datasette: Any) -> Any:
        actor = request.actor
        if not await datasette.permission_allowed(actor, "view-instance", default=True):
            return await _message(
                datasette, request, site, FORBIDDEN, "Sign in to read this."
            )
        loop = asyncio.get_running_loop()
        try:
            ask = await loop.run_in_executor(None, _asked, site, request)
            answer = await loop.run_in_executor(None, page, site, ask)
            if answer is None:
                return await _message(
                    datasette, request, site, 404, "There is nothing of that name."
                )
            return await _answer(datasette, request, site, ask, answer)
        except StoreError as error:
            return await _message(datasette, request, site, 503, str(error))

    return view


def _asked(site: Site, request: Any) -> Ask:
    args = {k: v for k, v in request.url_vars.items() if v is not None}
    for name in ("name", "key"):
        if name in args:
            args[name] = _unquoted(args[name])
    params = {key: request.args.get(key) or "" for key in request.args}
    return Ask(
        path=request.path,
        args=args,
        params=params,
        reader=_reader(site, request),
        now=site.clock.now(),
        form=args.get("form", "html"),
        base=f"{request.scheme}://{request.host}",
    )


def _unquoted(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


def author_of(site: Site, request: Any) -> str | None:
    """The name under which this reader acts; None if nobody signed in."""
    actor = request.actor
    if not actor:
        return None
    if actor.get("id") == "root":
        return site.owner
    return str(actor.get("name") or actor.get("id") or "") or None


def _reader(site: Site, request: Any) -> Reader:
    author = author_of(site, request)
    if author is not None:
        seen = marks.looked(site.store, author)
        return Reader(author, *(seen or (0, None)))
    kept = request.cookies.get(COOKIE, "")
    marker = int(kept) if kept.isascii() and kept.isdigit() and len(kept) < 19 else 0
    return Reader(None, marker)


async def _answer(
    datasette: Any, request: Any, site: Site, ask: Ask, answer: Answer
) -> Any:
    if ask.form == "html":
        body = await _render(
            datasette, request, site, answer.template, {"ask": ask, "answer": answer}
        )
        return Response.html(body)
    exported = _exported(answer, ask)
    if exported is None:
        return await _message(
            datasette, request, site, 404, "This page has no such form."
        )
    headers = {"link": f'<{answer.onward}>; rel="next"'} if answer.onward else {}
    return Response(exported, headers=headers, content_type=_FORMS[ask.form])


def _exported(answer: Answer, ask: Ask) -> str | None:
    if ask.form == "csv" and answer.rows is not None:
        return exports.as_csv(answer.rows)
    if ask.form == "atom" and answer.changes is not None:
        return exports.as_atom(answer, ask)
    if ask.form == "jsonld" and answer.linked is not None:
        return json.dumps(answer.linked, ensure_ascii=False, indent=1)
    if ask.form == "json":
        return json.dumps(answer.json, ensure_ascii=False, default=exports.json_value)
    return None


async def _render(
    datasette: Any, request: Any, site: Site, template: str, view: dict[str, Any]
) -> str:
    loop = asyncio.get_running_loop()
    # who may not read is not told how the feeds are
    feeds = await loop.run_in_executor(
        None,
        lambda: (
            []
            if view.get("status") == FORBIDDEN
            else feed_health(site.store, now=site.clock.now())
        ),
    )
    found = datasette.jinja_env.get_template(f"review/{template}")
    body: str = await found.render_async(
        **view,
        author=author_of(site, request),
        sign_in=await _sign_in(datasette, request),
        csrftoken=request.scope["csrftoken"],
        messages=datasette._show_messages(request),
        here=request.path
        + ("?" if request.query_string else "")
        + request.query_string,
        blind=[feed for feed in feeds if feed["is_blind"]],
        feed_count=len(feeds),
        now=site.clock.now(),
        overdue=overview.OVERDUE,
    )
    return body


async def _sign_in(datasette: Any, request: Any) -> str | None:
    """Where a configured plug-in of Datasette signs people in, if one does."""
    if not datasette.metadata("plugins"):
        return None
    for offered in pm.hook.menu_links(datasette=datasette, actor=None, request=request):
        for link in await await_me_maybe(offered) or ():
            if str(link["href"]).endswith("/-/login"):
                return str(link["href"])
    return None


async def _message(
    datasette: Any, request: Any, site: Site, status: int, text: str
) -> Any:
    body = await _render(
        datasette, request, site, "message.html", {"text": text, "status": status}
    )
    return Response.html(body, status=status)


# ------------------------------------------------------------------ acting


def _act(site: Site) -> Callable[..., Any]:
    async def act(request: Any, datasette: Any) -> Any:
        name = request.url_vars["action"]
        if request.method != "POST" or name not in ACTIONS:
            return await _message(datasette, request, site, 405, "Nothing was done.")
        form = await request.post_vars()
        back = local(form.get("back"))
        author = author_of(site, request)
        answer = Response.redirect(back, status=303)
        if author is None and name == "look":
            answer.set_cookie(
                COOKIE, form.get("change", ""), max_age=_YEAR, httponly=True
            )
            return answer
        if author is None:
            raise Forbidden("Sign in to do this.")
        loop = asyncio.get_running_loop()
        try:
            done = await loop.run_in_executor(
                None,
                lambda: ACTIONS[name](site.writer(), form, author, site.clock.now()),
            )
        except UsageError as error:
            datasette.add_message(request, str(error), datasette.ERROR)
            return answer
        except ClaimwatchError as error:
            log.warning("action=%s error=%s", name, error)
            return await _message(datasette, request, site, 503, str(error))
        datasette.add_message(request, done, datasette.INFO)
        return answer

    return act

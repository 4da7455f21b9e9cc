"""A feed's own headers, basic auth and cookies, as request headers. All secrets."""

from __future__ import annotations

import base64
from http.cookiejar import MozillaCookieJar
from urllib.request import Request as CookieRequest

from monitor.settings import FeedConfig


def request_headers(config: FeedConfig | None, url: str) -> tuple[tuple[str, str], ...]:
    """Headers to send to `url`; cookies are those of the jar that fit the URL."""
    if config is None:
        return ()
    headers = list(config.headers.items())
    if config.auth:
        token = base64.b64encode(config.auth.encode()).decode()
        headers.append(("Authorization", f"Basic {token}"))
    cookie = _cookies(config, url)
    if cookie:
        headers.append(("Cookie", cookie))
    return tuple(headers)


def _cookies(config: FeedConfig, url: str) -> str | None:
    if config.cookies_file is None:
        return None
    jar = MozillaCookieJar(str(config.cookies_file))
    # config has checked that the file can be read
    jar.load(ignore_discard=True, ignore_expires=True)
    request = CookieRequest(url)  # noqa: S310 - never opened; it only carries the URL
    jar.add_cookie_header(request)
    return request.get_header("Cookie")

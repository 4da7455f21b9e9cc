"""Why a fetch failed, in one of our words and a line for people."""

from __future__ import annotations

import ssl

import aiohttp
from aiohttp.http_exceptions import LineTooLong, TransferEncodingError

from monitor.fetch import guard


def cause_of(error: Exception) -> tuple[str, str]:
    """The stable word and a human line for what the library raised."""
    # the library wraps what its parser found, twice
    layers: list[BaseException] = [error]
    while layers[-1].__cause__ is not None:
        layers.append(layers[-1].__cause__)
    for kinds, word, line in _CAUSES:
        if any(isinstance(layer, kinds) for layer in layers):
            return word, line or _os_reason(error)
    if any("Too many headers" in str(layer) for layer in layers):
        return "too-large", "headers without end"
    return "protocol", f"not a valid answer ({type(error).__name__})"


def _os_reason(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(reason).split())[:120]


# First match wins: subclasses before their bases. An empty line takes the system's.
_CAUSES: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        (guard.UnknownHost, aiohttp.ClientConnectorDNSError),
        "dns",
        "the host name is unknown",
    ),
    (
        (ssl.SSLCertVerificationError, aiohttp.ClientConnectorCertificateError),
        "tls",
        "its certificate is not valid",
    ),
    ((aiohttp.ClientSSLError, ssl.SSLError), "tls", "no secure connection"),
    ((aiohttp.ClientProxyConnectionError,), "connect", "the proxy can't be reached"),
    ((aiohttp.ClientHttpProxyError,), "connect", "the proxy refused"),
    ((aiohttp.ServerDisconnectedError,), "protocol", "hung up without an answer"),
    ((LineTooLong,), "too-large", "a header line without end"),
    (
        (aiohttp.ClientPayloadError, TransferEncodingError),
        "truncated",
        "the body is damaged or cut short",
    ),
    ((aiohttp.InvalidURL,), "protocol", "not a valid URL"),
    ((aiohttp.ClientOSError, OSError), "connect", ""),
)

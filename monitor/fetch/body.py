"""Bodies: decompressed by us, so that the cap counts what comes out.

aiohttp would accept a truncated gzip body as complete; here the end must be there.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

from monitor.errors import FetchError

_GZIP = zlib.MAX_WBITS | 16
_RAW_DEFLATE = -zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"
# Real ones have one or two; thousands of empty ones would copy the rest each time.
_MOST_MEMBERS = 64
# Decompressed at once: so much beyond the cap is in memory at most.
_PIECE = 64 * 1024


class Inflater:
    """Decompresses gzip (also of several members) or deflate (also without header)."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._stream = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
        self._started = False
        self._members = 1
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` decompresses to, piece by piece: a bomb need not be all in memory."""
        if not data:
            return
        if self._stream is None:
            self._stream = zlib.decompressobj(_deflate_bits(data[0]))
        self._started = True
        more = True
        while more:
            if self._stream.eof:
                data = self._rest + data
                if self._encoding != "gzip" or not _MAGIC.startswith(data[:2]):
                    return  # padding after the end, which everyone ignores
                if len(data) < len(_MAGIC):
                    self._rest = data
                    return
                self._rest = b""
                self._members += 1
                if self._members > _MOST_MEMBERS:
                    raise zlib.error("too many members")
                self._stream = zlib.decompressobj(_GZIP)
            piece = self._stream.decompress(data, _PIECE)
            yield piece
            ended = self._stream.eof
            data = self._stream.unused_data if ended else self._stream.unconsumed_tail
            # a full piece may leave output behind without any input
            more = bool(data) or (len(piece) == _PIECE and not ended)

    @property
    def complete(self) -> bool:
        """Whether the end of the compressed data has been seen."""
        return not self._started or (self._stream is not None and self._stream.eof)


def _deflate_bits(first: int) -> int:
    # RFC 1950 data starts with method 8; many servers send bare RFC 1951 instead
    return zlib.MAX_WBITS if first & 0x0F == 8 else _RAW_DEFLATE


async def read(
    chunks: AsyncIterator[bytes],
    *,
    encoding: str,
    limit: int,
    shown: str,
    may_be_cut: bool = False,
) -> bytes:
    """The whole body, decompressed, or a FetchError that names `shown`.

    What `may_be_cut` is read up to the limit instead.
    """
    inflater = Inflater(encoding) if encoding else None
    body = bytearray()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        try:
            for piece in inflater.feed(chunk) if inflater else (chunk,):
                body += piece
                if len(body) > limit:
                    break
        except zlib.error as error:
            raise FetchError("encoding", f"{shown}: damaged {encoding} data") from error
        if may_be_cut and len(body) > limit:
            return bytes(body[:limit])
        if len(body) > limit or received > limit:
            size = f"{limit / 1e6:g} MB" if limit >= 1e5 else f"{limit} bytes"
            raise FetchError("too-large", f"{shown}: longer than {size}")
    if inflater and not inflater.complete:
        raise FetchError("truncated", f"{shown}: the {encoding} data ends too early")
    return bytes(body)

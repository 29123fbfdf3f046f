"""Unpacks a reply piece by piece, never more than a bound at once: a small reply can unpack to gigabytes.

All members of a gzip body are read, and one that breaks off is an error: half an article looks like a whole one. A body
that is gzip without saying so, as files are on some servers (`feed.xml.gz`), is unpacked as well.
"""

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator

import webencodings

from contracts.errors import BadSourceReply

#: Also what belongs into other headers, and how S3 was fed.
_NONE = frozenset({"", "identity", "none", "7bit", "8bit", "binary", "chunked", "aws-chunked"})
_GZIP = frozenset({"gzip", "x-gzip"})
#: How a gzip file begins; no text does.
_MAGIC = b"\x1f\x8b\x08"
_WRAPPED, _BARE, _OF_GZIP = zlib.MAX_WBITS, -zlib.MAX_WBITS, 16 + zlib.MAX_WBITS


class _Packed:
    """One layer of gzip or deflate."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._unpack = zlib.decompressobj(_OF_GZIP if gzip else _WRAPPED)
        #: Whether the current member has begun, and whether one has ended.
        self._begun = self._ended = False
        self._rubbish = False

    @property
    def whole(self) -> bool:
        """Whether nothing is missing at this point."""
        return not self._begun

    def pieces(self, data: bytes, most: int) -> Iterator[bytes]:
        """What `data` holds, at most `most` bytes at once. Raises zlib.error."""
        while data and not self._rubbish:
            piece = self._piece(data, most)
            self._begun = not self._unpack.eof and not self._rubbish
            yield piece
            data = self._unpack.unconsumed_tail
            if self._unpack.eof:
                data = self._unpack.unused_data
                self._ended, self._rubbish = True, not self._gzip
                self._unpack = zlib.decompressobj(_OF_GZIP)

    def _piece(self, data: bytes, most: int) -> bytes:
        try:
            return self._unpack.decompress(data, most)
        except zlib.error:
            if self._ended:
                # Behind the last member: programs pad with zeros, and all others ignore that.
                self._rubbish = True
                return b""
            if self._gzip or self._begun:
                raise
            # Deflate without the header that it should have: browsers read it, too.
            self._unpack = zlib.decompressobj(_BARE)
            return self._unpack.decompress(data, most)


async def unpacked(chunks: AsyncIterable[bytes], encodings: str, host: str, most: int) -> AsyncIterator[bytes]:
    """The body without its compression. `encodings` is what Content-Encoding says.

    Raises:
        BadSourceReply: it is packed wrongly, in a way that nobody asked for, or it breaks off.
    """
    layers = _layers(encodings, host)
    try:
        begun = False
        async for chunk in chunks:
            if not begun and not layers and chunk.startswith(_MAGIC):
                layers = [_Packed(gzip=True)]
            begun = begun or bool(chunk)
            for piece in _through(layers, chunk, most):
                yield piece
    except zlib.error:
        raise BadSourceReply(f"The reply of {host} is packed wrongly.") from None
    if not all(layer.whole for layer in layers):
        raise BadSourceReply(f"The reply of {host} breaks off: what is packed in it has no end.")


def _layers(encodings: str, host: str) -> list[_Packed]:
    names = [name.strip().lower() for name in encodings.split(",")]
    # `Content-Encoding: UTF-8` packs nothing.
    names = [name for name in names if name not in _NONE and webencodings.lookup(name) is None]
    if len(names) > 3 or any(name not in _GZIP and name != "deflate" for name in names):
        raise BadSourceReply(f"{host} sends a compression that was not asked for.")
    # The last one named was put on last.
    return [_Packed(gzip=name in _GZIP) for name in reversed(names)]


def _through(layers: list[_Packed], data: bytes, most: int) -> Iterator[bytes]:
    if not layers:
        yield data
        return
    for piece in layers[0].pieces(data, most):
        yield from _through(layers[1:], piece, most)

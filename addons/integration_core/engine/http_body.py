# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Reading an answer of unknown size: caps on bytes and on compression ratio."""

import zlib

from .errors import PermanentError

CHUNK = 65536
# A JSON list compresses 20 to 60 times; a bomb about 1000 times.
MAX_RATIO = 200
_RATIO_FROM = 1_000_000


class BodyError(PermanentError):
    """The answer is larger or packed otherwise than we accept."""


def _too_large(max_bytes):
    return BodyError(f"the answer is larger than {max_bytes} bytes")


def _inflate(chunks, max_bytes, window):
    """Decompress step by step, never holding more than the cap."""
    inflater = zlib.decompressobj(window)
    packed = 0
    parts, size = [], 0
    for chunk in chunks:
        packed += len(chunk)
        while chunk:
            part = inflater.decompress(chunk, CHUNK)
            size += len(part)
            if size > max_bytes:
                raise _too_large(max_bytes)
            if size > _RATIO_FROM and size > packed * MAX_RATIO:
                raise BodyError("the answer is packed too tightly to be honest")
            parts.append(part)
            chunk = inflater.unconsumed_tail
    if not inflater.eof:
        raise BodyError("the packed answer is not complete")
    return b"".join(parts)


def _limited(chunks, max_bytes):
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes)
        yield chunk


def read_body(raw, headers, max_bytes):
    """Body of an answer.

    :param raw: urllib3 response, nothing of it read yet
    :param headers: its headers
    :param max_bytes: cap on the bytes received and on the bytes unpacked
    :raises BodyError: over a cap, or an encoding we did not ask for
    """
    length = headers.get("content-length", "")
    if length.isdigit() and (len(length) > 15 or int(length) > max_bytes):
        raise _too_large(max_bytes)
    chunks = _limited(raw.stream(CHUNK, decode_content=False), max_bytes)
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return b"".join(chunks)
    if encoding not in ("gzip", "x-gzip"):
        raise BodyError(f"the answer is packed as “{encoding[:20]}”, not understood")
    try:
        return _inflate(chunks, max_bytes, window=16 + zlib.MAX_WBITS)
    except zlib.error:
        raise BodyError("the packed answer is damaged") from None

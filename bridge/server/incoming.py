"""The bytes of one request, until so many are there that answering needs no more.

Finds the end of the head and of the body, so that no thread has to wait for a client.
What a request means, and whether it is sound, is the parser's to say: whatever looks
odd here is handed to it as it is.  RFC 9112, sections 2, 6 and 7.
"""

from __future__ import annotations

import re

from bridge.spi.door.edge import LARGEST

LONGEST_HEADER = 16 * 1024
"""Bytes of one header, and of a chunk's first line: longer ones than any client sends
still get the application's own answer."""

LONGEST_HEAD = 64 * 1024
"""Bytes of a head that is kept while more of it comes: four of the longest headers."""

PROBES = (b"get /healthz ", b"get /readyz ", b"get /metrics ")

BARE_LF = re.compile(rb"(?<!\r)\n")
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n")
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n")
CHUNK_SIZE = re.compile(rb"[0-9a-f]{1,8}(?=[ \t;\r])", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection:[^\r]*close")
EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n")


class Incoming:
    """One request as far as it has come."""

    __slots__ = (
        *("_at", "_body", "_need", "_odd", "_trailers"),
        *("head", "ready", "received"),
    )

    def __init__(self) -> None:
        self.received = bytearray()
        self.head = b""
        """The head in small letters once it is there, its last line's end included."""

        self.ready = False
        """Whether a thread can take it: it is whole, or the parser will refuse it."""

        self._at = 0
        self._body = 0
        self._need = -1
        self._trailers = False
        self._odd = False

    def add(self, data: bytes) -> None:
        """Take what has come."""
        begin = len(self.received)
        self.received += data
        if not self.head:
            self._look_for_head(begin)
        if self.head and not self.ready:
            self._look_for_end()

    @property
    def begun(self) -> bool:
        """Whether it is more than the empty line that may come before a request."""
        return bytes(self.received[:3]) not in (b"", b"\r", b"\r\n")

    @property
    def whole(self) -> bool:
        """Whether it is there to its last byte, for all that can be seen from here."""
        return self.ready and bool(self.head) and len(self.received) >= self._at

    @property
    def certain(self) -> bool:
        """Whether every parser finds its end where it is found here.

        Chunks with more than a size, and trailers, are what parsers disagree about: no
        other request follows them on the connection, and the answer says so.
        """
        return self.whole and not self._odd

    @property
    def expects(self) -> bool:
        """Whether its client waits for a word before it sends the body."""
        return b" http/1.1\r\n" in self.head and bool(EXPECTS.search(self.head))

    @property
    def closes(self) -> bool:
        """Whether its client wants no other answer on this connection."""
        return bool(CLOSES.search(self.head))

    @property
    def repeatable(self) -> bool:
        """Whether another request may follow an answer that is given without parsing.

        Certain only for a plain head and a body of known length, with nothing behind
        it.  What answers a HEAD has no body, so that is left to the parser.
        """
        line = self.head.partition(b"\r\n")[0]
        return (
            self.whole
            and len(self.received) == self._at
            and line.endswith(b" http/1.1")
            and not line.startswith(b"head ")
            and not self.closes
            and self.head.count(b"content-length") == (self._need > 0)
            and b"transfer-encoding" not in self.head
        )

    @property
    def probes(self) -> bool:
        """Whether a machine asks how this process is."""
        return self.head.startswith(PROBES)

    def _look_for_head(self, begin: int) -> None:
        end = self.received.find(b"\r\n\r\n", max(0, begin - 3))
        if end >= 0:
            self.head = bytes(self.received[: end + 2]).lower()
            self._at = self._body = end + 4
            return
        too_long = len(self.received) > LONGEST_HEAD
        # Neither will ever be a head; a TLS handshake, for instance, is none.
        no_line = bool(BARE_LF.search(self.received, begin))
        no_text = not (self.received[0] == 0x0D or 0x20 < self.received[0] < 0x7F)
        self.ready = too_long or no_line or no_text

    def _look_for_end(self) -> None:
        if self._need < 0:
            self._begin_body()
        if not self.ready and self._need:
            self._at = self._need
            self.ready = len(self.received) >= self._at
        elif not self.ready:
            self._look_for_last_chunk()

    def _begin_body(self) -> None:
        """Find out what follows the head."""
        length = LENGTH.search(self.head)
        has_length = self.head.count(b"\r\ncontent-length:")
        has_coding = b"\r\ntransfer-encoding:" in self.head
        if not has_length and not has_coding:
            self.ready = True
        elif length and has_length == 1 and not has_coding:
            size = int(length[1])
            self._need = self._body + size
            if size > LARGEST:
                self._leave_to_parser()
        elif CHUNKED.search(self.head) and not has_length:
            self._need = 0
        else:
            self._leave_to_parser()

    def _look_for_last_chunk(self) -> None:
        received = self.received
        while not self.ready:
            end = received.find(b"\r\n", self._at)
            if end < 0:
                if len(received) - self._at > LONGEST_HEADER:
                    self._leave_to_parser()
                return
            if self._trailers:
                self.ready, self._at = end == self._at, end + 2
                self._odd |= not self.ready
                if self._at - self._body > 2 * LARGEST:
                    self._leave_to_parser()
                continue
            size = CHUNK_SIZE.match(received, self._at)
            after = end + 4 + int(size[0], 16) if size else 0
            self._odd |= not size or size.end() != end
            if not size or after - self._body > 2 * LARGEST:
                self._leave_to_parser()
            elif int(size[0], 16) == 0:
                self._trailers, self._at = True, end + 2
            elif len(received) < after:
                return
            else:
                self._at = after

    def _leave_to_parser(self) -> None:
        """Give it to a thread as it is: no more of it is read, and nothing after it."""
        self.ready = True
        self._at = len(self.received) + 1

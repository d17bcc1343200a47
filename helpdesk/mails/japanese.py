"""Letters out of bytes: the charsets that Japanese mails are written in, and what mail programs make of them."""

import base64
import binascii
import quopri
import re
from email.message import Message as MailPart
from typing import Any

NAMES = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    # Without an escape nothing but ASCII is in it.
    "iso-2022-jp": "ascii",
    "x-euc-jp": "euc_jp",
    "us-ascii": "ascii",
}
ESCAPE = b"\x1b"
# Tried in this order when a mail names no charset, or one that its bytes contradict.
# EUC before Shift_JIS: hiragana in Shift_JIS are no EUC, while EUC could be taken for half-width kana.
GUESSES = ("utf-8", "euc_jp", "cp932")
LOST = "\N{REPLACEMENT CHARACTER}"
JIS_ROWS = range(0x21, 0x7F)
_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(=\?)")
_SEGMENT = re.compile(rb"\x1b(\$[@B]|\([BJI])")


def decoded(content: bytes, charset: str = "") -> str:
    """The text of the bytes. What no charset explains stands as U+FFFD; nothing raises."""
    if ESCAPE in content:
        return _jis(content)
    for name in (NAMES.get(charset.lower(), charset.lower()), *GUESSES):
        try:
            text = content.decode(name or "utf-8")
            # UTF-7 and the like can hold half a letter, which neither the database nor a page takes.
            text.encode()
        except (LookupError, ValueError):  # an unknown charset, or bytes that are none of it
            continue
        return text
    return content.decode("utf-8", "replace")


def _jis(content: bytes) -> str:
    """ISO-2022-JP with the makers' own letters (①, ㈱, 髙), which the standard codec does not know."""
    pieces = _SEGMENT.split(content)
    text = pieces[0].decode("ascii", "replace")
    for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if mark.startswith(b"$"):
            text += _shifted(piece).decode("cp932", "replace")
        elif mark == b"(I":
            text += bytes(byte | 0x80 for byte in piece).decode("cp932", "replace")
        else:
            text += piece.decode("ascii", "replace")
    return text


def _shifted(pairs: bytes) -> bytes:
    """Two-byte JIS codes as Shift_JIS (JIS X 0208, annex 1). A line break between them stays."""
    out, place = bytearray(), 0
    while place < len(pairs):
        first = pairs[place]
        if place + 1 >= len(pairs) or not (first in JIS_ROWS and pairs[place + 1] in JIS_ROWS):
            out.append(first if first < 0x80 else ord("?"))
            place += 1
            continue
        second = pairs[place + 1] + (0x1F if first % 2 else 0x7E)
        out.append((first - 0x21) // 2 + (0x81 if first < 0x5F else 0xC1))
        out.append(second + 1 if first % 2 and second >= 0x7F else second)
        place += 2
    return bytes(out)


def header_text(part: "MailPart[Any, Any]", name: str) -> str:
    """A header on one line, whatever became of it on the way: encoded words, raw bytes, or a mixture."""
    raw = next((str(value) for key, value in part.raw_items() if key.lower() == name.lower()), "")
    return " ".join(unencoded(raw).split())


def unencoded(raw: str) -> str:
    """A header's value in letters. Encoded words that follow each other are joined before they are decoded, as some
    programs cut a letter in two."""
    if any("\udc80" <= char <= "\udcff" for char in raw) or "\x1b" in raw:
        raw = decoded(raw.encode("utf-8", "surrogateescape"))
    text, reached, held, held_charset = "", 0, b"", ""
    joined = _BETWEEN.sub(r"\1\2", raw)
    for word in _WORD.finditer(joined):
        charset = word[1].partition("*")[0]
        if held and (word.start() != reached or charset.lower() != held_charset.lower()):
            text += decoded(held, held_charset)
            held = b""
        text += joined[reached : word.start()]
        held, held_charset, reached = held + _word_bytes(word[2], word[3]), charset, word.end()
    return text + (decoded(held, held_charset) if held else "") + joined[reached:]


def _word_bytes(kind: str, content: str) -> bytes:
    plain = content.encode("ascii", "ignore")
    if kind in "qQ":
        return quopri.decodestring(plain, header=True)
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except binascii.Error:
        return plain

"""Encodings: any text file as UTF-8, with the encoding that it came in."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 1 << 20
SAMPLE = 1 << 18
WESTERN = "cp1252"
WESTERN_SHARE = 0.9
ODD = re.compile(r"[^\x00-\x7f]")
LETTERS = re.compile(r"[À-ÖØ-öø-ÿŠšŽžŒœŸ€‘’“”–—…•·§°©®´«»\xa0]")
RUNS = re.compile(r"[À-ÖØ-öø-ÿ]{3,}")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Text:
    """A text file in UTF-8.

    Attributes:
        path: where it lies; in the working folder where it had to be turned into UTF-8.
        encoding: what it came in, as people call it.
        lines: how many lines it has.

    """

    path: Path
    encoding: str
    lines: int


def as_utf8(path: Path, folder: Path) -> Text:
    """Tell a file's encoding and turn it into UTF-8 where it is something else.

    A byte-order mark decides; else UTF-8 where all of the file is valid; else Windows-1252, which
    is what spreadsheets in Western Europe write, unless the letters speak for another one.

    Raises:
        DataError: no encoding fits.

    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    encoding = _marked(head)
    if encoding in {None, "utf-8-sig"}:
        lines = _lines_of_utf8(path)
        if lines is not None:
            return Text(path, "UTF-8 with a byte-order mark" if encoding else "UTF-8", lines)
        encoding = _guess(path, head)
    return _transcode(path, folder / "text", encoding or WESTERN)


def _marked(head: bytes) -> str | None:
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[0:200:2], head[1:200:2]
    if odd and odd.count(0) > len(odd) * 0.7:
        return "utf-16-le"
    if even and even.count(0) > len(even) * 0.7:
        return "utf-16-be"
    return None


def _lines_of_utf8(path: Path) -> int | None:
    """The number of lines, or None where the bytes are not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, last = 0, b""
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
                lines += chunk.count(b"\n")
                last = chunk
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return lines + (not last.endswith(b"\n"))


def _guess(path: Path, head: bytes) -> str:
    sample = head if any(byte > 127 for byte in head) else _odd_part(path)
    if _reads_as_western(sample):
        return WESTERN
    from charset_normalizer import from_bytes  # noqa: PLC0415 -- slow to load, seldom needed

    best = from_bytes(sample).best()
    return WESTERN if best is None else str(best.encoding)


def _reads_as_western(sample: bytes) -> bool:
    """Whether what is beyond ASCII stands as it does in Western Europe: single letters in words.

    A sales export has few such letters, too few for statistics of a language. Read in the wrong
    alphabet they become signs within words, or whole words of accents.
    """
    text = sample.decode(WESTERN, errors="replace")
    odd = len(ODD.findall(text))
    return len(LETTERS.findall(text)) >= WESTERN_SHARE * odd and len(RUNS.findall(text)) * 20 < odd


def _odd_part(path: Path) -> bytes:
    """The part of a file with the first letter beyond ASCII."""
    with path.open("rb") as file:
        while chunk := file.read(SAMPLE):
            if not chunk.isascii():
                return chunk
    return b""


def _transcode(path: Path, out: Path, encoding: str) -> Text:
    lines, last = 0, ""
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            out.open("w", encoding="utf-8", newline="") as target,
        ):
            while chunk := source.read(CHUNK):
                target.write(chunk)
                lines += chunk.count("\n")
                last = chunk
    except UnicodeError as error:
        if encoding == WESTERN:
            # Five bytes have no meaning there; Latin-1 reads every byte.
            return _transcode(path, out, "latin-1")
        raise DataError(
            f"The letters of {path.name} cannot be read as {encoding}: save it as UTF-8."
        ) from error
    return Text(out, encoding, lines + (not last.endswith("\n")))

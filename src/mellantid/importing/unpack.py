"""Opening: a file as it was exported becomes one plain file of a known kind, unpacked."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from mellantid.errors import DataError

if TYPE_CHECKING:
    from typing import IO

Kind = Literal["delimited", "sheet", "parquet", "xes"]

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
OLD_SHEET = b"\xd0\xcf\x11\xe0"
PARQUET = b"PAR1"
SHEET_MEMBERS = {"[Content_Types].xml", "mimetype"}
CHUNK = 1 << 20
HEAD = 4096


@dataclass(frozen=True)
class Plain:
    """A file with its packing taken off.

    Attributes:
        path: where it lies; in the working folder where it had to be unpacked.
        kind: what is in it.
        packing: `gzip`, `zip` or None.

    """

    path: Path
    kind: Kind
    packing: str | None


def unpack(path: Path, folder: Path) -> Plain:
    """Take the packing off a file and tell its kind by its first bytes.

    Args:
        path: the file.
        folder: an existing folder for what is unpacked.

    Raises:
        DataError: there is no such file, it is empty or damaged, or an archive holds several files.

    """
    if not path.is_file():
        raise DataError(f"There is no file {path}: check the name.")
    head = _head(path)
    if not head:
        raise DataError(f"{path.name} is empty: export it again.")
    if head.startswith(GZIP):
        return _unpack(path, folder, "gzip")
    if head.startswith(ZIP) and not _is_sheet(path):
        return _unpack(path, folder, "zip")
    return Plain(path, _kind(head), None)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _kind(head: bytes) -> Kind:
    if head.startswith(PARQUET):
        return "parquet"
    if head.startswith((ZIP, OLD_SHEET)):
        return "sheet"
    text = head.decode("utf-8-sig", errors="ignore").lstrip()
    return "xes" if text.startswith(("<?xml", "<log", "<!--")) else "delimited"


def _is_sheet(path: Path) -> bool:
    """Whether a zip file is a workbook: they are zip files too."""
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(SHEET_MEMBERS & set(archive.namelist()))
    except zipfile.BadZipFile as error:
        raise DataError(f"{path.name} is damaged: export or copy it again.") from error


def _unpack(path: Path, folder: Path, packing: str) -> Plain:
    out = folder / "unpacked"
    try:
        with _opened(path, packing) as source, out.open("wb") as target:
            shutil.copyfileobj(source, target, CHUNK)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise DataError(f"{path.name} is damaged ({error}): export or copy it again.") from error
    head = _head(out)
    if not head:
        raise DataError(f"{path.name} holds nothing: export it again.")
    return Plain(out, _kind(head), packing)


def _opened(path: Path, packing: str) -> IO[bytes]:
    if packing == "gzip":
        return cast("IO[bytes]", gzip.open(path))
    archive = zipfile.ZipFile(path)
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    names = [name for name in names if not Path(name).name.startswith((".", "__MACOSX"))]
    if len(names) != 1:
        archive.close()
        listed = ", ".join(names[:6]) or "nothing"
        raise DataError(f"{path.name} holds {listed}: unpack it and import the one you mean.")
    return archive.open(names[0])

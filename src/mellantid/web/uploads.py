"""Files that were sent and wait to be imported: on disk, by a random name, for a day at most."""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mellantid.web.refusal import Refusal, missing

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

MOST_BYTES: Final = 512 << 20
"""The largest file that is taken: half a gigabyte."""
A_DAY: Final = 24 * 3600 * 1000
PART: Final = 1 << 20


@dataclass(frozen=True)
class Upload:
    """A file that was sent.

    Attributes:
        name: by which its page finds it.
        path: where it is.
        account: whose it is; nobody else finds it.
        at: when it came (ms).

    """

    name: str
    path: Path
    account: str
    at: int


class Uploads:
    """All files that wait.

    Args:
        now: gives the present moment (ms).

    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._folder: Path | None = None
        self._kept: dict[str, Upload] = {}
        self._lock = threading.Lock()

    def keep(self, source: BinaryIO, filename: str, account: str) -> Upload:
        """Keep a file.

        Raises:
            Refusal: it is too large.

        """
        self._forget_old()
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="mellantid-"))
                # Gone with the app, also where nobody closes it.
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            name = secrets.token_urlsafe(16)
            place = self._folder / name
        place.mkdir()
        path = place / _safe(filename)
        try:
            _write(source, path)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        kept = Upload(name, path, account, self._now())
        with self._lock:
            self._kept[name] = kept
        return kept

    def find(self, name: str, account: str) -> Upload:
        """The file of that name.

        Raises:
            Refusal: there is none, or it is somebody else's.

        """
        self._forget_old()
        with self._lock:
            found = self._kept.get(name)
        if found is None or found.account != account:
            raise missing()
        return found

    def remove(self, upload: Upload) -> None:
        """Let a file go."""
        with self._lock:
            self._kept.pop(upload.name, None)
        shutil.rmtree(upload.path.parent, ignore_errors=True)

    def _forget_old(self) -> None:
        with self._lock:
            old = [each for each in self._kept.values() if self._now() - each.at > A_DAY]
        for each in old:
            self.remove(each)


def _write(source: BinaryIO, path: Path) -> None:
    """Write what was sent; no more than is taken."""
    size = 0
    with path.open("wb") as out:
        while part := source.read(PART):
            size += len(part)
            if size > MOST_BYTES:
                raise Refusal(413, "import.too_large")
            out.write(part)


def _safe(filename: str) -> str:
    """A file's own name without what a path could be made of; its ending tells its kind."""
    last = re.split(r"[/\\]", filename)[-1]
    plain = re.sub(r"[^\w.+ -]", "_", last).strip(". ")
    return plain[-120:] or "file.csv"

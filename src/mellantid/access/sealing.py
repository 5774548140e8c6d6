"""Secrets of others that we must use again, such as a CRM's token: sealed with a key of our own.

What is kept in the database is of no use without the key, which is kept outside it: in a variable,
or in a file beside the database that only its owner can read. A backup of the database holds no
key. Fernet (AES-128 in CBC mode, HMAC-SHA256) is used as the `cryptography` package makes it; of
several keys the first one seals and each opens, so that a key can be changed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mellantid.errors import DataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.fernet import MultiFernet

KEY: Final = "MELLANTID_KEY"
"""The variable with the key; several, the newest first, are parted by commas."""
KEY_FILE: Final = "MELLANTID_KEY_FILE"
"""The variable with the path of a file that holds it."""


class Seal:
    """Seals and opens secrets.

    Args:
        database: the path of the database that the secrets are kept in.
        environment: where the variables are.

    """

    def __init__(self, database: Path, environment: Mapping[str, str] = os.environ) -> None:
        self._file = Path(environment.get(KEY_FILE) or f"{database}.key")
        self._given = environment.get(KEY, "")

    def seal(self, secret: str) -> str:
        """What may be kept of a secret; a key is made where there is none yet.

        Raises:
            DataError: the key cannot be used.

        """
        return self._fernet(create=True).encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret again.

        Raises:
            QuestionError: the key is missing, or is not the one that sealed it.
            DataError: the key cannot be used.

        """
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 (slow to start)

        try:
            return self._fernet(create=False).decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise QuestionError(
                f"A secret was sealed with another key: put that key into {KEY} or {self._file}, "
                "or give the secret anew."
            ) from error

    def renew(self, sealed: str) -> str:
        """The same secret, sealed with the newest key."""
        return self.seal(self.open(sealed))

    def _fernet(self, *, create: bool) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 (slow to start)

        text = self._given or self._read(Fernet.generate_key().decode() if create else "")
        try:
            return MultiFernet([Fernet(key.strip()) for key in text.split(",")])
        except ValueError as error:
            raise DataError(
                f"The key in {KEY if self._given else self._file} is none: it must be 32 bytes in "
                "URL-safe Base64, as mellantid makes it where there is none."
            ) from error

    def _read(self, new: str) -> str:
        """The key in the file; a new one where there is none and one may be made."""
        try:
            return self._read_file(new)
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise DataError(
                f"The key of the secrets in {self._file} cannot be used ({why}): let the account "
                f"that Mellantid runs as read it and write beside it, or put the key into {KEY}."
            ) from error

    def _read_file(self, new: str) -> str:
        if new:
            try:
                # Whoever comes second finds the first one's key.
                descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                pass
            else:
                with os.fdopen(descriptor, "w") as file:
                    file.write(new + "\n")
                    # What it seals may be on the disk a moment later.
                    file.flush()
                    os.fsync(file.fileno())
        if not self._file.exists():
            raise QuestionError(
                f"The key of the secrets is missing: put it into {KEY} or {self._file}; without it "
                "they must be given anew."
            )
        return self._file.read_text().strip()

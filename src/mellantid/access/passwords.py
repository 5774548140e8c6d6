"""Passwords: what is asked of them, and their Argon2id hashes.

The parameters are the library's, which follow RFC 9106's second recommended choice.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from mellantid.errors import DataError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST: Final = 10
LONGEST: Final = 1024
"""Longer ones would only keep the processor busy."""


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 (only who logs in needs it)

    return PasswordHasher()


def check_password(password: str) -> None:
    """Refuse a password that is too easily guessed.

    Raises:
        DataError: it is; the message says what to choose.

    """
    if len(password) < SHORTEST:
        raise DataError(
            f"The password has {len(password)} characters: choose one of {SHORTEST} or more."
        )
    if len(password) > LONGEST:
        raise DataError(f"The password is too long: choose one of at most {LONGEST} characters.")
    if len(set(password)) == 1:
        raise DataError("The password is one character over and over: choose several words.")


def hash_password(password: str) -> str:
    """The hash to keep of a password that `check_password` lets through."""
    check_password(password)
    return _hasher().hash(password)


def is_password(kept: str, password: str) -> bool:
    """Whether a password is the one that a hash was made of; as slow either way."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 (as above)

    if len(password) > LONGEST:
        return False
    try:
        return _hasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobodys_hash() -> str:
    """A hash to check against where there is no such account, so that the answer takes as long."""
    return _hasher().hash("nobody has this password")

"""Signed webhooks: one event as JSON to a program, at the address that was looked at."""

from __future__ import annotations

import json
import ssl
import threading
from typing import TYPE_CHECKING, Any, Final

from mellantid.errors import MellantidError, QuestionError
from mellantid.notices.outbox import Result, State
from mellantid.notices.reaching import resolved, target_of
from mellantid.notices.schedule import LONGEST_WAIT
from mellantid.notices.signing import DELIVERY, SIGNATURE, signature

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mellantid.notices.addresses import Opened
    from mellantid.notices.reaching import Resolve, Target

PATIENCE: Final = 10.0
"""Seconds that each step may take."""
WHOLE: Final = 15.0
"""Seconds that all of it may take, lest somebody answer a letter at a time."""
LATER: Final = frozenset({408, 425, 429})
"""Refusals that say: try again later."""
GONE: Final = 410


def body_of(told: Mapping[str, Any]) -> bytes:
    """The JSON that is signed and sent."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def send_webhook(
    address: Opened,
    delivery: str,
    body: bytes,
    now: int,
    allowed: Collection[str],
    resolve: Resolve = resolved,
) -> Result:
    """Send a body to a program.

    Args:
        address: where to, and what signs it.
        delivery: the same each time that it is tried.
        body: as it is signed.
        now: the present moment (ms).
        allowed: hosts inside the organisation that may be reached.
        resolve: gives the numbers of a host.

    """
    import httpx2  # noqa: PLC0415 (slow to start)

    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Mellantid",
        SIGNATURE: signature(address.secret, body, now // 1000),
        DELIVERY: delivery,
    }
    try:
        target = target_of(address.url, allowed, resolve)
        status, rest = _posted(target, headers, body)
    except QuestionError as error:
        return Result(State.FAILED, str(error))
    except (MellantidError, OSError, UnicodeError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        return Result(State.WAITING, f"The program cannot be reached ({_why(error)}).")
    return judged(status, rest)


def _posted(target: Target, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
    """Post to a target; gives the status and what it says of when to try again.

    Nothing of the answer is read but its head, and no redirect is followed: it could lead anywhere.
    """
    import httpx2  # noqa: PLC0415 (slow to start)

    with httpx2.Client(
        # The system's own authorities, and those of SSL_CERT_FILE: a program may be inside.
        verify=ssl.create_default_context(),
        timeout=PATIENCE,
        follow_redirects=False,
        trust_env=False,
    ) as client:
        ending = threading.Timer(WHOLE, client.close)
        ending.daemon = True
        ending.start()
        try:
            with client.stream(
                "POST",
                target.url,
                content=body,
                headers={**headers, "Host": target.authority},
                extensions={"sni_hostname": target.host},
            ) as answer:
                return answer.status_code, answer.headers.get("retry-after", "")
        except RuntimeError as error:
            # The client was closed when its time was up.
            raise MellantidError("it takes too long to answer") from error
        finally:
            ending.cancel()


def judged(status: int, retry_after: str) -> Result:
    """What an answer means.

    Args:
        status: of HTTP.
        retry_after: the header's text; empty: none.

    """
    if 200 <= status < 300:
        return Result(State.SENT)
    if status == GONE:
        return Result(
            State.FAILED,
            "The program says that it is gone for good (410), so nothing is sent there any more.",
            gone=True,
        )
    if status in LATER or status >= 500:
        asked = int(retry_after) * 1000 if retry_after.isascii() and retry_after.isdecimal() else 0
        return Result(
            State.WAITING,
            f"The program answers {status}.",
            rest=min(asked, LONGEST_WAIT),
        )
    if 300 <= status < 400:
        return Result(
            State.FAILED,
            f"The program sends us on ({status}), which is not followed: give its own address.",
        )
    return Result(State.FAILED, f"The program refuses it ({status}): see what it expects.")


def _why(error: Exception) -> str:
    """What went wrong, in a few words without the address."""
    import httpx2  # noqa: PLC0415 (slow to start)

    if isinstance(error, httpx2.TimeoutException):
        return "it takes too long to answer"
    if isinstance(error, MellantidError):
        return str(error)
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text[:200]

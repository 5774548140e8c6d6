"""Who is let in, and how often: the token, the tokens of a day, the requests of two seconds."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, Response

from mellantid.simulators.crm import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

TOKEN: Final = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105 (of a simulator)
BURST: Final = 2_000


class Doors:
    """What keeps the interface from being asked too much.

    Args:
        now: gives the present moment, ms UTC.
        daily: tokens of a day, for the whole company; they come anew at midnight UTC.
        burst: requests in any two seconds.
        token: of who is let in.

    Attributes:
        spent: tokens by day (days since 1970).
        busiest: the most requests that came in two seconds.
        refused: requests that were too many.

    """

    def __init__(self, now: Callable[[], int], daily: int, burst: int, token: str) -> None:
        self.daily, self.burst = daily, burst
        self.spent: dict[int, int] = {}
        self.busiest = 0
        self.refused = 0
        self._now, self._token = now, token
        self._lately: deque[int] = deque()

    def left(self) -> int:
        """Tokens that are left of today."""
        return self.daily - self.spent.get(self._now() // DAY, 0)

    def enter(self, request: Request, cost: int) -> Response | None:
        """Count a request; what it is answered where it does not get in."""
        if request.headers.get("x-api-token") != self._token:
            return refusal(401, "unauthorized access")
        now = self._now()
        while self._lately and self._lately[0] <= now - BURST:
            self._lately.popleft()
        self._lately.append(now)
        self.busiest = max(self.busiest, len(self._lately))
        if len(self._lately) > self.burst:
            self.refused += 1
            return refusal(429, "rate limit exceeded", {"x-ratelimit-reset": "2"})
        if self.left() < cost:
            self.refused += 1
            return refusal(429, "daily token budget exceeded", self.headers())
        day = now // DAY
        self.spent[day] = self.spent.get(day, 0) + cost
        return None

    def headers(self) -> dict[str, str]:
        """What every answer tells of the limits."""
        return {
            "x-ratelimit-limit": str(self.burst),
            "x-ratelimit-remaining": str(max(self.burst - len(self._lately), 0)),
            "x-ratelimit-reset": "2",
            "x-daily-ratelimit-token-limit": str(self.daily),
            "x-daily-ratelimit-token-remaining": str(self.left()),
        }


def refusal(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    """What is answered to what cannot be done."""
    told = {"success": False, "error": why, "errorCode": status, "data": None}
    return JSONResponse(told, status, headers=headers)

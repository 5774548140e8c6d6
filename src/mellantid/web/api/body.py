"""The JSON that a program sends: read with a limit, and only as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mellantid.errors import QuestionError
from mellantid.web.refusal import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request


async def read_json(request: Request, most: int) -> object:
    """What was sent; None where the body is empty.

    Args:
        request: by which it is sent.
        most: bytes that are read.

    Raises:
        QuestionError: it is no JSON.
        Refusal: it is too large, or is not said to be JSON.

    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise Refusal(413, "fault.too_large")
    if not body.strip():
        return None
    # A page of another site can send a form, but not a body of this type without being asked.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refusal(415, "fault.not_json")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise QuestionError("The body is no JSON: send an object, such as {}.") from error

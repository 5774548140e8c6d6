"""Our own style and scripts: named with a fingerprint, so that a browser may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mellantid.report.render import file_of_page

if TYPE_CHECKING:
    from starlette.requests import Request

KINDS: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
STYLE: Final = "style.css"
LASTING: Final = "public, max-age=31536000, immutable"


@cache
def content(name: str) -> bytes | None:
    """A file's content; None: there is no such file. The style is the report's and then ours."""
    folder = files("mellantid.web").joinpath("static")
    own = {each.name: each for each in folder.iterdir() if each.is_file()}
    if name == STYLE:
        sheets = [own[each].read_bytes() for each in sorted(own) if each.endswith(".css")]
        return file_of_page(STYLE).encode() + b"".join(sheets)
    return own[name].read_bytes() if name in own and not name.endswith(".css") else None


@cache
def address(name: str) -> str:
    """Where a page finds a file: another content, another address.

    Raises:
        KeyError: there is no such file.

    """
    body = content(name)
    if body is None:
        raise KeyError(name)
    return f"/static/{name}?{hashlib.sha256(body).hexdigest()[:12]}"


def read_all() -> None:
    """Read every file once, before many ask at the same time."""
    for each in files("mellantid.web").joinpath("static").iterdir():
        if not each.name.endswith(".css"):
            address(each.name)
    address(STYLE)


def static_file(request: Request) -> Response:
    """Answer with a file."""
    name = request.path_params["name"]
    body = content(name)
    if body is None:
        return PlainTextResponse("There is no such file.", 404)
    kind = KINDS[name.rpartition(".")[2]]
    return Response(body, media_type=kind, headers={"Cache-Control": LASTING})


ROUTES: Final = [Route("/static/{name}", static_file)]

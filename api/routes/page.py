"""The web page: files that are served as they are, under rules that let nothing else run."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from api.errors import RouteNotFoundError

_FOLDER: Final = Path(__file__).parents[1] / "web"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Nothing inline, nothing from elsewhere, and no text that could become markup: with trusted types the browser refuses
`innerHTML` and its kind altogether."""

_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",  # kept, and asked for each time whether it is still the same
}


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    headers: dict[str, str]


def router() -> APIRouter:
    """The routes of the page; its files are read now, and kept."""
    files = {path.name: _read(path) for path in _FOLDER.iterdir() if path.suffix in _TYPES}
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def page(request: Request) -> Response:
        return _answer(files["index.html"], request)

    @routes.get("/docs")
    async def docs(request: Request) -> Response:
        return _answer(files["docs.html"], request)

    @routes.get("/ui/{name}")
    async def file(name: str, request: Request) -> Response:
        if name not in files:
            raise RouteNotFoundError("The page has no such file.")
        return _answer(files[name], request)

    return routes


def _read(path: Path) -> _File:
    body = path.read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return _File(body, _HEADERS | {"Content-Type": _TYPES[path.suffix], "ETag": tag})


def _answer(file: _File, request: Request) -> Response:
    if _knows(request.headers.get("if-none-match", ""), file.headers["ETag"]):
        unchanged = {name: value for name, value in file.headers.items() if name != "Content-Type"}
        return Response(status_code=304, headers=unchanged)
    return Response(file.body, headers=file.headers)


def _knows(sent: str, tag: str) -> bool:
    """Whether the browser's copy is this one; a proxy that compresses makes the tag a weak one."""
    return sent.strip() == "*" or tag in re.findall(r'"[^"]*"', sent)

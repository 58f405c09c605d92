"""The files of the page as they are served; no browser is needed for that."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.unit.api.serving import Api, serving

FOLDER = Path(__file__).parents[2] / "api/web"
FILES = sorted(FOLDER.iterdir())

BYTES = {file.name: file.read_bytes() for file in FILES}

served = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api() -> AsyncIterator[Api]:
    async with serving() as api:
        yield api


@pytest.mark.parametrize("path", ["/", "/docs", "/ui/main.js", "/ui/style.css", "/ui/icon.svg", "/?view=instance&id=x"])
@served
async def test_nothing_but_the_pages_own_files_may_run(api: Api, path: str) -> None:
    answer = await api.get(path)
    assert answer.status == 200
    rules = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@served
async def test_every_file_is_served_as_what_it_is(api: Api, file: Path) -> None:
    answer = await api.get(f"/ui/{file.name}")
    assert answer.body == BYTES[file.name]
    kinds = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    assert answer.headers["Content-Type"].startswith(kinds[file.suffix])


@served
async def test_a_file_that_the_browser_has_is_not_sent_again(api: Api) -> None:
    first = await api.get("/ui/main.js")
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = await api.ask("GET", "/ui/main.js", headers={"If-None-Match": known})
        assert (again.status, again.body) == (304, b""), known
        assert again.headers["ETag"] == tag
    other = await api.ask("GET", "/ui/main.js", headers={"If-None-Match": '"other"'})
    assert other.status == 200


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fbootstrap.py", "..%2F..%2Fpyproject.toml", "%2e%2e"])
@served
async def test_what_is_not_the_pages_is_not_served(api: Api, name: str) -> None:
    answer = await api.get(f"/ui/{name}")
    assert answer.is_problem(404, "not_found")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_files_are_small_and_name_no_other_server(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= 200
    assert set(re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}", text)) <= {"http://www.w3.org"}, "an XML namespace alone"


@pytest.mark.parametrize("file", [f for f in FILES if f.suffix == ".js"], ids=lambda file: file.name)
def test_no_script_parses_markup_or_runs_text(file: Path) -> None:
    dangerous = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|srcdoc|javascript:"
    )
    assert not re.search(dangerous, file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", [f for f in FILES if f.suffix == ".html"], ids=lambda file: file.name)
def test_no_page_has_code_or_style_of_its_own(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)

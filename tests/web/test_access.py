"""Keyboard, screen reader, colours."""

from typing import Any

import pytest

from tests.web.conftest import Page
from tests.web.page_worker import FAMILY

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CONTRAST = """
    (() => {
      const parse = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
        const value = part / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      const light = ([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      const probe = document.body.appendChild(document.createElement("i"));
      const luminance = (name) => {
        probe.style.color = `var(--${name})`;
        return light(parse(getComputedStyle(probe).color));
      };
      const pairs = [["on-accent", "accent"]];
      for (const ground of ["ground", "raised"]) {
        for (const name of ["text", "quiet", "accent", "good", "bad", "wait", "calm", "focus"]) {
          pairs.push([name, ground]);
        }
      }
      const ratios = pairs.map(([one, other]) => {
        const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return [`${one} on ${other}`, (high + 0.05) / (low + 0.05)];
      });
      probe.remove();
      return ratios;
    })()
"""


async def test_a_workflow_is_started_and_terminated_with_the_keyboard_alone(page: Page) -> None:
    tab = page.tab
    await page.open()

    async def to(name: str) -> None:
        """Press Tab until something of that name has the focus."""
        for _ in range(60):
            await tab.key("Tab")
            focus = "document.activeElement"
            label = f"({focus}.labels?.[0]?.innerText ?? {focus}.innerText)"
            if await tab.run(f"{label}.startsWith('{name}')"):
                seen = f"getComputedStyle({focus}).outlineStyle !== 'none'"
                assert await tab.run(seen), f"the focus on {name} can be seen"
                return
        raise AssertionError(f"Tab never came to {name}")

    await to("Skip to the content")
    await tab.key("Enter")
    assert await tab.run("document.activeElement.id") == "content"
    await tab.run("document.activeElement.blur()")
    await to("Start")
    await tab.key("Enter")
    await tab.see("document.activeElement.tagName === 'H1' && document.activeElement.innerText === 'Start a workflow'")
    await to("Workflow")
    await tab.choose("Workflow", FAMILY)
    await tab.see(f"document.querySelector('form[aria-label=\"Start {FAMILY}\"]') !== null")
    await to("Instance id")
    await tab.write("by-keyboard")
    await to("Start")
    await tab.key("Enter")
    await tab.see("document.activeElement.tagName === 'H1' && document.activeElement.innerText === 'by-keyboard'")
    await tab.find("button", "Terminate")
    await to("Terminate")
    await tab.key("Enter")
    await tab.see("document.querySelector('dialog')?.contains(document.activeElement)", what="the dialog has the focus")
    await tab.key("Escape")
    await tab.see("document.activeElement.innerText === 'Terminate'", what="the focus is back where it was")
    await tab.key("Enter")
    await tab.see("document.querySelector('dialog')?.contains(document.activeElement)")
    await tab.write("by keyboard")
    await tab.key("Enter")
    await tab.see("document.querySelector('dl .badge.terminated') !== null", what="it is terminated")


@pytest.mark.parametrize("view", ["", "approvals", "start", "instance"])
async def test_every_view_has_landmarks_a_heading_captions_and_named_controls(page: Page, view: str) -> None:
    tab = page.tab
    await page.start(
        "task_processing_workflow",
        {"task_id": "archive", "priority": 9, "title": "Move it", "assignee": "ada"},
        "named",
    )
    await page.open(view, **({"id": "named"} if view == "instance" else {}))
    await tab.see("document.querySelectorAll('main input, main textarea').length > 0")
    nodes: list[dict[str, Any]] = (await tab.ask("Accessibility.getFullAXTree"))["nodes"]
    tree = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node.get("ignored") and "role" in node
    ]
    roles = [role for role, _ in tree]
    assert roles.count("main") == 1
    assert roles.count("banner") == 1
    assert ("navigation", "Main") in tree
    assert await tab.run("document.querySelectorAll('h1').length") == 1
    assert await tab.run("[...document.querySelectorAll('table')].every((table) => table.caption?.innerText)")
    controls = {"button", "textbox", "checkbox", "radio", "combobox", "link", "searchbox", "table", "group", "article"}
    assert not [(role, name) for role, name in tree if role in controls and not name and role != "group"]
    assert await tab.run("document.documentElement.lang") == "en"
    assert await tab.run("document.title.endsWith(' - Durably')")


async def test_a_change_of_status_is_announced(page: Page) -> None:
    tab = page.tab
    await page.start(FAMILY, {}, "announced")
    await page.open("instance", id="announced")
    await tab.read("Live")
    async with page.http.post("/instances/announced/terminate") as answer:
        assert answer.status == 202
    said = "document.querySelector('[role=status][aria-live=polite]').textContent"
    await tab.see(f"{said} === 'announced is terminated'", what="the end is announced")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_can_be_read_in_both_colour_schemes(page: Page, scheme: str) -> None:
    tab = page.tab
    await tab.colours(scheme)
    await page.open()
    background = await tab.run("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 29)"}[scheme]
    ratios = await tab.run(CONTRAST)
    assert len(ratios) == 17
    assert not [(pair, ratio) for pair, ratio in ratios if ratio < 4.5], "WCAG AA"


async def test_a_chosen_colour_scheme_stays_and_beats_that_of_the_system(page: Page) -> None:
    tab = page.tab
    await tab.colours("light")
    await page.open()
    await tab.click("button", "Colours: as the system")
    await tab.click("button", "Colours: light")
    await tab.find("button", "Colours: dark")
    dark = "getComputedStyle(document.body).backgroundColor === 'rgb(17, 22, 29)'"
    assert await tab.run(dark)
    await page.open("start")
    assert await tab.run(dark)
    await tab.click("button", "Colours: dark")
    await tab.find("button", "Colours: as the system")
    assert not await tab.run(dark)

"""The page of `dockerlint map --format html` in a real browser: `make test-browser`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from dockerlint.cli.map import map_command

sys.path.insert(0, str(Path(__file__).parent))
from chromium import Browser, program
from thirty import thirty

PROJECTS = Path(__file__).parent.parent / "fixtures" / "projects"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(program() is None, reason="there is no Chromium here (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(program() or "") as started:
        yield started


def drawn(folder: Path, page: Path) -> str:
    result = CliRunner().invoke(map_command, [str(folder), "--format", "html", "--output", str(page)])
    assert result.exit_code == 0, result.output
    return page.as_uri()


@pytest.fixture(params=["three", "thirty"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "three":
        return drawn(PROJECTS / "notes-course" / "broken", tmp_path / "page.html")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "compose.yaml").write_text(thirty(), encoding="utf-8")
    return drawn(tmp_path / "shop", tmp_path / "page.html")


def shown(browser: Browser) -> str:
    """The heading of what stands beside the picture."""
    script = "[...document.querySelectorAll('aside section')].filter((s) => s.offsetParent).map((s) => s.id).join()"
    return str(browser.run(script))


def test_asks_for_nothing_but_itself(browser: Browser, address: str) -> None:
    browser.errors.clear()
    browser.open(address)
    browser.run("new Promise((done) => setTimeout(done, 200))")
    assert [url for url in browser.requests if not url.startswith("data:")] == [address]
    assert browser.errors == []


def test_goes_by_keyboard(browser: Browser, address: str) -> None:
    browser.open(address)
    browser.wait("document.documentElement.classList.contains('js')")
    assert shown(browser) == "overview"
    for _ in range(60):
        browser.press("Tab")
        if browser.run("document.activeElement.matches('a.card')"):
            break
    first = browser.run("document.activeElement.id")
    assert str(first).startswith("card")
    browser.press("ArrowRight")
    browser.press("ArrowDown")
    browser.press("Enter")
    node = browser.run("document.querySelector('a.card.chosen').dataset.node")
    assert shown(browser) == f"c{node}"
    assert browser.run("document.activeElement.id") == f"c{node}", "what was chosen is read out"
    assert browser.run("document.querySelector('aside section.chosen h2').textContent.length > 0")
    browser.press("Escape")
    assert shown(browser) == "overview"
    assert browser.run("document.activeElement.id") == f"card{node}", "back where one came from"


def test_every_card_can_be_reached_and_shows_its_own(browser: Browser, address: str) -> None:
    browser.open(address)
    cards = browser.run("document.querySelectorAll('a.card').length")
    for number in range(cards):
        browser.run(f"document.getElementById('card{number}').focus()")
        browser.press("Enter")
        assert shown(browser) == f"c{number}"


def test_cards_and_marks_lie_inside_of_the_picture_and_apart(browser: Browser, address: str) -> None:
    browser.open(address)
    overlaps = browser.run(
        """(() => {
          const boxes = [...document.querySelectorAll('a.card .box')].map((box) => box.getBoundingClientRect());
          const host = document.querySelector('.map .host').getBoundingClientRect();
          const apart = (a, b) => a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
          const within = (a) => a.left >= host.left && a.right <= host.right && a.bottom <= host.bottom;
          return boxes.filter((a, i) => !within(a) || boxes.some((b, j) => i !== j && !apart(a, b))).length;
        })()"""
    )
    assert overlaps == 0


def test_texts_stay_on_their_cards(browser: Browser, address: str) -> None:
    browser.open(address)
    wide = browser.run(
        """[...document.querySelectorAll('a.card')].flatMap((card) => {
          const right = card.querySelector('.box').getBoundingClientRect().right;
          return [...card.querySelectorAll('text')].filter((text) => text.getBoundingClientRect().right > right)
            .map((text) => text.textContent);
        })"""
    )
    assert wide == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_is_readable_in_dark_and_light(browser: Browser, address: str, theme: str) -> None:
    """WCAG AA: 4.5 to 1 between what is written and what it stands on."""
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
    browser.open(address)
    poor = browser.run(
        """(() => {
          const light = (color) => {
            const [r, g, b] = color.match(/[\\d.]+/g).map((part) => part / 255)
              .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
          const css = (element, name) => getComputedStyle(element)[name];
          const card = css(document.querySelector('.map .box'), 'fill');
          const found = [];
          const plain = '.map .card > text, .map .chip.way text, .map .chip.outward text';
          for (const text of document.querySelectorAll(plain))
            if (ratio(css(text, 'fill'), card) < 4.5) found.push(text.textContent);
          for (const group of document.querySelectorAll('.chip.published, .chip.bad, .badge, .mark'))
            if (ratio(css(group.querySelector('text'), 'fill'), css(group.firstElementChild, 'fill')) < 4.5)
              found.push(group.getAttribute('class') + ' ' + group.textContent);
          const sheet = css(document.querySelector('.sheet'), 'backgroundColor');
          for (const text of document.querySelectorAll('h1, h2, p, .rule, .place, a'))
            if (!text.closest('svg') && ratio(css(text, 'color'), sheet) < 4.5)
              found.push(text.textContent);
          return [...new Set(found)];
        })()"""
    )
    assert poor == []


def test_names_of_the_project_are_only_text(browser: Browser, tmp_path: Path) -> None:
    evil = """\
services:
  web:
    image: "<script>document.title='run'</script>"
    container_name: "\\"><img src=x onerror=document.title='run'>"
    environment:
      URL: "http://<svg onload=1>:80"
      X: "</textarea></script><script>document.title='run'</script>"
    volumes: ["a'\\"><b>:/x"]
"""
    (tmp_path / "compose.yaml").write_text(evil, encoding="utf-8")
    browser.errors.clear()
    browser.open(drawn(tmp_path, tmp_path / "page.html"))
    assert browser.run("document.querySelectorAll('script').length") == 1
    assert browser.run("document.querySelectorAll('img, svg [onload]').length") == 0
    assert browser.run("document.title").startswith("Networks of")
    assert browser.errors == []

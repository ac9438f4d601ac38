"""The pages in a real Chromium: they read without script, at any width, by keyboard, and ask no other host."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from monitor.reports.html import render
from storage import Database, open_database
from tests.reports.examples import a_report_with_looks
from tests.web.office import an_app

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PATHS = [
    "/",
    "/?ky=2021-01",
    "/tin-bai",
    "/tin-bai?muc=9",
    "/tin-bai/1",
    "/tin-bai/2",
    "/niem-yet",
    "/nguon",
    "/khong-co",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path: Path = tmp_path_factory.mktemp("pages") / "monitor.db"
    with open_database(f"sqlite:///{path}") as database:
        database.upgrade()
        yield from _serve(database)


def _serve(database: Database) -> Iterator[str]:
    config = uvicorn.Config(an_app(database), host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    thread = threading.Thread(target=server.run, args=([socket],), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=30)
    socket.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, locale="vi-VN")
    yield context.new_page()
    context.close()


def test_the_road_from_a_number_to_the_words_of_a_tag(page: Page) -> None:
    page.goto("/")
    page.click("table.matrix .number a")
    assert page.inner_text("[role=status]").startswith("2 tin, bài")
    page.click("text=Xã Mẫu Sơn nhận hồ sơ trực tuyến, bài 1")
    assert page.inner_text("mark >> nth=0") == "nộp hồ sơ tại nhà"
    with page.expect_download() as started:
        page.click("a[download]")
    assert started.value.path().read_bytes() == b"page 1"


def test_the_filters_work_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/tin-bai")
    page.fill("#q", "truc tuyen")
    page.select_option("#muc", "9")
    page.click("button[type=submit]")
    assert "q=truc+tuyen" in page.url
    assert page.inner_text("[role=status]").startswith("1 tin, bài")
    context.close()


@pytest.mark.parametrize("path", PATHS)
def test_no_page_asks_another_host_runs_script_or_breaks_its_policy(page: Page, site: str, path: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path, wait_until="networkidle")
    assert asked
    assert all(url.startswith((site, "data:")) for url in asked)
    assert [line for line in said if "404" not in line] == []


@pytest.mark.parametrize("path", PATHS)
def test_no_page_scrolls_sideways_on_a_narrow_screen(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("width", [380, 1100])
def test_no_syllable_is_broken_in_the_list_of_looks(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/niem-yet")
    assert page.locator(".looks tbody tr").count() == 2
    assert page.evaluate(BROKEN, ".looks") == []


BROKEN = """of => [...document.querySelectorAll(`${of} td, ${of} th`)].flatMap(cell => {
  const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    if (text.parentElement.closest('a, code')) continue;
    for (const word of text.data.matchAll(/\\p{L}+/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (range.getClientRects().length > 1) found.push(word[0]);
    }
  }
  return found;
})"""


@pytest.mark.parametrize("width", [380, 1100])
def test_the_html_report_does_not_scroll_sideways_for_its_digests(page: Page, tmp_path: Path, width: int) -> None:
    path = tmp_path / "bao-cao.html"
    path.write_bytes(render(a_report_with_looks()))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    assert page.locator("td[data-head^='SHA-256']").first.inner_text() == "0" * 64
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_tab_stop_leads_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#noi-dung"


def test_a_status_is_a_word_and_not_only_a_colour(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/?ky=2021-01")
    words = page.locator("table.matrix .status").all_inner_texts()
    assert words == ["đạt"]


def test_vietnamese_letters_with_two_marks_are_not_cut(page: Page) -> None:
    page.goto("/")
    for selector in ("h1", "h2", "caption", "td", "th", "p"):
        ratio = page.evaluate(
            "s => { const c = getComputedStyle(document.querySelector(s));"
            " return parseFloat(c.lineHeight) / parseFloat(c.fontSize); }",
            selector,
        )
        assert ratio >= 1.35

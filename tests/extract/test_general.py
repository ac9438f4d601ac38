"""A page without rules is read by what is on it, inside limits of time and memory."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date

import pytest

from monitor.errors import ExtractError
from monitor.extract import extract, general
from monitor.extract.tree import parse
from monitor.press import Article, Kind, Link, PageRules
from tests.extract.pages import ASP_NET, LONG, PAPER, came, epi, without
from tests.factories import an_outlet

URL = "http://bao-mau.test/huyen-ban-mau-post12.html"


@pytest.fixture(scope="module", autouse=True)
def _worker() -> Iterator[None]:
    yield
    general.close()


def _read(body: str, timeout: float = 20) -> Article:
    return extract(came(body, URL), without(PAPER), None, timeout=timeout)


def test_a_page_inside_one_form_is_read_without_rules() -> None:
    article = _read(ASP_NET)
    assert article.by == "general"
    assert article.title == "Huyện Bản Mẫu đưa bộ phận một cửa về gần dân"
    assert article.text.startswith("Từ tháng này, huyện Bản Mẫu mở thêm hai điểm")
    assert article.text.endswith("phần lớn về đất đai và hộ tịch.")
    assert len(article.text.splitlines()) == 3
    assert "Giới thiệu" not in article.text
    assert (article.kind, article.lead) == (Kind.ARTICLE, None)


def test_the_hidden_box_is_not_read_without_rules_either() -> None:
    assert "Khoa học" not in _read(ASP_NET).text


def test_no_date_is_guessed_from_what_a_page_shows() -> None:
    article = _read(ASP_NET.replace("Theo thống kê", "Ngày 04/01/2021, theo Kế hoạch giai đoạn 2026-2030,"))
    assert (article.published_on, article.date_source) == (None, None)
    stated = ASP_NET.replace("<title>", '<meta itemprop="datePublished" content="2021-01-05T08:00:00+07"><title>')
    assert _read(stated).published_on == date(2021, 1, 5)


def test_rules_that_fit_no_longer_give_way_to_the_general_reading() -> None:
    old = PageRules(title=("h1.ten-cu",), text=("div.than-cu",))
    article = extract(epi(f"<p>{LONG}</p>"), PAPER, old, timeout=20)
    assert article.by == "general"
    assert article.title == "Xã Mẫu Sơn nhận và trả hồ sơ qua bưu chính"
    assert "hướng dẫn người dân khai tờ khai" in article.text


def test_a_title_that_the_rules_found_is_kept() -> None:
    half = PageRules(title=("h1.article__title",), text=("div.than-cu",), lead=(".cms-desc",), lead_prefix="BM - ")
    article = extract(
        epi(f"<p>{LONG}</p>", head="<meta property='og:title' content='Tên khác của bài này'>"), PAPER, half
    )
    assert article.by == "general"
    assert article.title == "Xã Mẫu Sơn nhận và trả hồ sơ qua bưu chính"
    assert article.lead is not None
    assert article.lead.startswith("Từ đầu năm")


def test_a_menu_is_no_text() -> None:
    half = PageRules(title=("h1",), text=("div.than-cu",))
    article = extract(came("<h1>Một tiêu đề</h1><ul><li>Trang chủ</li><li>Liên hệ</li></ul>", URL), PAPER, half)
    assert (article.by, article.kind, article.text) == ("rules:epi", Kind.EMPTY, "")


@pytest.mark.slow
def test_a_page_that_would_keep_the_reader_busy_is_cut_short_and_still_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("WARNING", "monitor")  # a command that ran before may have quietened it
    links = "".join(f'<a href="/t-post{n}.html">Tin số {n}</a>\n' for n in range(50_000))
    body = ASP_NET.replace('<div id="menu">', f'<div id="menu">{links}')
    article = _read(body, timeout=1)
    assert "general reading killed" in caplog.text
    assert article.by == "general"
    assert article.title == "Huyện Bản Mẫu đưa bộ phận một cửa về gần dân"
    assert len(article.text.splitlines()) == 3
    assert article.text.endswith("phần lớn về đất đai và hộ tịch.")


def test_the_worker_that_was_killed_is_replaced() -> None:
    assert general._by_worker(_links(50_000), URL, 0.2) == ""
    assert "hai điểm tiếp nhận" in general._by_worker(ASP_NET, URL, 20)


def _links(number: int) -> str:
    return "<html><body>" + "".join(f'<p><a href="/{n}">Tin số {n}</a></p>' for n in range(number)) + "</body></html>"


def test_many_threads_share_one_worker() -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(general._by_worker(ASP_NET, URL, 20))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert "hai điểm tiếp nhận" in found[0]


def test_the_worker_has_a_bound_on_memory() -> None:
    pool = general._worker()
    assert pool.schedule(_can_take, args=(512 * 1024**2,), timeout=20).result() is True
    assert pool.schedule(_can_take, args=(2 * 1024**3,), timeout=20).result() is False


def _can_take(size: int) -> bool:
    try:
        return len(bytearray(size)) == size
    except MemoryError:
        return False


@pytest.mark.parametrize("depth", [20_000])
def test_deep_nesting_and_many_attributes_end(depth: int) -> None:
    attributes = " ".join(f'a{n}="x"' for n in range(5_000))
    body = f"<h1>Một cửa ở xã Mẫu</h1><div {attributes}>{'<div>' * depth}<p>{LONG}</p>{'</div>' * depth}</div>"
    assert _read(body, timeout=2).title == "Một cửa ở xã Mẫu"


def test_without_paragraphs_the_densest_box_is_read() -> None:
    soup = parse("<table><tr><td>Menu</td><td>Dòng một dài hơn.<br>Dòng hai cũng dài hơn.</td></tr></table>")
    assert general._densest(soup) == ["Dòng một dài hơn.", "Dòng hai cũng dài hơn."]
    assert general._densest(parse("")) == []


def test_the_name_of_the_site_is_no_title() -> None:
    head = "".join(f"<meta property='og:{name}' content='UBND huyện Bản Mẫu'>" for name in ("site_name", "title"))
    soup = parse(f"{head}<title>Mở điểm tiếp nhận hồ sơ - UBND huyện Bản Mẫu</title><h1>Tin tức</h1>")
    assert general.head_of(soup)[0] == "Mở điểm tiếp nhận hồ sơ"


def test_a_page_without_any_title_is_no_article() -> None:
    with pytest.raises(ExtractError):
        _read("<p>Có chữ mà không có tên.</p>")


def test_the_announced_day_serves_a_page_without_rules_too() -> None:
    page = came(ASP_NET, "http://huyen-mau.test/huyen-ban-mau/")
    outlet = an_outlet(hosts=("huyen-mau.test",), identity=None, pages=None)
    article = extract(page, outlet, None, Link(page.url, published_on=date(2021, 1, 5)), timeout=20)
    assert article.published_on == date(2021, 1, 5)


def test_reading_by_rules_loads_neither_trafilatura_nor_pebble() -> None:
    code = (
        "import sys\nfrom monitor.extract import extract\nfrom tests.extract.pages import EPI, PAPER, epi\n"
        "assert extract(epi('<p>Một.</p>'), PAPER, EPI).text == 'Một.'\n"
        "sys.exit(sum(name in sys.modules for name in ('trafilatura', 'pebble', 'htmldate')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_program_that_read_a_page_ends_by_itself() -> None:
    code = (
        "from monitor.extract import general\nfrom tests.extract.pages import ASP_NET\n"
        "assert 'hai' in general._by_worker(ASP_NET, 'u', 20)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=60, capture_output=True)
    assert (ended.returncode, ended.stderr) == (0, b"")

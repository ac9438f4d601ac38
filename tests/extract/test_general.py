"""What the worker does: a page where the dense text may be too little, one that could take seconds or gigabytes."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.errors import ExtractError, Reason
from monitor.extract import extract, general
from monitor.extract.decode import decode
from monitor.extract.draft import too_demanding
from monitor.press import Article, PageRules
from tests.extract.pages import ASP_NET, EPI, LONG, PAPER, came, epi, without

URL = "http://bao-mau.test/huyen-ban-mau-post12.html"


@pytest.fixture(scope="module", autouse=True)
def _worker() -> Iterator[None]:
    yield
    general.close()


def _read(body: str, timeout: float = 20) -> Article:
    return extract(came(body, URL), without(PAPER), None, timeout=timeout)


# Many short entries of a table are no dense text; the general reader takes them.
PRICES = "".join(
    f"<tr><td>Thủ tục số {n}</td><td>Phí {n} nghìn đồng một bản</td><td>Trả sau {n} ngày làm việc</td></tr>"
    for n in range(1, 30)
)
SPARSE = (
    f"<html><head><title>Mức phí và thời hạn giải quyết hồ sơ</title></head><body><table>{PRICES}</table></body></html>"
)


def test_a_page_without_dense_text_is_given_to_the_general_reader() -> None:
    article = _read(SPARSE)
    assert article.by == "general"
    assert "Phí 17 nghìn đồng một bản" in article.text


def test_where_the_general_reader_is_killed_the_dense_text_stands(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING", "monitor")  # a command that ran before may have quietened it
    general.in_worker(_can_take, URL, 20, 1)  # the worker is up: what is killed is the reading
    links = "".join(f'<p><a href="/{n}">Tin số {n}</a></p>' for n in range(6_000))
    short = "Từ tháng này, huyện Bản Mẫu mở thêm hai điểm tiếp nhận hồ sơ tại các xã ở xa trung tâm."
    article = _read(
        f"<title>Huyện Bản Mẫu mở điểm nhận hồ sơ</title><div id='a'><p>{short}</p></div>{links}", timeout=0.01
    )
    assert "reading killed" in caplog.text
    assert (article.by, article.text) == ("density", short)


def _links(number: int) -> str:
    return "<html><body>" + "".join(f'<p><a href="/{n}">Tin số {n}</a></p>' for n in range(number)) + "</body></html>"


def test_the_worker_that_was_killed_is_replaced() -> None:
    assert general.text_of(_links(50_000), URL, 0.2) == ""
    assert "hai điểm tiếp nhận" in general.text_of(ASP_NET, URL, 20)


def test_many_threads_share_one_worker() -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(general.text_of(ASP_NET, URL, 20))) for _ in range(6)]
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


# ---- pages that could take the parser seconds or gigabytes


def test_what_could_take_long_is_read_in_the_worker_and_comes_out_the_same() -> None:
    page = epi(f"<p>{LONG}</p>")
    padded = epi(f"<p>{LONG}</p><!-- {'x' * 300_000} -->")
    assert not too_demanding(decode(page))
    assert too_demanding(decode(padded))
    assert extract(padded, PAPER, EPI, timeout=20) == replace(
        extract(page, PAPER, EPI), sha256=padded.sha256, fetched_at=padded.fetched_at
    )


def test_why_a_large_page_is_no_article_comes_out_of_the_worker() -> None:
    with pytest.raises(ExtractError) as caught:
        extract(came(f"<p>{'chữ ' * 100_000}</p>", URL), PAPER, EPI, timeout=20)
    assert (caught.value.reason, caught.value.missing) == (Reason.NOT_AN_ARTICLE, "title")
    assert caught.value.url == URL


ATTRIBUTES = " ".join(f'a{n}="x"' for n in range(32_000))
HOSTILE = {
    "nested 20,000 deep": f"{'<div>' * 20_000}<p>{LONG}</p>{'</div>' * 20_000}",
    "32,000 attributes": f"<div {ATTRIBUTES}><p>{LONG}</p></div>",
    "50,000 links": f"<div><p>{LONG}</p></div><div>"
    + "".join(f'<a href="/t-post{n}.html">Tin số {n}</a>\n' for n in range(50_000))
    + "</div>",
    "11 MB": f"<div><p>{LONG}</p></div><div>" + f"<p>{'chữ nghĩa ' * 60}</p>" * 14_000 + "</div>",
}


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("rules", [None, EPI], ids=["no rules", "rules"])
def test_a_hostile_page_is_read_or_refused_in_bounds(hostile: str, rules: PageRules | None) -> None:
    body = f"<title>Một cửa ở xã Mẫu Sơn</title><h1 class='article__title'>Một cửa ở xã Mẫu Sơn</h1>{hostile}"
    if rules is not None:
        body = body.replace("<div>", "<div class='article__body cms-body'>", 1)
    try:
        article = extract(came(body, URL), without(PAPER) if rules is None else PAPER, rules, timeout=10)
    except ExtractError as error:
        assert error.reason is Reason.EXTRACTION
    else:
        assert article.title == "Một cửa ở xã Mẫu Sơn"
        assert article.text


def test_formatting_left_open_cannot_fill_the_memory() -> None:
    # 4,000 open marks before 9,000 paragraphs make a tree of 36 million nodes: the parser copies all in each of them.
    body = (
        "<title>Một cửa ở xã Mẫu Sơn</title><p>" + "".join(f"<font color={n}>" for n in range(4_000)) + "<p>x" * 9_000
    )
    assert too_demanding(body)
    with pytest.raises(ExtractError) as caught:
        extract(came(body, URL), PAPER, EPI, timeout=10)
    assert caught.value.reason is Reason.EXTRACTION


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
        "assert 'hai' in general.text_of(ASP_NET, 'u', 20)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=60, capture_output=True)
    assert (ended.returncode, ended.stderr) == (0, b"")

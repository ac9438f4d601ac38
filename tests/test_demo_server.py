"""The demo province answers as real sites of its kinds do, with every quirk, and shows nothing from the future."""

import http.client
import re
import socket
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape

import pytest

from demo.province import DOWN, SITES, Province
from demo.stories import HERE, OUTLETS, moment, read_yaml, shown, stories
from demo.work_out_truth import truth
from monitor.config import load
from monitor.coverage import Status
from monitor.errors import MonitorError

PAPER, OLD_PAPER, TELEVISION, PORTAL, DEPARTMENT = SITES
LAST = moment("2021-02-01 05:30")


@pytest.fixture(scope="module")
def province() -> Iterator[Province]:
    with Province(LAST, port=0) as running:
        yield running


@pytest.fixture(autouse=True)
def at_the_end(province: Province) -> None:
    province.at(LAST)


def ask(
    province: Province, host: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection(host, province.port, timeout=10)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8")
    finally:
        connection.close()


def page(province: Province, host: str, path: str) -> str:
    status, headers, text = ask(province, host, path)
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    return text


def paper_path(number: str) -> str:
    story = next(s for s in stories()["bao-mau"] if s.id == number)
    return f"/{story.slug}-post{number}.html"


def with_quirk(quirk: str) -> str:
    story = next(s for s in stories()["bao-mau"] if quirk in s.quirks)
    return f"/{story.slug}-post{story.id}.html"


# The newspaper


def test_the_newspaper_page_has_the_parts_of_its_content_system(province: Province) -> None:
    text = page(province, PAPER, paper_path("1007"))
    for part in (
        'h1 class="article__title',
        'div class="article__sapo cms-desc"',
        'div class="article__body cms-body"',
    ):
        assert part in text
    assert 'property="article:published_time" content="2021-01-06T08:15:00+0700"' in text
    assert '<time class="time" datetime="2021-01-06T08:15:00+0700">Thứ Tư, ngày 06/01/2021 - 08:15</time>' in text
    assert 'class="ads_middle"' in text and 'class="article-relate"' in text


def test_the_clock_in_the_newspapers_header_stopped_before_the_real_date(province: Province) -> None:
    text = page(province, PAPER, paper_path("1007"))
    assert text.index("23 tháng 08 năm 2019") < text.index("06/01/2021")


def test_the_related_box_names_other_pieces_of_that_time(province: Province) -> None:
    text = page(province, PAPER, paper_path("1007"))
    box = text.split('class="article-relate"')[1]
    named = re.findall(r"-post(\d+)\.html", box)
    assert len(named) == 3 and "1007" not in named
    province.at(moment("2021-01-08 12:00"))
    assert page(province, PAPER, paper_path("1007")) == text


def test_the_audio_player_leaves_its_text_before_the_body(province: Province) -> None:
    body = page(province, PAPER, with_quirk("audio")).split("article__body")[1]
    assert body.index("0:00 / 0:00") < body.index("<p>", body.index("<p>0:00</p>") + 1)


def test_the_tail_has_full_stop_slash_by_line_and_more(province: Province) -> None:
    text = page(province, PAPER, with_quirk("tail"))
    assert re.search(r"\./\.</p>\s*<p style=\"text-align: right;\"><strong>[^<]+</strong></p>\s*<p>Xem thêm</p>", text)
    assert '<span class="article__author cms-author"></span>' in text


def test_captions_are_doubled_and_the_sapo_is_repeated(province: Province) -> None:
    captions = re.findall(r'<td class="caption">([^<]+)</td>', page(province, PAPER, with_quirk("doubled-caption")))
    assert len(captions) == 2 * len(set(captions)) > 0
    text = page(province, PAPER, with_quirk("repeated-sapo"))
    lead = re.search(r'cms-desc">([^<]+)</div>', text)
    assert lead and f"<p>{lead[1]}</p>" in text


def test_the_dateline_stands_before_the_lead(province: Province) -> None:
    text = page(province, PAPER, paper_path("1007"))
    assert '<div class="article__sapo cms-desc">BM - ' in text


def test_legacy_letters_and_decomposed_letters_are_served(province: Province) -> None:
    eth = page(province, PAPER, with_quirk("eth"))
    assert "ð" in eth and "đ" not in eth
    assert not unicodedata.is_normalized("NFC", page(province, PAPER, with_quirk("nfd")))
    nfd = next(s for s in stories()["so-vhttdl-mau"] if "nfd" in s.quirks)
    assert not unicodedata.is_normalized(
        "NFC", page(province, DEPARTMENT, f"/index.php?com=chitiet_tin&id_tin={nfd.id}")
    )


def test_the_feed_has_the_newest_twenty_with_dates_of_mail(province: Province) -> None:
    _, headers, text = ask(province, PAPER, "/rss/home.rss")
    days = [parsedate_to_datetime(day) for day in re.findall(r"<pubDate>([^<]+)</pubDate>", text)]
    assert headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert len(days) == 20 and days == sorted(days, reverse=True)
    assert text.count("+0700</pubDate>") == 20


@pytest.mark.parametrize(("given", "name"), [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")])
def test_an_unchanged_feed_is_not_sent_twice(province: Province, given: str, name: str) -> None:
    province.at(moment("2021-01-07 17:00"))
    _, headers, _ = ask(province, PAPER, "/rss/home.rss")
    status, again, body = ask(province, PAPER, "/rss/home.rss", {name: headers[given]})
    assert (status, body, again["ETag"]) == (304, "", headers["ETag"])
    province.at(moment("2021-01-11 05:30"))
    assert ask(province, PAPER, "/rss/home.rss", {name: headers[given]})[0] == 200


def test_the_months_sitemap_pads_its_addresses_and_gives_the_last_edit(province: Province) -> None:
    corrected = next(s for s in stories()["bao-mau"] if s.corrections)
    text = ask(province, PAPER, "/sitemaps/news-2021-1.xml")[2]
    assert re.search(r"<loc>\s+http://127\.0\.0\.11:\d+/[^<\s]+\s+</loc>", text)
    entry = text.split(f"-post{corrected.id}.html")[1].split("</url>")[0]
    assert corrected.corrections[-1].since.isoformat() in entry
    assert corrected.published.isoformat() not in entry
    january = {s.id for s in stories()["bao-mau"] if s.published.year == 2021 and "vn" in s.hosts}
    assert set(re.findall(r"-post(\d+)\.html", text)) == january
    months = re.findall(r"news-(\d+-\d+)\.xml", ask(province, PAPER, "/sitemap.xml")[2])
    assert months == ["2021-2", "2021-1", "2020-12"]


def test_robots_names_the_sitemap_and_closes_search(province: Province) -> None:
    _, headers, text = ask(province, PAPER, "/robots.txt")
    assert headers["Content-Type"].startswith("text/plain")
    assert f"Sitemap: http://{PAPER}:{province.port}/sitemap.xml" in text
    assert "Disallow: /tim-kiem/" in text and "Disallow: /\n" not in text


def test_both_hosts_of_the_newspaper_share_one_id_space(province: Province) -> None:
    both = [s for s in stories()["bao-mau"] if set(s.hosts) == {"vn", "com"}]
    only_old = [s for s in stories()["bao-mau"] if s.hosts == ("com",)]
    assert both and only_old
    for story in both:
        new, old = (page(province, host, paper_path(story.id)) for host in (PAPER, OLD_PAPER))
        assert new.split("article-relate")[0] == old.split("article-relate")[0]
    feed = ask(province, OLD_PAPER, "/rss/home.rss")[2]
    assert {s.id for s in (*both, *only_old)} == set(re.findall(r"-post(\d+)\.html</link>", feed))
    assert ask(province, PAPER, paper_path(only_old[0].id))[0] == 404


def test_ids_do_not_run_in_the_order_of_time() -> None:
    ids = [int(s.id) for s in stories()["bao-mau"]]
    assert ids != sorted(ids) and len(set(ids)) == len(ids)


# Television, portal, department


def test_the_televisions_list_has_ten_to_a_page_and_leads_to_every_piece(province: Province) -> None:
    path, found = "/tin-tuc/", list[str]()
    while path:
        text = page(province, TELEVISION, path)
        here = re.findall(r"/tin-tuc-n(\d+)/", text)
        assert len(here) <= 10
        found += here
        following = re.search(r'<a class="next" href="([^"]+)">Trang sau</a>', text)
        path = following[1] if following else ""
    assert found == [s.id for s in reversed(stories()["dai-mau"])]


def test_a_television_page_is_one_paragraph_and_a_by_line_of_initials(province: Province) -> None:
    story = stories()["dai-mau"][0]
    content = page(province, TELEVISION, f"/tin-tuc-n{story.id}/{story.slug}.html").split("news-detail__content")[1]
    assert re.search(r"<p style=\"text-align:right\"><b>\w\.\w( – \w\.\w)+</b></p>", content)


def test_the_portal_cuts_two_slugs_to_the_same_letters_and_tells_them_apart_by_hex(province: Province) -> None:
    text = page(province, PORTAL, "/Pages/cai-cach-hanh-chinh-533/default.aspx?page=1")
    text += page(province, PORTAL, "/Pages/cai-cach-hanh-chinh-533/default.aspx?page=2")
    same = re.findall(r'href="(/Pages/[^"]+/quyet-dinh-cong-bo-danh-muc-th-[0-9a-f]{16}\.aspx)"', text)
    assert len(set(same)) == 2
    assert page(province, PORTAL, same[0]) != page(province, PORTAL, same[1])


def test_a_portal_page_has_the_marks_of_sharepoint_and_a_day_without_hour(province: Province) -> None:
    story = stories()["cong-mau"][3]
    text = page(province, PORTAL, f"/Pages/{story.section}/bat-ky-{story.id}.aspx")
    assert text.index("Skip Ribbon Commands") < text.index("Skip to main content") < text.index(story.title, 400)
    assert f"( Cập nhật lúc: {story.published:%d/%m/%Y}  )" in text
    assert f"{story.published:%H:%M}" not in text
    assert '<div class="news-source">Nguồn:</div>' in text


def test_the_portal_says_politely_and_with_200_that_it_has_no_such_page(province: Province) -> None:
    assert "Không tìm thấy trang" in page(province, PORTAL, "/Pages/tin-trong-tinh-501/mat-0000000000000000.aspx")


@pytest.mark.parametrize("host", [PAPER, OLD_PAPER, TELEVISION, DEPARTMENT])
def test_the_other_sites_say_404(province: Province, host: str) -> None:
    assert ask(province, host, "/khong-co-trang-nay")[0] == 404


def test_the_portals_reprint_has_the_newspapers_text_and_its_source() -> None:
    copies = [s for s in stories()["cong-mau"] if s.copy_of]
    assert [s.copy_of for s in copies] == ["bao-mau:1012"]
    original = next(s for s in stories()["bao-mau"] if s.id == "1012")
    assert copies[0].body == (*original.body, "Theo Báo Mẫu")
    assert original.published.date() < copies[0].published.date()


def test_the_departments_list_is_paged_and_followed_by_a_stray_table_tag(province: Province) -> None:
    first = page(province, DEPARTMENT, "/index.php?com=danhmuc_tin&id_category=2&page=1")
    assert "</table>" in first and "<table" not in first
    assert '<li class="active">' in first and "Ngày đăng: " in first and "/ Lượt xem: " in first
    found = []
    for number in (1, 2, 3, 4):
        text = page(province, DEPARTMENT, f"/index.php?com=danhmuc_tin&id_category=2&page={number}")
        found += re.findall(r'listnews_item_title"><a href="[^"]*id_tin=(\d+)"', text)
    assert found == [s.id for s in reversed(stories()["so-vhttdl-mau"])]


def test_the_departments_hidden_box_speaks_for_another_department_in_entities(province: Province) -> None:
    text = page(province, DEPARTMENT, "/index.php?com=chitiet_tin&id_tin=41")
    box = text.split('<div id="rs" style="display:none">')[1].split("</div>")[0]
    assert "Sở" not in box and box.isascii()
    assert "Sở Khoa học và Công nghệ tỉnh Mẫu" in unescape(box)
    assert "dịch vụ công trực tuyến mức độ 3, 4" in unescape(box)
    assert text.index('div id="rs"') < text.index("detail_news_title")
    assert "THÔNG BÁO MỚI" in text and "id_tb=46" in text


# Time


@pytest.mark.parametrize("now", [moment(text) for text in read_yaml(HERE / "moments.yaml")["crawls"]])
def test_nothing_from_the_future_is_shown_anywhere(province: Province, now: datetime) -> None:
    province.at(now)
    future = {s.title for outlet in OUTLETS for s in stories()[outlet] if s.published > now}
    future -= {s.title for outlet in OUTLETS for s in shown(outlet, now)}  # a correction may restore an old title
    paths = {
        PAPER: ("/", "/rss/home.rss", "/sitemaps/news-2021-1.xml", *(paper_path(s.id) for s in stories()["bao-mau"])),
        TELEVISION: ("/tin-tuc/", *(f"/tin-tuc-n{s.id}/{s.slug}.html" for s in stories()["dai-mau"])),
        PORTAL: ("/", "/Pages/tin-tuc.aspx", *(f"/Pages/{s.section}/x-{s.id}.aspx" for s in stories()["cong-mau"])),
        DEPARTMENT: ("/", *(f"/index.php?com=chitiet_tin&id_tin={s.id}" for s in stories()["so-vhttdl-mau"])),
    }
    for host, asked in paths.items():
        for path in asked:
            text = unescape(ask(province, host, path)[2])
            assert not [title for title in future if title in text]


def test_a_correction_is_shown_from_its_moment_on(province: Province) -> None:
    story = next(s for s in stories()["bao-mau"] if s.corrections)
    change = story.corrections[0]
    assert change.title and change.title != story.title
    province.at(moment("2021-01-07 17:00"))
    before = unescape(page(province, PAPER, paper_path(story.id)))
    assert story.title in before and change.title not in before
    province.at(change.since)
    after = unescape(page(province, PAPER, paper_path(story.id)))
    assert change.title in after and story.title not in after


def test_the_piece_of_sunday_night_is_not_there_on_sunday_evening_and_is_on_monday(province: Province) -> None:
    province.at(moment("2021-01-10 23:30"))
    assert ask(province, PAPER, paper_path("1056"))[0] == 404
    province.at(moment("2021-01-11 05:30"))
    assert ask(province, PAPER, paper_path("1056"))[0] == 200


def test_a_moment_ends_each_week_and_the_last_one_the_month() -> None:
    times = read_yaml(HERE / "moments.yaml")
    crawls = [moment(text) for text in times["crawls"]]
    assert crawls == sorted(crawls) and moment(times["report"]) > crawls[-1]
    mondays = [f"2021-01-{day:02d}" for day in (4, 11, 18, 25)] + ["2021-02-01"]
    assert [f"{m:%Y-%m-%d}" for m in crawls if m.weekday() == 0] == mondays


# The truth


def test_the_truth_on_paper_is_what_the_articles_say() -> None:
    assert read_yaml(HERE / "truth.yaml") == truth()


def test_all_six_statuses_occur() -> None:
    rows = read_yaml(HERE / "truth.yaml")["obligations"]
    assert {row["status"] for row in rows["2021-W04"]} == {str(status) for status in Status}
    assert [row["status"] for row in rows["2021-W04"]] == [row["status"] for row in rows["2021-01"]]


def test_every_item_and_every_trap_has_its_piece() -> None:
    told = read_yaml(HERE / "truth.yaml")["articles"]
    assert {item for row in told for item in row["items"]} == {str(number) for number in range(1, 12)}
    assert {row["kind"] for row in told} == {"article", "digest", "live", "empty"}
    assert {row["reprint_of"] for row in told} == {None, "bao-mau:1012", "bao-mau:1037"}


def test_the_demos_files_are_without_mistakes() -> None:
    settings = load(HERE / "sources.yaml", HERE / "plan")
    assert settings.plan.item_codes == tuple(str(number) for number in range(1, 12))
    assert {outlet.code for outlet in settings.press.outlets} == {*OUTLETS, "huyen-suoi-mau"}


# The network


def test_the_district_that_is_down_refuses(province: Province) -> None:
    with socket.socket() as caller:
        assert caller.connect_ex((DOWN, province.port)) != 0


def test_a_taken_port_is_named_with_what_to_do(province: Province) -> None:
    with pytest.raises(MonitorError, match=rf"127\.0\.0\.11:{province.port} is taken: .*End it"):
        Province(LAST, port=province.port).__enter__()


def test_a_province_that_could_not_start_leaves_nothing_open() -> None:
    with socket.socket() as other:
        other.bind((DEPARTMENT, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(MonitorError, match=rf"127\.0\.0\.15:{port} is taken"):
            Province(LAST, port=port).__enter__()
        with socket.socket() as caller:
            assert caller.connect_ex((PAPER, port)) != 0

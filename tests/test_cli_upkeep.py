"""The commands that look at pages again: presence, rebuild, sources; and what `run` says of rules that do not fit."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import open_database
from tests.loopback import Answer, Loopback
from tests.reports.test_json import validator
from tests.test_cli import AGENCIES, KEYWORDS, SOURCES, TARGETS, Desk
from tests.test_cli import PLAN as ONE_ITEM
from tests.test_jobs import a_feed, a_story
from tests.test_jobs_presence import a_home

HOTLINE = """\
    presence:
      - {item: "3", url: "http://HOST/", expect: {phone: "0209.3870.123"}}
"""
DUTY = """\
  - code: "3"
    title: Đường dây nóng
    text: Công khai đường dây nóng
    forms: [Giao diện báo điện tử]
    leads: [bao-mau]
    cadence: thường xuyên
obligations:
  - {item: "3", agency: bao-mau, channels: [báo điện tử], proof: presence}
"""
PLAN = ONE_ITEM.replace("obligations:\n", DUTY)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Loopback() as site:
        site.pages |= {f"/tin-post{n}.html": a_story(n, f"2021-01-0{n}") for n in (5, 6)}
        site.pages |= {"/": a_home(), "/rss/home.rss": a_feed(site, (6, "2021-01-06"), (5, "2021-01-05"))}
        found = Desk(tmp_path, site)
        found.plan.mkdir()
        sources = SOURCES.replace("pages:\n  epi:", f"{HOTLINE}pages:\n  epi:").replace("HOST", site.host)
        found.sources.write_text(sources, encoding="utf-8")
        for name, text in {"agencies": AGENCIES, "plan": PLAN, "targets": TARGETS, "keywords": KEYWORDS}.items():
            (found.plan / f"{name}.yaml").write_text(text, encoding="utf-8")
        yield found


def with_rules(desk: Desk, old: str, new: str) -> None:
    text = desk.sources.read_text(encoding="utf-8")
    assert old in text
    desk.sources.write_text(text.replace(old, new), encoding="utf-8")


def test_a_run_looks_at_the_hotline_and_prints_nothing(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("run") == 0
    assert capfd.readouterr() == ("", "")
    assert "/" in desk.site.paths
    assert desk("coverage", "--month", "2021-01", "--json") == 0
    rows = json.loads(capfd.readouterr().out)["rows"]
    (row,) = [row for row in rows if row["proof"] == "presence"]
    assert (row["done"], row["works"], row["parts"][0]["absent_days"]) == (1, None, 0)


def test_a_hotline_that_is_missing_is_a_finding_and_no_failure(desk: Desk) -> None:
    desk.site.pages["/"] = a_home("")
    assert desk("run") == 0


def test_a_page_that_cannot_be_looked_at_is_exit_1_with_a_line(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    desk.site.pages["/"] = Answer(500)
    assert desk("run") == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert line == f"bao-mau (Báo Mẫu), presence 3 http://{desk.site.host}/: status: máy chủ trả về mã lỗi"


def test_presence_looks_now_and_quotes_the_page(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert desk("presence") == 0
        out = capfd.readouterr().out
        assert out.startswith(f"bao-mau 3 http://{desk.site.host}/: found: phone 0209.3870.123: …")
        assert "Đường dây nóng: 0209.3870.123" in out
    assert desk("presence", "--json", "--outlet", "bao-mau") == 0
    (one,) = json.loads(capfd.readouterr().out)["sightings"]
    assert (one["shown"], one["day"], len(one["sha256"])) == ("found", "2021-01-11", 64)
    assert desk("presence", "--outlet", "bao-la") == 2


def test_status_names_rules_that_stopped_fitting_and_run_ends_with_1(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    days = [f"2021-01-{4 + n // 5:02d}" for n in range(30)]
    changed = "<html><head><title>Xã Mẫu</title></head><body><h2>Xã Mẫu, kỳ {}</h2><p>{}</p></body></html>"
    words = "Người dân nộp hồ sơ trực tuyến tại nhà và nhận kết quả qua bưu chính công ích. " * 8
    pages = {f"/tin-post{n}.html": a_story(n, day) for n, day in enumerate(days[:24], 1)}
    desk.site.pages |= pages
    desk.site.pages["/rss/home.rss"] = a_feed(desk.site, *reversed([*enumerate(days[:24], 1)]))
    assert desk("run") == 0
    desk.site.pages |= {f"/tin-post{n}.html": changed.format(n, words) for n in range(25, 31)}
    desk.site.pages["/rss/home.rss"] = a_feed(desk.site, *reversed([*enumerate(days, 1)]))
    capfd.readouterr()
    assert desk("run", as_of="2021-01-11T09:30+07:00") == 1
    err = capfd.readouterr().err
    assert "bao-mau (Báo Mẫu), page rules: " in err
    assert "not read by the outlet's rules" in err
    assert desk("status", "--json", as_of="2021-01-11T10:00+07:00") == 0
    shape = json.loads(capfd.readouterr().out)
    validator("status").validate(shape)
    assert [one["what"] for one in shape["extraction"]] == ["rules"]
    assert desk("status", as_of="2021-01-11T10:00+07:00") == 0
    assert "! bao-mau page rules: " in capfd.readouterr().out
    # Once the rules are mended and the stored pages are read anew, nothing is left to say.
    with_rules(desk, "    title: [h1]\n    text: [div.body]", "    title: [h1, h2]\n    text: [div.body, body]")
    assert desk("rebuild") in {0, 1}
    capfd.readouterr()
    assert desk("status", "--json", as_of="2021-01-11T10:00+07:00") == 0
    assert "rules" not in [one["what"] for one in json.loads(capfd.readouterr().out)["extraction"]]


def test_rebuild_says_what_it_would_change_and_changes_it(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("run") == 0
    assert desk("rebuild") == 0
    assert capfd.readouterr() == ("", "")
    with_rules(desk, "    text: [div.body]", "    text: [div.body]\n    lead: [h1]")
    assert desk("rebuild", "--dry-run") == 0
    out, err = capfd.readouterr()
    assert [line.split(": changed: ")[1] for line in out.splitlines()] == ["lead (rules:epi → rules:epi)"] * 2
    assert err == "2 stored pages read anew: 2 would change, 0 no longer read.\n"
    assert desk("rebuild", "--json") == 0
    out, err = capfd.readouterr()
    shape = json.loads(out)
    assert (shape["read"], shape["dry_run"], shape["unread"], shape["bytes_not_kept"]) == (2, False, [], 0)
    assert [one["fields"] for one in shape["changed"]] == [["lead"], ["lead"]]
    assert err == "2 stored pages read anew: 2 changed, and tagged again, 0 no longer read.\n"
    with open_database(f"sqlite:///{desk.folder}/monitor.db") as database, database.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM tagged").scalar() == 2
        assert conn.exec_driver_sql("SELECT count(*) FROM versions").scalar() == 2
    assert desk("rebuild", "--outlet", "bao-la") == 2


def test_rebuild_names_what_no_longer_reads(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("run") == 0
    with_rules(desk, "-post(?P<id>\\d+)\\.html$", "-tin(?P<id>\\d+)\\.html$")
    assert desk("rebuild", "--outlet", "bao-mau") == 1
    out, err = capfd.readouterr()
    assert out.splitlines()[0].endswith("no longer reads, left as it was: not_an_article: trang không phải tin, bài")
    assert "0 changed, 2 no longer read" in err


def test_rebuild_reads_pages_that_could_not_be_read_when_they_came(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    desk.site.pages["/tin-post5.html"] = a_story(5, "2021-01-05").replace("h1", "div")
    assert desk("run") in {0, 1}
    capfd.readouterr()
    assert desk("rebuild") == 0
    assert capfd.readouterr() == ("", "")
    with_rules(desk, "    title: [h1]", "    title: [h1, 'body > div']")
    assert desk("rebuild", "--dry-run") == 0
    assert capfd.readouterr() == (
        "bao-mau 5: unread page: reads now\n",
        "1 unread pages would be read; 0 still cannot be read.\n",
    )
    assert desk("rebuild", "--json") == 0
    out, err = capfd.readouterr()
    shape = json.loads(out)
    assert [(one["outlet"], one["identity"]) for one in shape["pages_read"]] == [("bao-mau", "5")]
    assert (shape["changed"], shape["pages_unread"], shape["bytes_not_kept"]) == ([], [], 0)
    assert err == "1 unread pages read, and tagged; 0 still cannot be read.\n"
    with open_database(f"sqlite:///{desk.folder}/monitor.db") as database, database.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM tagged").scalar() == 2


def test_rebuild_over_damaged_bytes_is_exit_65(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("run") == 0
    with open_database(f"sqlite:///{desk.folder}/monitor.db") as database, database.begin() as conn:
        conn.exec_driver_sql("UPDATE pages SET body = x'00'")
    assert desk("rebuild") == 65
    assert "stored bytes are damaged" in capfd.readouterr().out


def test_sources_list_names_outlets_sources_and_duties(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("sources", "list") == 0
    assert capfd.readouterr().out.splitlines() == [
        "bao-mau: Báo Mẫu (báo điện tử)",
        f"  feed trang-chu: http://{desk.site.host}/rss/home.rss",
        f"  presence 3: http://{desk.site.host}/: phone 0209.3870.123",
    ]
    assert desk("sources", "list", "--json") == 0
    (one,) = json.loads(capfd.readouterr().out)
    assert (one["code"], one["open"]) == ("bao-mau", True)


def test_capture_fetches_a_page_as_a_crawl_would_and_makes_it_a_test(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    url, to = f"http://{desk.site.host}/tin-post5.html", ("--to", str(desk.folder))
    assert desk("sources", "capture", "bao-mau", url, *to) == 0
    folder = Path(capfd.readouterr().out.strip())
    assert folder == desk.folder / "bao-mau" / "2021-01-05-xa-mau-son-nhan-ho-so-qua-mang"
    assert desk.site.requests[0].path == "/robots.txt"
    assert gzip.decompress((folder / "page.html.gz").read_bytes()).decode() == a_story(5, "2021-01-05")
    page = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    assert (page["url"], page["status"], list(page["headers"])) == (url, 200, ["content-type"])
    article = json.loads((folder / "article.json").read_text(encoding="utf-8"))
    assert (article["identity"], article["by"], article["published_on"]) == ("5", "rules:epi", "2021-01-05")
    assert desk("sources", "capture", "bao-mau", url, *to) == 2
    assert "is there already" in capfd.readouterr().err


def test_capture_takes_a_saved_page_and_asks_nobody(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    saved = desk.folder / "trang.html"
    saved.write_text(a_story(7, "2021-01-07"), encoding="utf-8")
    url = f"http://{desk.site.host}/tin-post7.html"
    assert desk("sources", "capture", "bao-mau", url, "--file", str(saved), "--to", str(desk.folder)) == 0
    assert desk.site.requests == []


def test_capture_of_a_page_that_could_not_be_read_asks_for_the_reason_until_a_person_says_more(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    saved = desk.folder / "trang.html"
    saved.write_text("<html><body></body></html>", encoding="utf-8")
    url = f"http://{desk.site.host}/tin-post7.html"
    assert desk("sources", "capture", "bao-mau", url, "--file", str(saved), "--to", str(desk.folder)) == 1
    out, err = capfd.readouterr()
    assert json.loads((Path(out.strip()) / "article.json").read_text(encoding="utf-8")) == {"error": "not_an_article"}
    assert "asks for just that" in err


@pytest.mark.parametrize(
    ("code", "path", "to"),
    [("bao-la", "/tin-post5.html", "."), ("bao-mau", None, "."), ("bao-mau", "/tin-post5.html", "khong-co")],
)
def test_capture_refuses_what_cannot_be(desk: Desk, code: str, path: str | None, to: str) -> None:
    url = f"http://{desk.site.host}{path}" if path else "http://khac.test/tin-post5.html"
    assert desk("sources", "capture", code, url, "--to", str(desk.folder / to)) == 2
    assert desk.site.requests == []


def test_capture_of_a_page_that_does_not_come_says_why(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    url = f"http://{desk.site.host}/tin-post99.html"
    assert desk("sources", "capture", "bao-mau", url, "--to", str(desk.folder)) == 69
    assert "trang đã bị gỡ" in capfd.readouterr().err
    assert not (desk.folder / "bao-mau").exists()

"""Each command as its user runs it: what it prints, where, and its exit code."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import openpyxl
import pytest

from monitor.cli import run
from monitor.press import Page
from storage import articles, open_database
from tests.loopback import Answer, Loopback
from tests.reports.test_json import validator
from tests.test_jobs import a_feed, a_story

ROOT = Path(__file__).parent.parent
AS_OF = "2021-01-11T05:30+07:00"


class Desk:
    """A folder with the files people edit, a newspaper on loopback, and the commands run on them."""

    def __init__(self, folder: Path, site: Loopback) -> None:
        self.folder = folder
        self.site = site
        self.sources = folder / "sources.yaml"
        self.plan = folder / "2021"

    def __call__(self, *command: str, as_of: str = AS_OF, before: tuple[str, ...] = ()) -> int:
        database = f"sqlite:///{self.folder}/monitor.db"
        files = ["--sources", str(self.sources), "--plan", str(self.plan)]
        return run(["--database", database, *files, "--as-of", as_of, *before, *command])


SOURCES = """\
schema: 1
user_agent: "cchc-monitor/test"
outlets:
  - code: bao-mau
    name: Báo Mẫu
    agency: bao-mau
    channel: báo điện tử
    hosts: ["HOST"]
    identity: '-post(?P<id>\\d+)\\.html$'
    pages: epi
    pace: {seconds: 0, at_once: 4}
    allow_private: true
    verified_on: null
    sources:
      - {name: trang-chu, kind: feed, url: "http://HOST/rss/home.rss"}
pages:
  epi:
    title: [h1]
    text: [div.body]
    published: ["time@datetime"]
"""

AGENCIES = """\
schema: 1
agencies:
  - {code: ubnd-mau, name: UBND tỉnh Mẫu}
  - {code: bao-mau, name: Báo Mẫu}
"""

PLAN = """\
schema: 1
number: 01/KH-UBND
title: Kế hoạch tuyên truyền cải cách hành chính năm 2021
issued_on: 2020-12-28
issued_by: ubnd-mau
period: {first: 2021-01-01, last: 2021-12-31, label: Năm 2021}
letterhead:
  {parent: UBND TỈNH MẪU, agency: SỞ NỘI VỤ, symbol: BC-SNV, place: Mẫu, addressee: UBND tỉnh Mẫu, signer: GIÁM ĐỐC}
items:
  - code: "9"
    title: Dịch vụ công trực tuyến
    text: Tuyên truyền dịch vụ công trực tuyến
    forms: [Trên báo điện tử]
    leads: [bao-mau]
    cadence: thường xuyên
obligations:
  - {item: "9", agency: bao-mau, channels: [báo điện tử], proof: count}
"""

TARGETS = """\
schema: 1
set_by: mức theo dõi mặc định, chưa được phê duyệt
targets:
  - {item: "9", owed_by: bao-mau, target: {count: 2, every: tháng}}
"""

KEYWORDS = """\
schema: 1
version: 1
threshold: 0.5
subject: {at_least: 0.5, strong: [trực tuyến]}
items:
  - {item: "9", strong: [dịch vụ công trực tuyến, hồ sơ trực tuyến]}
calibration:
  - {item: "9", slope: 4.0, intercept: -1.0}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Loopback() as site:
        site.pages |= {f"/tin-post{n}.html": a_story(n, f"2021-01-0{n}") for n in (5, 6)}
        site.pages["/rss/home.rss"] = a_feed(site, (6, "2021-01-06"), (5, "2021-01-05"))
        found = Desk(tmp_path, site)
        found.plan.mkdir()
        found.sources.write_text(SOURCES.replace("HOST", site.host), encoding="utf-8")
        for name, text in {"agencies": AGENCIES, "plan": PLAN, "targets": TARGETS, "keywords": KEYWORDS}.items():
            (found.plan / f"{name}.yaml").write_text(text, encoding="utf-8")
        yield found


def test_a_run_that_succeeds_prints_nothing(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("run") == 0
    assert capfd.readouterr() == ("", "")


def test_the_road_from_run_to_report(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("run") == 0
    assert desk("articles", "--json", "--limit", "0") == 0
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["published_on"] for line in lines] == ["2021-01-06", "2021-01-05"]
    assert [line["standing"] for line in lines] == [["9"], ["9"]]
    assert desk("coverage", "--week", "2021-W01", "--json") == 0
    (row,) = json.loads(capfd.readouterr().out)["rows"]
    assert (row["done"], row["due"], row["status"]) == (2, 2, "đạt")
    names = [desk.folder / f"bao-cao.{ending}" for ending in ("html", "docx", "xlsx", "json")]
    assert desk("report", "--week", "2021-W01", *(part for name in names for part in ("-o", str(name)))) == 0
    assert all(name.stat().st_size > 1000 for name in names)
    assert not list(desk.folder.glob(".*.part"))


def test_no_source_reached_is_exit_69_with_a_line_per_outlet_and_no_zero(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    desk.site.pages["/rss/home.rss"] = Answer(503)
    assert desk("run") == 69
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines() == ["bao-mau (Báo Mẫu), source trang-chu: failed: status: máy chủ trả về mã lỗi"]
    assert desk("coverage", "--week", "2021-W01", "--json") == 0
    (row,) = json.loads(capfd.readouterr().out)["rows"]
    assert (row["done"], row["status"], row["in_period"]["done"]) == (None, "đang trong kỳ", None)


def test_some_sources_failed_is_exit_1(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    desk.site.pages["/tin-post5.html"] = Answer(500)
    assert desk("run") == 1
    assert "1 pieces unread" in capfd.readouterr().err


def test_crawl_says_in_json_where_every_link_ended(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("crawl", "--json") == 0
    (source,) = json.loads(capfd.readouterr().out)["sources"]
    buckets = ("known", "new", "updated", "refused", "failed", "pending")
    assert source["announced"] == sum(source[name] for name in buckets) == 2


def test_a_file_with_mistakes_is_exit_78_and_changes_nothing(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("run") == 0
    text = desk.sources.read_text(encoding="utf-8")
    desk.sources.write_text(text.replace("channel: báo điện tử", "channel: báo mạng"), encoding="utf-8")
    assert desk("check") == 78
    err = capfd.readouterr().err
    assert err.startswith(f"{desk.sources}:7:5 outlets.0.channel: ")
    assert desk("run") == 78
    desk.sources.write_text(text, encoding="utf-8")
    assert desk("articles", "--json") == 0
    assert len(capfd.readouterr().out.splitlines()) == 2


def test_a_second_run_beside_the_first_is_exit_75(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    with open_database(f"sqlite:///{desk.folder}/monitor.db") as database, database.lock():
        assert desk("run") == 75
    assert "another run" in capfd.readouterr().err
    assert desk("run") == 0


def test_a_damaged_database_is_exit_65(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "monitor.db").write_bytes(b"not a database at all" * 100)
    assert desk("articles") == 65
    assert "monitor.db" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("coverage", "--week", "2021-W54"), "no week 54"),
        (("coverage", "--week", "2021-03"), "does not fit"),
        (("coverage", "--month", "2021-Q1"), "write 2021-03"),
        (("coverage", "--year", "2021-03"), "write 2021"),
        (("coverage", "--week", "2021-W01", "--month", "2021-01"), "one period"),
        (("coverage", "--from", "0001-01-01", "--to", "0001-01-02"), "between 1990 and 2200"),
        (("coverage", "--from", "9999-12-30", "--to", "9999-12-31"), "between 1990 and 2200"),
        (("coverage", "--from", "2021-02-01", "--to", "2021-01-01"), "lies before"),
        (("coverage", "--json", "--csv"), "--json and --csv"),
        (("coverage", "--from", "2021-01-01"), "go together"),
        (("coverage", "--calendar", "lunar"), "civil or state"),
        (("report", "-o", "bao-cao.pdf"), "ending"),
        (("report", "-o", "/khong/co/bao-cao.html"), "no folder"),
        (("articles", "--item", "12"), "items are 9"),
        (("articles", "--from", "hôm qua"), "write a day"),
        (("articles", "--from", "2021-02-01", "--to", "2021-01-01"), "lies before"),
        (("articles", "--json", "--csv"), "--json and --csv"),
        (("articles", "--json", "-o", "danh-muc.xlsx"), "--json and --output"),
        (("articles", "--outlet", "khong-co"), "no such outlet"),
        (("crawl", "--outlet", "khong-co"), "no such outlet"),
        (("crawl", "--backfill", "2021-02..01"), "FIRST..LAST"),
        (("crawl", "--backfill", "0001-01-01..0001-01-02"), "FIRST..LAST"),
        (("classify", "khong-co.ndjson"), "name a file"),
        (("extract", "--url", "http://bao-mau.test/tin-post5.html", "khong-co.html"), "name a file"),
        (("show", "999"), "no article 999"),
        (("review", "999", "--by", "CCHC", "--confirm", "9"), "no article 999"),
        (("review", "1", "--by", "CCHC"), "say what"),
        (("review", "1", "--by", " ", "--confirm", "9"), "needs a name"),
        (("serve", "--host", "0.0.0.0"), "this machine only"),
        (("serve", "--host", "127.0.0.2"), "this machine only"),
        (("extract", "--url", "javascript:1"), "write an address"),
    ],
)
def test_wrong_usage_is_exit_2_and_says_what_to_write(
    desk: Desk, command: tuple[str, ...], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert desk(*command) == 2
    assert words in " ".join(capfd.readouterr().err.split())


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31", "2021-01", "hôm qua"])
def test_a_moment_that_nobody_means_is_exit_2(desk: Desk, moment: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("coverage", as_of=moment) == 2
    assert "--as-of" in capfd.readouterr().err


def test_an_outlet_named_twice_is_read_once(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("crawl", "--outlet", "bao-mau", "--outlet", "bao-mau", "--json") == 0
    assert len(json.loads(capfd.readouterr().out)["sources"]) == 1
    assert desk.site.paths.count("/rss/home.rss") == 1


def test_a_port_in_use_is_exit_2_and_says_so(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert desk("serve", "--port", str(other.getsockname()[1])) == 2
    assert "name another port" in " ".join(capfd.readouterr().err.split())


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("mysql://u@server/db", 2),
        ("sqlite:////khong/co/monitor.db", 2),
        ("postgresql://u@127.0.0.1:1/monitor", 74),
    ],
)
def test_a_database_out_of_reach_is_not_called_damaged(
    desk: Desk, address: str, code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    files = ["--sources", str(desk.sources), "--plan", str(desk.plan)]
    assert run(["--database", address, *files, "articles"]) == code
    assert capfd.readouterr().err.startswith("monitor: ")


@pytest.mark.slow
def test_a_database_that_another_program_writes_is_exit_75(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("run") == 0
    with closing(sqlite3.connect(desk.folder / "monitor.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert desk("review", "1", "--by", "CCHC", "--confirm", "9") == 75
    assert "try again in a moment" in capfd.readouterr().err


def test_tables_of_another_version_are_exit_65(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    assert desk("run") == 0
    for step, words in (("0000", "db upgrade"), ("9999", "update the program")):
        with closing(sqlite3.connect(desk.folder / "monitor.db")) as other, other:
            other.execute("UPDATE alembic_version SET version_num = ?", (step,))
        assert desk("articles") == 65
        assert words in capfd.readouterr().err


def test_a_clock_that_stands_before_the_newest_reading_is_refused(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    assert desk("run", as_of="2199-01-01T05:30+07:00") == 0
    files = ["--sources", str(desk.sources), "--plan", str(desk.plan)]
    for command in ("run", "crawl"):
        assert run(["--database", f"sqlite:///{desk.folder}/monitor.db", *files, command]) == 2
        err = " ".join(capfd.readouterr().err.split())
        assert "2199-01-01 05:30" in err
        assert "--as-of" in err
    assert desk("run") == 0


def test_a_review_stands_and_is_shown(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    desk("run")
    assert desk("review", "1", "--reject", "9", "--by", "phòng CCHC", "--note", "không phải DVC") == 0
    assert desk("tag", "--again") == 0
    assert desk("show", "1") == 0
    out = capfd.readouterr().out
    assert "bác bỏ, phòng CCHC" in out
    assert "không tính" in out
    assert desk("articles", "--item", "9", "--json") == 0
    assert len(capfd.readouterr().out.splitlines()) == 1


def test_a_correction_and_a_credit_are_shown(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    desk("run")
    with open_database(f"sqlite:///{desk.folder}/monitor.db") as database, database.begin() as conn:
        first = articles.versions(conn, 1)[0]
        body = articles.body(conn, first.article.sha256)
        assert body is not None
        page = Page(first.article.url, first.final_url, first.article.fetched_at, 200, {}, body)
        text = f"{first.article.text}\n(TTXVN)"
        articles.add(conn, replace(first.article, title=f"{first.article.title} (đã sửa)", text=text), page)
    capfd.readouterr()
    assert desk("show", "1") == 0
    out = capfd.readouterr().out
    assert "sửa tiêu đề, thêm 1 đoạn (trang gốc không đổi: máy đọc lại)" in out
    assert "{+(đã sửa)+}" in out
    assert "đoạn: {+(TTXVN)+}" in out
    assert "ghi nguồn: TTXVN" in out
    assert desk("show", "1", "--json") == 0
    whole = json.loads(capfd.readouterr().out)
    assert whole["credit"] == "TTXVN"
    assert whole["same_work"] == []
    assert [len(version["changes"]) for version in whole["versions"]] == [0, 2]
    assert whole["versions"][1]["changes"][1] == {"part": "paragraph", "edit": "added", "runs": [["added", "(TTXVN)"]]}


def test_an_outlet_that_has_closed_raises_no_alarm(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    desk("run", as_of="2021-01-08T05:30+07:00")
    text = desk.sources.read_text(encoding="utf-8")
    desk.sources.write_text(text.replace("    hosts:", "    valid: {last: 2021-01-08}\n    hosts:"), encoding="utf-8")
    capfd.readouterr()
    assert desk("status", "--json", as_of="2021-01-12T05:30+07:00") == 0
    assert [s["alarm"] for s in json.loads(capfd.readouterr().out)["sources"]] == [False]


def test_status_tells_each_source_and_each_day(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    desk.site.pages |= {f"/tin-post{n}.html": a_story(n, f"2021-01-{n:02d}") for n in (4, 7, 8)}
    desk.site.pages["/rss/home.rss"] = a_feed(desk.site, *((n, f"2021-01-{n:02d}") for n in (8, 7, 6, 5, 4)))
    desk("run")
    assert desk("status", "--json", "--days", "6") == 0
    shape = json.loads(capfd.readouterr().out)
    assert [(s["outcome"], s["alarm"]) for s in shape["sources"]] == [("ok", False)]
    assert [(d["day"], d["seen"]) for d in shape["days"]] == [
        ("2021-01-05", "not"),  # the oldest day of the feed may be cut
        *[(f"2021-01-{day:02d}", "fully") for day in range(6, 11)],
    ]
    assert desk("status", "--json", as_of="2021-01-12T08:00+07:00") == 0
    assert json.loads(capfd.readouterr().out)["sources"][0]["alarm"] is True


@pytest.mark.parametrize(
    ("schema", "command"),
    [
        ("crawl", ("crawl", "--json")),
        ("status", ("status", "--json")),
        ("coverage", ("coverage", "--week", "2021-W01", "--json")),
        ("coverage", ("coverage", "--year", "2021", "--calendar", "state", "--json")),
        ("articles", ("articles", "--json")),
        ("extract", ("extract", "--url", "http://HOST/tin-post5.html", "PAGE")),
        ("classify", ("classify", "LINES")),
        ("classify", ("classify", "--all", "LINES")),
    ],
)
def test_what_a_command_prints_as_json_fits_its_schema(
    desk: Desk, schema: str, command: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    desk("run")
    desk("review", "1", "--reject", "9", "--by", "phòng CCHC")
    desk("review", "2", "--confirm", "9", "--by", "phòng CCHC")
    (desk.folder / "PAGE").write_text(a_story(5), encoding="utf-8")
    line = {
        "id": "a",
        "title": "Nộp hồ sơ trực tuyến",
        "text": "Dịch vụ công trực tuyến.",
        "published_on": "2021-01-05",
    }
    (desk.folder / "LINES").write_text(json.dumps(line), encoding="utf-8")
    files = {"PAGE": str(desk.folder / "PAGE"), "LINES": str(desk.folder / "LINES")}
    capfd.readouterr()
    assert desk(*(files.get(word, word.replace("HOST", desk.site.host)) for word in command)) == 0
    out = capfd.readouterr().out
    shapes = [json.loads(one) for one in out.splitlines()] if schema in {"articles", "classify"} else [json.loads(out)]
    assert shapes
    for shape in shapes:
        validator(schema).validate(shape)


def test_the_list_of_articles_is_written_as_a_workbook(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    desk("run")
    path = desk.folder / "danh-muc.xlsx"
    assert desk("articles", "-o", str(path)) == 0
    sheet = openpyxl.load_workbook(path)["Danh mục"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=4)]
    assert [str(row[1])[:10] for row in rows] == ["2021-01-06", "2021-01-05"]
    assert desk("articles", "-o", str(desk.folder / "danh-muc.pdf")) == 2


def test_classify_answers_line_by_line_without_a_database(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    file = desk.folder / "tin.ndjson"
    told: list[dict[str, Any]] = [
        {
            "id": "a",
            "title": "Nộp hồ sơ qua dịch vụ công trực tuyến mức độ 4",
            "text": "Dịch vụ công trực tuyến mức độ 4.",
        },
        {"id": 2, "title": "Dự báo thời tiết", "text": "Trời rét."},
    ]
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in told), encoding="utf-8")
    assert desk("classify", "--all", str(file)) == 0
    first, second = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert (first["id"], [tag["item"] for tag in first["tags"]]) == ("a", ["9"])
    assert all(
        because.lower() in told[0]["title"].lower() + told[0]["text"].lower() for because in first["tags"][0]["because"]
    )
    assert (second["id"], second["tags"]) == (2, [])
    assert set(second["scores"]) == {"9"}
    assert not (desk.folder / "monitor.db").exists()
    file.write_text('{"id": 1}\n', encoding="utf-8")
    assert desk("classify", str(file)) == 2
    assert f"{file}:1:" in capfd.readouterr().err


def test_extract_reads_a_saved_page_without_database_and_network(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    file = desk.folder / "trang.html"
    file.write_text(a_story(5, "2021-01-05"), encoding="utf-8")
    assert desk("extract", "--url", desk.site.url("/tin-post5.html"), str(file)) == 0
    shape = json.loads(capfd.readouterr().out)
    assert (shape["published_on"], shape["by"]) == ("2021-01-05", "rules:epi")
    assert desk.site.requests == []
    file.write_text("<html><body></body></html>", encoding="utf-8")
    assert desk("extract", "--url", desk.site.url("/tin-post5.html"), str(file)) == 1


def test_a_reader_that_leaves_early_is_no_error(desk: Desk) -> None:
    desk("run")
    command = [sys.executable, "-m", "monitor", "--database", f"sqlite:///{desk.folder}/monitor.db"]
    command += ["--sources", str(desk.sources), "--plan", str(desk.plan), "articles", "--json"]
    shell = subprocess.run(
        ["bash", "-c", 'set -o pipefail; "$@" | head -n 1 >/dev/null', "bash", *command],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert (shell.returncode, shell.stderr) == (0, "")


def test_in_an_ascii_terminal_vietnamese_is_no_traceback(desk: Desk) -> None:
    desk("run")
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--database", f"sqlite:///{desk.folder}/monitor.db", "--sources",
         str(desk.sources), "--plan", str(desk.plan), "--as-of", AS_OF, "coverage", "--week", "2021-W01"],
        capture_output=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LANG": "C", "LC_ALL": "C"},
        check=True,
    )  # fmt: skip
    assert "Báo Mẫu" in done.stdout.decode("utf-8")


def test_sigterm_ends_a_run_with_143_and_the_next_run_goes_on(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    asked: list[int] = []

    def slow(_request: object) -> str:
        asked.append(1)
        os.kill(process.pid, signal.SIGTERM)
        return a_story(6, "2021-01-06")

    desk.site.pages["/tin-post6.html"] = slow
    command = [sys.executable, "-m", "monitor", "--database", f"sqlite:///{desk.folder}/monitor.db"]
    command += ["--sources", str(desk.sources), "--plan", str(desk.plan), "--as-of", AS_OF, "run"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    process.communicate(timeout=60)
    assert process.returncode == 143
    assert asked
    assert desk("articles", "--json") == 0
    # Whoever was told to stop begins no tagging.
    assert [json.loads(line)["standing"] for line in capfd.readouterr().out.splitlines()] == [[]]
    assert desk("run") == 0
    assert desk("articles", "--json") == 0
    assert [json.loads(line)["standing"] for line in capfd.readouterr().out.splitlines()] == [["9"], ["9"]]


def a_run_of(desk: Desk, command: str, python: tuple[str, ...] = ("-m", "monitor")) -> list[str]:
    files = ["--sources", str(desk.sources), "--plan", str(desk.plan), "--as-of", AS_OF]
    return [sys.executable, *python, "--database", f"sqlite:///{desk.folder}/monitor.db", *files, command]


@pytest.mark.slow
def test_a_page_that_never_ends_does_not_hold_a_signalled_run(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    ended = Event()

    def endless(_request: object) -> str:
        os.kill(process.pid, signal.SIGTERM)
        ended.wait()
        return a_story(6, "2021-01-06")

    desk.site.pages["/tin-post6.html"] = endless
    process = subprocess.Popen(a_run_of(desk, "run"), cwd=ROOT)
    try:
        assert process.wait(timeout=60) == 143
    finally:
        ended.set()
    desk.site.pages["/tin-post6.html"] = a_story(6, "2021-01-06")
    assert desk("run") == 0
    assert desk("articles", "--json") == 0
    assert len(capfd.readouterr().out.splitlines()) == 2


SIGNALLED_WHILE_TAGGING = """
import logging, os, signal, sys
from monitor.cli import run

class Sender(logging.Handler):
    def emit(self, record):
        if record.msg.startswith("articles tagged"):
            os.kill(os.getpid(), signal.{name})

logging.getLogger("monitor.jobs.tag").addHandler(Sender())
sys.exit(run(["-v", *sys.argv[1:]]))
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_while_tagging_is_told_by_the_exit_code(desk: Desk, name: str, code: int) -> None:
    program = SIGNALLED_WHILE_TAGGING.format(name=name)
    done = subprocess.run(a_run_of(desk, "run", ("-c", program)), cwd=ROOT, capture_output=True, text=True)
    assert "articles tagged" in done.stderr
    assert done.returncode == code
    assert desk("run") == 0


def test_a_killed_run_loses_nothing_stored(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    def killer(_request: object) -> str:
        os.kill(process.pid, signal.SIGKILL)
        return a_story(5, "2021-01-05")

    desk.site.pages["/tin-post5.html"] = killer
    command = [sys.executable, "-m", "monitor", "--database", f"sqlite:///{desk.folder}/monitor.db"]
    command += ["--sources", str(desk.sources), "--plan", str(desk.plan), "--as-of", AS_OF, "run"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert desk("articles", "--json") == 0
    assert len(capfd.readouterr().out.splitlines()) <= 1  # what was read and not yet written is read again
    desk.site.pages["/tin-post5.html"] = a_story(5, "2021-01-05")
    assert desk("run") == 0
    assert desk("articles", "--json") == 0
    assert len(capfd.readouterr().out.splitlines()) == 2

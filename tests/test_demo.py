"""`make demo` as a user runs it: every number it shows is the number that the truth file says."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from storage import open_database

ROOT = Path(__file__).parent.parent
TRUTH: dict[str, Any] = YAML(typ="safe").load((ROOT / "demo/truth.yaml").read_text(encoding="utf-8"))
PERIODS = {name: ("--week", name) for name in TRUTH["weeks"]} | {name: ("--month", name) for name in TRUTH["months"]}
REPORT_AT = "2021-02-01T07:00:00+07:00"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Demo:
    """What one `python -m demo` left behind."""

    out: Path
    printed: str

    def ask(self, *command: str) -> str:
        files = ["--sources", "demo/sources.yaml", "--plan", "demo/plan", "--as-of", REPORT_AT]
        line = [sys.executable, "-m", "monitor", "--database", f"sqlite:///{self.out}/demo.db", *files, *command]
        return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    def articles(self, *options: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.ask("articles", "--limit", "0", "--json", *options).splitlines()]


def play(out: Path) -> Demo:
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--out", str(out)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Demo(out, done.stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return play(tmp_path_factory.mktemp("demo") / "out")


def counting(articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in articles if one["kind"] not in {"digest", "empty"}]


def test_every_article_is_stored_once_with_its_day_kind_items_and_original(demo: Demo) -> None:
    stored = demo.articles()
    numbers = {one["id"]: f"{one['outlet']}:{one['identity']}" for one in stored}
    found = {
        (one["outlet"], one["identity"]): (
            one["published_on"], one["kind"], sorted(one["standing"]), numbers.get(one["reprint_of"])
        )
        for one in stored
    }  # fmt: skip
    expected = {
        (one["outlet"], str(one["id"])): (
            str(one["published_on"]), one["kind"], sorted(one["items"]), one["reprint_of"]
        )
        for one in TRUTH["articles"]
    }  # fmt: skip
    assert len(stored) == len(found)
    assert found == expected


@pytest.mark.parametrize("name", PERIODS)
def test_the_numbers_of_a_period_are_those_of_the_truth_file(demo: Demo, name: str) -> None:
    truth = (TRUTH["weeks"] | TRUTH["months"])[name]
    shape = json.loads(demo.ask("coverage", *PERIODS[name], "--json"))
    assert shape["totals"] == {key: truth[key] for key in ("articles", "tags", "unclassified")}
    assert (shape["period"]["first"], shape["period"]["last"]) == (str(truth["first"]), str(truth["last"]))
    stored = demo.articles("--from", str(truth["first"]), "--to", str(truth["last"]))
    assert len(stored) - len(counting(stored)) == truth["kinds_not_counted"]
    assert Counter(one["outlet"] for one in counting(stored)) == truth["by_outlet"]
    times: dict[str, Counter[str]] = {}
    for one in counting(stored):
        for item in one["standing"]:
            times.setdefault(item, Counter())[one["outlet"]] += 1
    assert times == truth["times"]


@pytest.mark.parametrize("name", TRUTH["obligations"])
def test_every_row_of_the_matrix_is_that_of_the_truth_file(demo: Demo, name: str) -> None:
    rows = json.loads(demo.ask("coverage", *PERIODS[name], "--json"))["rows"]
    found = [
        {
            "item": row["item"],
            "agency": row["agency"],
            "channels": row["channel"].split(", "),
            "role": row["role"],
            "proof": row["proof"],
            "cycle": [row["cycle"]["first"], row["cycle"]["last"]],
            "done": row["done"],
            "works": row["works"],
            "in_period": row["in_period"]["done"],
            "due": row["due"],
            "every": row["every"],
            "status": row["status"],
            "blind_days": row["blind_days"],
        }
        for row in rows
    ]
    assert found == TRUTH["obligations"][name]


def test_all_six_statuses_occur() -> None:
    found = {row["status"] for rows in TRUTH["obligations"].values() for row in rows}
    assert found == {"đạt", "chưa đạt", "chưa đủ căn cứ", "chờ minh chứng", "không áp dụng", "đang trong kỳ"}


def test_a_number_can_be_opened_down_to_the_stored_bytes(demo: Demo) -> None:
    from hashlib import sha256

    from storage import articles

    with open_database(f"sqlite:///{demo.out}/demo.db") as database, database.connect() as conn:
        for one in demo.articles():
            history = articles.versions(conn, one["id"])
            assert history[-1].article.sha256 == one["sha256"]
            for version in history:
                body = articles.body(conn, version.article.sha256)
                assert body is not None
                assert sha256(body).hexdigest() == version.article.sha256


def test_every_word_that_earned_a_tag_stands_in_the_article(demo: Demo) -> None:
    told = 0
    for one in demo.articles():
        text = text_of(demo, one["id"])
        for tag in one["tags"]:
            told += len(tag["because"])
            assert all(words.lower() in text for words in tag["because"])
            assert tag["because"] or tag["verdict"] == "add"
    assert told > 100


def text_of(demo: Demo, number: int) -> str:
    from storage import articles

    with open_database(f"sqlite:///{demo.out}/demo.db") as database, database.connect() as conn:
        clipping = articles.get(conn, number)
    assert clipping is not None
    return " ".join((clipping.article.title, clipping.article.lead or "", clipping.article.text)).lower()


def test_the_correction_is_kept_with_what_it_corrected(demo: Demo) -> None:
    (one,) = [one for one in demo.articles() if (one["outlet"], one["identity"]) == ("bao-mau", "1007")]
    assert one["version"] == 2


def test_the_demo_ends_with_the_matrix_and_the_line_that_opens_the_pages(demo: Demo) -> None:
    assert "Báo Mẫu" in demo.printed
    assert demo.printed.rstrip().endswith("serve")
    for name in ("bao-cao.html", "bao-cao.docx", "bao-cao.xlsx"):
        assert (demo.out / name).stat().st_size > 5000


def test_a_second_demo_adds_nothing(demo: Demo) -> None:
    def everything() -> tuple[object, ...]:
        with open_database(f"sqlite:///{demo.out}/demo.db") as database, database.connect() as conn:
            tables = ("articles", "versions", "pages", "tags", "verdicts", "readings", "links", "addresses")
            rows = [conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() for table in tables]
        reports = [(demo.out / f"bao-cao.{ending}").read_bytes() for ending in ("html", "docx", "xlsx")]
        return rows, reports

    before = everything()
    again = play(demo.out)
    assert everything() == before
    assert [one for one in again.printed.splitlines() if "Reports:" not in one] == [
        one for one in demo.printed.splitlines() if "Reports:" not in one
    ]

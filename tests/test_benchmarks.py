import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from urllib.request import urlopen

import pytest

from benchmarks import (
    copies,
    coverage,
    extraction,
    feeds,
    fetching,
    inputs,
    outlets,
    pages,
    quality,
    quiet,
    road,
    sitemaps,
    store,
    tagging,
)
from benchmarks.__main__ import BENCHMARKS, show, show_copies, show_quality
from benchmarks.processes import spend
from benchmarks.site import served
from benchmarks.timing import Result, medians
from demo.stories import OUTLETS, read_yaml
from monitor.text import matching

pytestmark = pytest.mark.slow

TINY: dict[str, Callable[[], Result]] = {
    "fetching": lambda: fetching.run(rounds=1, times=2, size=5_000),
    "feeds": lambda: feeds.run(rounds=1, entries=3, times=1),
    "sitemaps": lambda: sitemaps.run(rounds=1, entries=20),
    "pages": lambda: pages.run(rounds=1, pages=1, length=500, size=5_000),
    "store": lambda: store.run(rounds=1, pieces=3, length=500, size=2_000),
    "tagging": lambda: tagging.run(rounds=1, pieces=3, length=500),
    "coverage": lambda: coverage.run(rounds=1, pieces=60),
    "copies": lambda: copies.run(rounds=1, pieces=30),
    "quiet": lambda: quiet.run(rounds=1, count=10),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name == "coverage" else ()) for name in TINY]
)
def test_every_benchmark_gives_a_figure_for_us_and_for_the_peer(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    result = TINY[name]()
    assert len(result.figures) >= 2
    assert all(isfinite(figure) and figure > 0 for figure in result.figures.values())
    show(name, result)
    printed = capsys.readouterr().out
    assert all(who in printed for who in result.figures)
    assert printed.count("×") - result.inputs.count("×") == len(result.figures) - 1


def test_the_whole_road_stores_every_page_whole_and_shows_what_it_cost(capsys: pytest.CaptureFixture[str]) -> None:
    figures = road.run(rounds=1, pieces=5, count=3, size=8_000)
    ours = figures["monitor crawl, monitor tag"]
    assert len(figures) >= 2
    assert (ours.pages, ours.found) == (15, 1.0)
    road.show(figures, rounds=1, size=8_000)
    printed = capsys.readouterr().out
    assert all(name in printed for name in figures)


def test_a_process_has_a_peak_of_its_own_and_not_that_of_the_one_that_started_it(tmp_path: Path) -> None:
    held = b"x" * (200 << 20)
    spent = spend([sys.executable, "-S", "-c", "pass"], tmp_path / "log.txt")
    assert len(held) == 200 << 20
    assert 0 < spent.peak < 100


def test_a_peer_that_fails_is_no_figure_and_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"ended with 3:\nno such page"):
        spend([sys.executable, "-c", "print('no such page'); raise SystemExit(3)"], tmp_path / "log.txt")


def test_generated_pages_have_the_size_that_was_asked_for_and_are_the_same_in_every_run() -> None:
    three = outlets.Outlets(count=3, port=8000, pieces=2, size=90_000)
    made = {path: body for _, path, body in outlets.everything(three)}
    assert all(85_000 < len(body) < 95_000 for body in made.values())
    assert len(set(made.values())) == len(made) == 6
    assert made == {path: body for _, path, body in outlets.everything(three)}


def test_a_day_that_is_not_quiet_is_no_figure() -> None:
    with served(10, 1, 4_000) as site:
        with urlopen(f"http://{site.outlets.hosts[0]}/rss/1.rss") as answer:
            answer.read()
        with pytest.raises(AssertionError, match="feed"):
            quiet.must_be_quiet("somebody", site.asked(), site)


def test_no_benchmark_goes_untested() -> None:
    assert [*TINY] == [*BENCHMARKS]


def test_rounds_are_taken_in_turns_and_the_first_is_not_counted() -> None:
    turns: list[str] = []

    def contender(name: str) -> Callable[[], Callable[[], object]]:
        return lambda: lambda: turns.append(name)

    figures = medians({"a": contender("a"), "b": contender("b")}, rounds=3, pieces=1)
    assert "".join(turns) == "abbaabba"
    assert [*figures] == ["a", "b"]


def test_a_generated_page_has_the_size_and_the_text_that_were_asked_for() -> None:
    page = inputs.page(7, 3_000, 90_000)
    assert 85_000 < len(page.body) < 95_000
    assert 2_800 < sum(map(len, inputs.paragraphs(7, 3_000))) <= 3_000
    assert inputs.page(7, 3_000, 90_000).body == page.body
    assert inputs.page(8, 3_000, 90_000).body != page.body


BODY = "Xã Mẫu Sơn nhận hồ sơ đất đai và hộ tịch tại nhà cho người già yếu, người khuyết tật từ tháng này."
SAVED = f"<title>Xã Mẫu Sơn nhận hồ sơ tại nhà dân</title><nav>Trang chủ</nav><div>{f'<p>{BODY}</p>' * 4}</div>"


def test_the_extraction_benchmark_reads_both_public_sets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "a.html.gz").write_bytes(gzip.compress(SAVED.encode()))
    truth = {"a": {"articleBody": BODY, "url": "http://mau.test/a"}}
    (tmp_path / "ground-truth.json").write_text(json.dumps(truth), "utf-8")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "b.html").write_text(SAVED, "utf-8")
    known = {"http://mau.test/b": {"file": "b.html", "with": [BODY[:40]], "without": ["Trang chủ"]}}
    (tmp_path / "evaldata.json").write_text(json.dumps(known), "utf-8")
    for name in extraction.SETS:
        extraction.show(name, tmp_path, rounds=1)
    printed = capsys.readouterr().out
    assert printed.count("ours, without rules") == printed.count("trafilatura 2") - 2 == 2
    assert "density 1" in printed


def test_extraction_is_scored_by_shingles_and_by_segments() -> None:
    page = extraction.Saved("u", b"", "a b c d e", ("c d",), ("x y",))
    assert extraction.shingle_score([page], [("", "a b c d z", "")]) == (0.5, 0.5, 0.5)
    assert extraction.shingle_score([page], [("", "", "")]) == (0.0, 0.0, 0.0)
    assert extraction.segment_score([page], [("c d", "x  y", "")]) == (2 * 0.5 / 1.5, 0.5, 1.0)


def test_a_first_paragraph_that_we_keep_as_the_sapo_is_still_of_the_body() -> None:
    page = extraction.Saved("http://mau.test/b", SAVED.encode(), BODY)
    assert extraction.as_laid_out(page, (BODY, "Câu sau.", "")) == f"{BODY}\nCâu sau."
    assert extraction.as_laid_out(page, ("Một sapô đứng riêng ở trên.", "Câu sau.", "")) == "Câu sau."
    assert extraction.as_laid_out(page, ("", "Câu sau.", "")) == "Câu sau."


def test_the_peer_finds_whole_phrases_and_the_longer_of_two() -> None:
    pattern = tagging.alternation(map(matching, ["một cửa", "một cửa hàng", "thủ tục"]))
    assert pattern.findall(matching("Một cửa hàng; bộ phận MỘT CỬA; một cửaa; thủ tục")) == [
        "một cửa hàng",
        "một cửa",
        "thủ tục",
    ]


def test_agreement_is_what_the_definitions_say() -> None:
    truth: list[set[str]] = [{"1", "2"}, {"1"}, set(), set()]
    found: list[set[str]] = [{"1"}, {"2"}, {"2"}, set()]
    got = quality.judged(truth, found, ("1", "2"))
    assert got.precision == pytest.approx(1 / 3)
    assert got.recall == pytest.approx(1 / 3)
    assert got.micro_f1 == pytest.approx(1 / 3)
    assert got.macro_f1 == pytest.approx((2 / 3 + 0) / 2)
    assert got.relevance_f1 == pytest.approx(2 * 2 / (3 + 2))
    nothing = quality.judged([set()], [set()], ("1",))
    assert (nothing.micro_f1, nothing.precision, nothing.recall, nothing.relevance_f1) == (0, 0, 0, 0)


def test_every_copy_is_found_and_nothing_is_merged_that_only_looks_like_one(capsys: pytest.CaptureFixture[str]) -> None:
    found = dict(copies.quality(400))
    ours = found["monitor"]
    assert {*ours.right} == {*copies.KINDS}
    assert set(ours.right.values()) == {1.0}
    assert ours.false == 0
    show_copies(found)
    printed = capsys.readouterr().out
    assert all(name in printed for name in [*copies.KINDS, *copies.CONTENDERS])


def test_the_same_seed_makes_the_same_pieces() -> None:
    assert copies.made(50) == copies.made(50)
    assert copies.made(50) != copies.made(50, seed=2)


def test_a_judge_counts_what_the_words_say() -> None:
    stock = copies.Made(copies.made(3).pieces[:3], {2: ("cut", 1), 3: ("alike", None)})
    assert copies.judged(stock, {1: 1, 2: 1, 3: 3}, 0.5).right == {"cut": 1.0, "alike": 1.0}
    wrong = copies.judged(stock, {1: 9, 2: 2, 3: 1}, 0.5)
    assert (wrong.right, wrong.false) == ({"cut": 0.0, "alike": 0.0}, 1)


def a_folder(path: Path) -> Path:
    """Write the demo's articles, whose labels are known, as a folder of labelled ones."""
    rows = [
        {
            "id": f"{outlet}:{one['id']}",
            "title": one["title"],
            "text": one["body"],
            "date": "2021",
            "labels": one["items"],
        }
        for outlet in OUTLETS
        for one in read_yaml(inputs.ROOT / "demo" / "articles" / f"{outlet}.yaml")
        if one.get("body") and "items" in one
    ]
    (path / quality.FILE).write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_only_held_out_articles_are_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measured, figures = quality.run(a_folder(tmp_path))
    rows = [json.loads(line) for line in (tmp_path / quality.FILE).read_text().splitlines()]
    odd = [row for row in rows if hashlib.sha1(row["id"].encode()).hexdigest()[-1] in "13579bdf"]
    assert 0 < len(odd) < len(rows)
    assert measured.startswith(f"{len(odd)} held-out articles of {len(rows)}")
    ours, plain = figures.values()
    assert 0 < plain.micro_f1 < 1
    assert 0 < ours.micro_f1 <= 1
    show_quality(tmp_path)
    assert re.search(rf"keywords of the plan of 2021 +{ours.micro_f1:.3f}", capsys.readouterr().out)


def test_a_folder_without_labelled_articles_is_refused_before_anything_runs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--data", str(tmp_path)]
    done = subprocess.run(command, cwd=inputs.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"there is no {quality.FILE} in {tmp_path}" in done.stderr
    assert done.stdout == ""

"""The page: whole without anything else, every number opens, every status is a word."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from monitor.coverage import Status
from monitor.reports import FORMATS
from tests.reports.examples import a_report


@pytest.fixture(scope="module")
def soup() -> BeautifulSoup:
    return BeautifulSoup(FORMATS["html"](a_report()), "lxml")


def test_the_page_is_vietnamese_and_loads_nothing(soup: BeautifulSoup) -> None:
    assert soup.html is not None and soup.html["lang"] == "vi"
    assert not soup.select("script, link, img, iframe, [src]")
    style = soup.find("style")
    assert style is not None and "url(" not in style.text and "@import" not in style.text
    policy = soup.select_one("meta[http-equiv=Content-Security-Policy]")
    assert policy is not None and "default-src 'none'" in str(policy["content"])


def test_every_table_has_a_caption_and_every_head_a_scope(soup: BeautifulSoup) -> None:
    tables = soup.find_all("table")
    assert len(tables) > 8
    assert all(table.find("caption") for table in tables)
    assert all(head["scope"] in {"col", "row"} for head in soup.find_all("th"))


def test_every_number_of_the_matrix_opens_to_its_pieces(soup: BeautifulSoup) -> None:
    numbers = soup.select("table.matrix .count a")
    assert [number.get_text() for number in numbers] == ["1", "1", "8"]
    for number in numbers:
        heading = soup.find(id=str(number["href"])[1:])
        assert heading is not None
        behind = []
        for after in heading.find_next_siblings():
            if after.name != "dd":
                break
            behind.append(after)
        assert str(len(behind)) == number.get_text()


def test_every_link_inside_the_file_has_its_place(soup: BeautifulSoup) -> None:
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    inside = [str(a["href"])[1:] for a in soup.find_all("a") if str(a["href"]).startswith("#")]
    assert inside and set(inside) <= set(ids)


def test_each_piece_links_to_its_own_address_and_to_its_page_on_the_monitor(soup: BeautifulSoup) -> None:
    piece = a_report().pieces[0]
    row = soup.find(id="b1")
    assert row is not None
    assert [a["href"] for a in row.find_all("a")] == [piece.page, piece.url]


def test_a_status_is_a_word_first(soup: BeautifulSoup) -> None:
    shown = {tag.get_text() for tag in soup.select(".legend .status")}
    assert shown == {status.value for status in Status}
    for cell in soup.select("table.matrix td:not(.empty)"):
        word = cell.select_one(".status")
        assert word is not None and word.get_text(strip=True)


def test_lines_leave_room_for_stacked_marks_and_the_page_folds_on_a_phone(soup: BeautifulSoup) -> None:
    style = soup.find("style")
    assert style is not None
    assert "1rem/1.6 system-ui" in style.text
    assert "overflow:hidden" not in style.text.replace(" ", "")
    assert "@page matrix { size: A4 landscape" in style.text
    assert all(cell["data-head"] for cell in soup.select("td"))


def test_without_a_base_address_titles_are_plain_text() -> None:
    report = a_report()
    plain = replace(report, pieces=tuple(replace(p, page=None) for p in report.pieces))
    row = BeautifulSoup(FORMATS["html"](plain), "lxml").find(id="b1")
    assert row is not None and len(row.find_all("a")) == 1

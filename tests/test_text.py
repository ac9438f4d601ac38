import html
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.text import fold, line, matching, nfc, paragraphs, syllables

# Letters that occur in the field, plus whatever a broken page may hold.
VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyÀÁẢÃẠĂẮẰẲẴẶÂẤẦẨẪẬĐÐðÈÊẾỀỆÌÍÒÓÔỒỐỘƠỜỚỢÙÚƯỪỨỰỲÝYyỷỹỵàáảãạèéẻẽẹ"
texts = st.text() | st.text(alphabet=st.sampled_from(VIETNAMESE + " \n\t\r.,/-&;3\u00a0\u200b\u00ad\ufeff\u0301\u0323"))


@given(texts)
@example("e\u200b\u0301")
@example("e\x00\u0301")
def test_nfc_of_nfc_is_the_same(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)
    assert unicodedata.is_normalized("NFC", nfc(text))


@given(texts.filter(lambda text: "&" not in text))
def test_a_line_stays_as_it_is(text: str) -> None:
    assert line(line(text)) == line(text)
    assert "\n" not in line(text)


@given(texts)
def test_paragraphs_stay_as_they_are(text: str) -> None:
    once = paragraphs(text)
    assert paragraphs(once) == once
    assert "\n\n" not in once
    assert "  " not in once


@given(texts)
@example("OẸ\u0300")
def test_matching_and_folding_stay_as_they_are(text: str) -> None:
    assert matching(matching(text)) == matching(text)
    assert fold(fold(text)) == fold(text)


@given(texts)
@example("Ηλίας ΣΑΣ, 가각 ﬁ")
@example("“Đổi mới” – một cửa…")
def test_folding_by_bytes_gives_what_folding_letter_by_letter_gives(text: str) -> None:
    apart = unicodedata.normalize("NFD", nfc(text).lower().replace("đ", "d"))
    assert fold(text) == unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


@given(texts)
@example("İstanbul")
def test_matching_keeps_the_length_so_that_a_word_is_found_where_it_stands(text: str) -> None:
    assert len(matching(text)) == len(nfc(text))


@given(st.text(alphabet=st.sampled_from(VIETNAMESE + " .,\n")))
def test_composed_and_decomposed_spellings_are_one(text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    assert nfc(apart) == nfc(text)
    assert matching(apart) == matching(text)
    assert fold(apart) == fold(text)
    assert syllables(apart) == syllables(text)


@given(texts)
def test_no_text_keeps_marks_that_cannot_be_seen_or_that_xml_forbids(text: str) -> None:
    kept = set(nfc(text))
    assert kept.isdisjoint("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202e")
    assert not any(unicodedata.category(c) == "Cc" and c not in "\t\n\r" for c in kept)
    assert not any(unicodedata.category(c) == "Cs" for c in kept)


def test_a_word_split_by_something_invisible_is_one_word_again() -> None:
    assert syllables("thủ\u200b tục hành\u00ad chính c\ufeffông") == ["thủ", "tục", "hành", "chính", "công"]


def test_the_icelandic_eth_is_read_as_the_vietnamese_letter() -> None:
    assert nfc("Ðảng, ðất") == "Đảng, đất"
    assert fold("ĐẤT ÐAI") == "dat dai"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hoà", "hòa"),
        ("Hoá", "hóa"),
        ("TOẢ", "tỏa"),
        ("khoẻ", "khỏe"),
        ("loè", "lòe"),
        ("thuỷ", "thủy"),
        ("uỷ", "ủy"),
        ("Uỷ ban", "ủy ban"),
        ("tuỳ", "tùy"),
        ("luỹ", "lũy"),
        ("suý", "súy"),
        ("hoà.", "hòa."),
        ("hoà-hoà", "hòa-hòa"),
    ],
)
def test_old_tone_placement_is_read_as_the_new(old: str, new: str) -> None:
    assert matching(old) == new


@pytest.mark.parametrize(
    "word",
    [
        "quý",
        "quỳ",
        "quà",
        "quá",
        "quả",
        "quẻ",
        "hoàn",
        "toàn",
        "toán",
        "thuế",
        "khuỷu",
        "huỳnh",
        "ngoài",
        "xoáy",
        "khoét",
    ],
)
def test_syllables_that_are_not_open_keep_their_tone_where_it_is(word: str) -> None:
    assert matching(word) == word


def test_capitals_differ_in_nothing() -> None:
    assert matching("ĐẤT ĐAI: THỦ TỤC") == "đất đai: thủ tục"


def test_digits_and_one_letter_syllables_are_kept() -> None:
    assert syllables("Mức độ 3, 4: ý kiến ở xã Ô Mễ, 1 cửa") == (
        ["mức", "độ", "3", "4", "ý", "kiến", "ở", "xã", "ô", "mễ", "1", "cửa"]
    )


def test_entities_are_resolved_once() -> None:
    assert line("C&ocirc;ng&nbsp; d&acirc;n &amp;lt;") == "Công dân &lt;"


@given(st.text(alphabet=VIETNAMESE + " <>&\"'"))
def test_what_was_escaped_once_comes_back(text: str) -> None:
    assert line(html.escape(text)) == " ".join(nfc(text).split())


def test_lines_of_a_page_become_paragraphs() -> None:
    assert paragraphs(" Một \u00a0 cửa \r\n\r\n \t\nliên  thông\n") == "Một cửa\nliên thông"


def test_nothing_stays_nothing() -> None:
    assert nfc("") == line(" \n\u200b") == paragraphs("\n \n") == matching("") == fold("\u0301") == ""
    assert syllables("… — !") == []

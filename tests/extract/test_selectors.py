"""A selector that is none: named where the file is read, and no crash where a page is."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.errors import ExtractError, Reason
from monitor.extract import extract, mistake_in
from monitor.extract.tree import drop, outermost, paragraphs, parse, prune, select
from monitor.press import PageRules
from tests.factories import a_page, an_outlet

RULES = PageRules(title=("h1",), text=("div.body",))


@pytest.mark.parametrize("key", ["title", "lead", "text", "published", "author", "drop"])
def test_a_page_read_by_a_selector_that_is_none_cannot_be_extracted(key: str) -> None:
    changes: dict[str, Any] = {key: ("div[class=",)}
    rules = replace(RULES, **changes)
    with pytest.raises(ExtractError) as caught:
        extract(a_page("<h1>Tin</h1><div class=body>Nội dung</div>"), an_outlet(), rules)
    assert caught.value.reason is Reason.EXTRACTION


@pytest.mark.parametrize("selector", ["p::before", "div[", "", ":foo", "a" + ":not(a" * 9000 + ")" * 9000])
def test_whatever_is_no_selector_is_a_mistake(selector: str) -> None:
    assert mistake_in(selector)


def test_an_attribute_may_follow_only_where_it_is_taken() -> None:
    assert mistake_in("meta@content") is None
    assert mistake_in("meta@content", attributes=False)


@pytest.mark.parametrize(
    "selector",
    [
        "p:has(> b)",
        ":is(h1, h2).ten",
        ":not(p)",
        "div[id^=adsWeb_]",
        "p:nth-child(2n+1)",
        "a[href*='@x']",
        "#s4-ribbonrow",
    ],
)
def test_the_selectors_that_page_rules_are_written_in_are_known(selector: str) -> None:
    assert mistake_in(selector) is None


@pytest.mark.parametrize("selector", ["p::before", "div[", "", "x\x00y", "p" * 2_000])
def test_a_mistake_is_said_in_vietnamese(selector: str) -> None:
    assert str(mistake_in(selector)).startswith("viết chưa đúng")


NESTED = "<div class=a><p>một <b class=a>hai</b></p><div class=a><p class=a>ba</p></div></div><p>bốn</p>"


def test_what_several_selectors_name_is_given_once_and_in_the_order_of_the_page() -> None:
    tree = parse(NESTED)
    assert [node.tag for node in select(tree, "b, div, p, .a, div .a")] == ["div", "p", "b", "div", "p", "p"]
    assert [node.tag for node in outermost(tree, "b, .a, p")] == ["div", "p"]


def test_boxes_inside_one_another_are_taken_away_together() -> None:
    tree = parse(NESTED)
    drop(tree, (".a", "div .a", "b", "p.a", "div"))
    assert [paragraphs(node) for node in tree.css("p")] == [["bốn"]]
    assert tree.css("div") == []


def test_a_page_that_hides_or_drops_its_body_is_still_a_page() -> None:
    tree = parse(
        "<html hidden><body style='display:none'><p>một</p><p style='visibility: hidden'>hai</p></body></html>"
    )
    prune(tree)
    drop(tree, ("body", "html"))
    assert [paragraphs(node) for node in tree.css("p")] == [["một"]]


def test_deep_nesting_trips_no_walk() -> None:
    tree = parse("<div class=a>" * 20_000 + "<p>một</p><!-- không --><iframe>khung</iframe>" + "</div>" * 20_000)
    (box,) = outermost(tree, "div")
    assert paragraphs(box) == ["một"]
    drop(tree, ("div", "p"))
    assert tree.css("p") == []

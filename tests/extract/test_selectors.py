"""A selector that is none: named where the file is read, and no crash where a page is."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.errors import ExtractError, Reason
from monitor.extract import extract, mistake_in
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

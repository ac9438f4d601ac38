"""JSON as CONTRACT promises it, held against the schemas that `docs/schemas/` publishes."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from monitor.calendar import Every
from monitor.coverage import Status
from monitor.errors import Reason
from monitor.plan import Form, Proof, Role
from monitor.press import DateSource, Kind, Word
from monitor.reports import FORMATS
from monitor.reports.json import coverage
from tests.reports.examples import a_dark_report, a_report, a_report_after_the_plan

SCHEMAS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in (Path(__file__).parents[2] / "docs/schemas").glob("*.json")
}
REPORTS = (a_report, a_dark_report, a_report_after_the_plan)
MOMENT, DAY, DIGEST = "2021-03-24T05:00:00+07:00", "2021-03-24", "0" * 64

EXAMPLES: dict[str, dict[str, Any]] = {
    "classify": {"id": "7", "tags": [{"item": "9", "score": 0.93, "because": ["dịch vụ công"]}], "model": "keywords@1"},
    "extract": {
        "url": "http://bao-mau.test/a", "title": "Một cửa", "lead": None, "text": "Chữ.", "authors": ["N.M"],
        "published_on": DAY, "published_at": None, "date_source": "page", "kind": "article", "form": None,
        "by": "rules:epi",
    },
    "crawl": {
        "schema": 1, "run": 3, "started_at": MOMENT, "ended_at": MOMENT,
        "sources": [
            {
                "outlet": "bao-mau", "source": "trang-chu", "outcome": "failed", "reason": "dns", "announced": 0,
                "known": 0, "new": 0, "updated": 0, "refused": 0, "failed": 0, "pending": 0, "overflow": False,
            }
        ],
    },
    "status": {
        "schema": 1, "as_of": MOMENT,
        "alarms": [{"outlet": "bao-mau", "kind": "unread", "since": None, "why": "không đọc được nguồn nào"}],
        "sources": [
            {
                "outlet": "bao-mau", "source": "trang-chu", "last_attempt": MOMENT, "last_success": None,
                "outcome": "failed", "reason": "tls", "failures": 2, "next_due": None, "alarm": True,
            }
        ],
        "days": [{"outlet": "bao-mau", "day": DAY, "seen": "partly", "why": "deadline", "by": ["trang-chu"]}],
        "extraction": [
            {"outlet": "bao-mau", "what": "rules", "newest": 3, "says": "3 of the newest 3", "label": "3/3 trang"}
        ],
    },
    "articles": {
        "id": 1, "outlet": "bao-mau", "agency": "bao-mau", "url": "http://bao-mau.test/a", "title": "Một cửa",
        "lead": None, "published_on": None, "published_at": None, "date_source": None, "fetched_at": MOMENT,
        "form": "tin", "kind": "article", "reprint_of": None, "authors": [],
        "tags": [{"item": "9", "score": None, "by": "T.V.H", "because": [], "verdict": "add"}], "sha256": DIGEST,
    },
}  # fmt: skip
EXAMPLES["coverage"] = coverage(a_report())
EXAMPLES["report"] = json.loads(FORMATS["json"](a_report()))


def validator(name: str) -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resources(
        (f"{other}.json", Resource.from_contents(schema)) for other, schema in SCHEMAS.items()
    )
    return Draft202012Validator(SCHEMAS[name], registry=registry, format_checker=FormatChecker())


def test_there_is_a_schema_for_every_shape_of_the_contract() -> None:
    assert set(SCHEMAS) == set(EXAMPLES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_true_example_fits_its_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    validator(name).validate(EXAMPLES[name])


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_missing_key_is_noticed(name: str) -> None:
    for key in SCHEMAS[name]["required"]:
        broken = deepcopy(EXAMPLES[name])
        del broken[key]
        assert not validator(name).is_valid(broken), key


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("coverage", ("rows", 0, "status"), "tốt"),
        ("coverage", ("rows", 0, "cycle", "first"), "01/03/2021"),
        ("coverage", ("rows", 0, "item"), 9),
        ("coverage", ("totals", "articles"), ""),
        ("report", ("coverage", "rows", 0, "done"), "0"),
        ("report", ("pieces", 0, "items", 0), 9),
        ("crawl", ("sources", 0, "outcome"), "fine"),
        ("crawl", ("sources", 0, "reason"), "boredom"),
        ("status", ("days", 0, "seen"), "maybe"),
        ("articles", ("fetched_at",), "2021-03-24 05:00"),
        ("articles", ("sha256",), "abc"),
        ("classify", ("tags", 0, "score"), 2),
        ("extract", ("published_on",), ""),
    ],
)
def test_a_wrong_value_is_noticed(name: str, path: tuple[str | int, ...], value: object) -> None:
    broken = deepcopy(EXAMPLES[name])
    place: Any = broken
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert not validator(name).is_valid(broken)


@pytest.mark.parametrize("make", REPORTS)
def test_every_report_fits_the_schemas(make: Any) -> None:
    validator("report").validate(json.loads(FORMATS["json"](make())))
    validator("coverage").validate(coverage(make()))


def test_the_schemas_know_every_word_of_the_code() -> None:
    rows = SCHEMAS["coverage"]["properties"]["rows"]["items"]["properties"]
    assert rows["status"]["enum"] == [status.value for status in Status]
    assert rows["role"]["enum"] == [role.value for role in Role]
    assert rows["proof"]["enum"] == [proof.value for proof in Proof]
    assert rows["every"]["enum"] == [*(every.value for every in Every), None]
    assert SCHEMAS["crawl"]["properties"]["sources"]["items"]["properties"]["reason"]["enum"] == [
        *(reason.value for reason in Reason), None,
    ]  # fmt: skip
    article = SCHEMAS["articles"]["properties"]
    assert article["form"]["enum"] == [*(form.value for form in Form), None]
    assert article["kind"]["enum"] == [kind.value for kind in Kind]
    assert article["date_source"]["enum"] == [*(source.value for source in DateSource), None]
    assert article["tags"]["items"]["properties"]["verdict"]["enum"] == [*(word.value for word in Word), None]


def test_coverage_says_what_the_contract_says() -> None:
    said = coverage(a_report())
    assert (said["plan"], said["calendar"]) == ("01/KH-UBND", "civil")
    assert said["period"] == {
        "first": "2021-03-22", "last": "2021-03-28", "label": "Tuần 12 (từ ngày 22/3/2021 đến ngày 28/3/2021)",
    }  # fmt: skip
    row = next(row for row in said["rows"] if (row["item"], row["agency"]) == ("6", "dai-mau"))
    assert row == {
        "item": "6", "agency": "dai-mau", "outlet": "th-mau", "channel": "truyền hình", "role": "lead",
        "proof": "count", "cycle": {"first": "2021-03-01", "last": "2021-03-31"},
        "parts": [{"outlet": "th-mau", "done": 1, "works": 1, "blind_days": 12, "absent_days": 0}],
        "done": 1, "works": 1, "due": 2,
        "every": "tháng", "status": "chưa đủ căn cứ", "set_by": "mức theo dõi mặc định, chưa được phê duyệt",
        "blind_days": 12, "absent_days": 0, "reviewed": 0.0, "estimate": {"low": 1, "high": 13},
        "in_period": {"done": 1, "works": 1, "blind_days": 3, "absent_days": 0}, "note": None,
    }  # fmt: skip
    assert said["totals"] == {"articles": 11, "tags": 11, "unclassified": 1}
    assert said["blind"] == [
        {"outlet": "th-mau", "day": f"2021-03-{day}", "why": "quá thời gian chờ"} for day in (22, 23, 24)
    ]

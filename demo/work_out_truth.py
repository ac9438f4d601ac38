"""Work out what must be counted in tỉnh Mẫu, from the YAML files alone, with arithmetic of its own.

Shares no line with `monitor`: it reads `articles/*.yaml` (the `items` that a person gave each piece) and `plan/*.yaml`,
counts, and prints `truth.yaml`. Run `python -m demo.work_out_truth > demo/truth.yaml` after a change of those files,
and read the difference before you keep it. `done`, `works` and `status` mean what CONTRACT §4 says; where nothing was
found and not every day could be seen, the number is unknown (null).
"""

import sys
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

HERE = Path(__file__).parent
AS_OF = date(2021, 2, 1)
WEEKS = {f"2021-W{n:02d}" if n else "2020-W53": date(2020, 12, 28) + timedelta(weeks=n) for n in range(5)}
JANUARY = (date(2021, 1, 1), date(2021, 1, 31))
FIRST_QUARTER = (date(2021, 1, 1), date(2021, 3, 31))
DOWN = "huyen-suoi-mau"
GONE = {"vpubnd-mau": (date(2021, 1, 12), date(2021, 1, 26)), "bao-mau": None}
"""By agency with a hotline: the days on which a person saw that its front page does not show it."""

COUNTED_KINDS = {"article", "live", "video"}

Piece = dict[str, Any]


@cache
def read(path: str) -> Any:
    """Read one file of the demo, every value as YAML has it."""
    return YAML(typ="safe", pure=True).load((HERE / path).read_text(encoding="utf-8"))


def owners() -> dict[str, str]:
    """Give the agency of each outlet."""
    return {outlet["code"]: outlet["agency"] for outlet in read("sources.yaml")["outlets"]}


def pieces() -> list[Piece]:
    """Give every piece with its true items; `first` says that its agency had not put out this work before."""
    agencies, found = owners(), list[Piece]()
    for path in sorted((HERE / "articles").glob("*.yaml")):
        for raw in read(f"articles/{path.name}"):
            key = f"{path.stem}:{raw['id']}"
            found.append(
                {
                    "outlet": path.stem,
                    "id": str(raw["id"]),
                    "agency": agencies[path.stem],
                    "published": str(raw["published"]),
                    "day": date.fromisoformat(str(raw["published"])[:10]),
                    "kind": raw.get("kind") or "article",
                    "items": list(raw.get("items") or []),
                    "work": raw.get("copy_of") or key,
                    "counts": (raw.get("kind") or "article") in COUNTED_KINDS,
                }
            )
    found.sort(key=lambda piece: piece["published"])
    agency_of = {f"{p['outlet']}:{p['id']}": p["agency"] for p in found}
    seen: set[tuple[str, str]] = set()
    for piece in found:
        piece["first"] = (piece["agency"], piece["work"]) not in seen
        seen.add((piece["agency"], piece["work"]))
        piece["own"] = agency_of[piece["work"]] == piece["agency"]
        piece["reprint_of"] = None if piece["own"] else piece["work"]
    return found


def inside(piece: Piece, span: tuple[date, date]) -> bool:
    """Say whether a piece that counts was published in those days."""
    return bool(piece["counts"]) and span[0] <= piece["day"] <= span[1]


def totals(every: list[Piece], span: tuple[date, date]) -> dict[str, Any]:
    """Count pieces and item × outlet in some days."""
    here = [piece for piece in every if inside(piece, span)]
    by_outlet = Counter(piece["outlet"] for piece in here)
    times: dict[str, dict[str, int]] = {}
    works: dict[str, set[str]] = {}
    for piece in here:
        for item in piece["items"]:
            row = times.setdefault(item, {})
            row[piece["outlet"]] = row.get(piece["outlet"], 0) + 1
            works.setdefault(item, set()).add(piece["work"])
    order = sorted(times, key=int)
    left_out = [p for p in every if not p["counts"] and span[0] <= p["day"] <= span[1]]
    return {
        "first": span[0].isoformat(),
        "last": span[1].isoformat(),
        "articles": len(here),
        "tags": sum(len(piece["items"]) for piece in here),
        "unclassified": sum(1 for piece in here if not piece["items"]),
        "kinds_not_counted": len(left_out),
        "by_outlet": dict(sorted(by_outlet.items())),
        "times": {item: dict(sorted(times[item].items())) for item in order},
        "works": {item: len(works[item]) for item in order},
    }


def duties() -> list[tuple[dict[str, Any], str]]:
    """Give every obligation with each agency that owes it, collective ones spread over their members."""
    plan, agencies = read("plan/plan.yaml"), read("plan/agencies.yaml")["agencies"]
    items = {item["code"]: item for item in plan["items"]}
    for item in plan["items"]:
        items.update({part["code"]: item for part in item.get("parts") or []})
    collective = {a["code"]: a for a in agencies if a.get("collective")}
    found = []
    for duty in plan["obligations"]:
        whole = collective.get(duty["agency"])
        if whole is None:
            found.append((duty, duty["agency"]))
            continue
        item = items[duty["item"]]
        named = [*item["leads"], *(item.get("partners") or [])]
        found += [(duty, a["code"]) for a in agencies if a.get("part_of") == whole["code"] and a["code"] not in named]
        if whole.get("incomplete"):
            found.append((duty, whole["code"]))
    return found


def level_of(duty: dict[str, Any], targets: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Give the target laid on a duty."""
    for target in targets:
        if (target["item"], target["owed_by"]) == (duty["item"], duty["agency"]) and (
            "channel" not in target or target["channel"] in duty["channels"]
        ):
            return target
    return None


def row(every: list[Piece], duty: dict[str, Any], agency: str, period: tuple[date, date]) -> dict[str, Any]:
    """Give one row: a duty of one agency in January or in the first quarter, asked on 1 February."""
    target = level_of(duty, read("plan/targets.yaml")["targets"])
    if duty["proof"] == "presence":
        return standing(duty, agency, period, target)
    every_ = target["target"]["every"] if target else "tháng"
    span = JANUARY if every_ == "tháng" else FIRST_QUARTER
    channel_of = {o["code"]: o["channel"] for o in read("sources.yaml")["outlets"]}
    outlets = [o for o, owner in owners().items() if owner == agency and channel_of[o] in duty["channels"]]
    copies = target is None or target.get("counts_reprints", True)
    tag = duty["item"].rstrip("ab")
    taken = [
        piece
        for piece in every
        if duty["proof"] == "count"
        and piece["outlet"] in outlets
        and tag in piece["items"]
        and (copies or piece["own"])
    ]
    found = [piece for piece in taken if inside(piece, span)]
    week = [piece for piece in taken if inside(piece, (max(period[0], JANUARY[0]), period[1]))]
    done, works = len(found), sum(1 for piece in found if piece["first"])
    looked_at = duty["proof"] == "count" and bool(outlets) and DOWN not in outlets
    media = duty["proof"] == "count"
    blind = doubtful(every, outlets, span) if looked_at or not media else (AS_OF - span[0]).days
    unknown = done == 0 and (blind > 0 or not media)
    shown = (max(period[0], JANUARY[0]), period[1])
    week_unknown = not week and (not looked_at or doubtful(every, outlets, shown) > 0)
    due = target["target"]["count"] if target else None
    return {
        "item": duty["item"],
        "agency": agency,
        "channels": list(duty["channels"]),
        "role": duty.get("role", "lead"),
        "proof": duty["proof"],
        "cycle": [span[0].isoformat(), span[1].isoformat()],
        "done": None if unknown else done,
        "works": None if unknown else works,
        "in_period": None if week_unknown else len(week),
        "due": due,
        "every": every_ if target else None,
        "status": status(duty, done, due, closed=span[1] < AS_OF, blind=blind, most=most(found, blind)),
        "blind_days": blind,
    }


def standing(
    duty: dict[str, Any], agency: str, period: tuple[date, date], target: dict[str, Any] | None
) -> dict[str, Any]:
    """Give the row of a hotline in January: it was looked for on the days of the crawls, and on no other."""
    assert target is not None
    looked = {date.fromisoformat(str(at)[:10]) for at in read("moments.yaml")["crawls"]}
    gone = GONE[agency]
    found = {day for day in looked if gone is None or not gone[0] <= day <= gone[1]}
    january = {JANUARY[0] + timedelta(days=n) for n in range(31)}
    shown = {day for day in january if period[0] <= day <= period[1]}
    done, blind, due = len(found & january), len(january - looked), target["target"]["count"]
    said = "đạt" if done >= due else "chưa đủ căn cứ" if done + blind >= due else "chưa đạt"
    return {
        "item": duty["item"],
        "agency": agency,
        "channels": list(duty["channels"]),
        "role": "lead",
        "proof": "presence",
        "cycle": [JANUARY[0].isoformat(), JANUARY[1].isoformat()],
        "done": done or None,
        "works": None,
        "in_period": len(found & shown) or None,
        "due": due,
        "every": "tháng",
        "status": said,
        "blind_days": blind,
    }


def doubtful(every: list[Piece], outlets: list[str], span: tuple[date, date]) -> int:
    """Count the days of a page without text: nobody has said yet what it is about."""
    return len(
        {p["day"] for p in every if p["kind"] == "empty" and p["outlet"] in outlets and span[0] <= p["day"] <= span[1]}
    )


def most(found: list[Piece], blind: int) -> int:
    """Say how many pieces there may have been: on each day not seen as many as on the busiest day seen."""
    busiest = max(Counter(piece["day"] for piece in found).values(), default=1)
    return len(found) + blind * busiest


def status(duty: dict[str, Any], done: int, due: int | None, *, closed: bool, blind: int, most: int) -> str:
    """Say what can be said of a duty; the order is that of the plan's rules."""
    if duty.get("role", "lead") != "lead" or due is None:
        return "không áp dụng"
    if done >= due:
        return "đạt"
    if not closed:
        return "đang trong kỳ"
    if duty["proof"] == "evidence":
        return "chờ minh chứng"
    return "chưa đủ căn cứ" if blind > 0.1 * 31 or most >= due else "chưa đạt"


def truth() -> dict[str, Any]:
    """Give all that must be counted."""
    every = pieces()
    weeks = {name: (first, first + timedelta(days=6)) for name, first in WEEKS.items()}
    whole = (weeks["2020-W53"][0], weeks["2021-W04"][1])
    return {
        "as_of": AS_OF.isoformat(),
        "totals": totals(every, whole),
        "weeks": {name: totals(every, span) for name, span in weeks.items()},
        "months": {"2021-01": totals(every, JANUARY)},
        "obligations": {
            "2021-W04": [row(every, duty, agency, weeks["2021-W04"]) for duty, agency in duties()],
            "2021-01": [row(every, duty, agency, JANUARY) for duty, agency in duties()],
        },
        "articles": [
            {
                "outlet": piece["outlet"],
                "id": piece["id"],
                "published_on": piece["day"].isoformat(),
                "kind": piece["kind"],
                "items": piece["items"],
                "reprint_of": piece["reprint_of"],
            }
            for piece in every
        ],
    }


def in_one_line(mapping: dict[str, Any]) -> CommentedMap:
    """Have a mapping written as one line."""
    line = CommentedMap(mapping)
    line.fa.set_flow_style()
    return line


def main() -> None:
    """Print the truth as YAML: one line a row, so that a difference can be read."""
    print("# Số phải đếm được, do demo/work_out_truth.py tính từ nhãn của người trong articles/*.yaml.")
    yaml = YAML()
    yaml.width = 4096
    yaml.representer.add_representer(type(None), lambda r, _: r.represent_scalar("tag:yaml.org,2002:null", "null"))
    whole = truth()
    for span in (whole["totals"], *whole["weeks"].values(), *whole["months"].values()):
        span["by_outlet"], span["works"] = in_one_line(span["by_outlet"]), in_one_line(span["works"])
        span["times"] = {item: in_one_line(row_) for item, row_ in span["times"].items()}
    for name, rows in whole["obligations"].items():
        whole["obligations"][name] = [in_one_line(row_) for row_ in rows]
    whole["articles"] = [in_one_line(row_) for row_ in whole["articles"]]
    yaml.dump(whole, sys.stdout)


if __name__ == "__main__":
    main()

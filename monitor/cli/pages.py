"""The commands that touch neither database nor network: classify, extract."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from monitor.cli.office import OK, Office, say, show_json
from monitor.errors import ExtractError, MonitorError
from monitor.plan import Channel
from monitor.press import Article, Kind, Outlet, Page, hanoi_day
from monitor.text import line, paragraphs

BATCH = 500
FileArgument = Annotated[str, typer.Argument(metavar="[FILE|-]", help="A file, or - for standard input.")]


class InputError(MonitorError):
    """What was handed in on standard input or as a file cannot be read."""


def classify(
    ctx: typer.Context,
    file: FileArgument = "-",
    every: Annotated[bool, typer.Option("--all", help="Add the score of every item.")] = False,
) -> int:
    """Tag NDJSON: one article a line in, one line of tags out, in the same order."""
    from classifiers.keywords import Keywords

    office: Office = ctx.obj
    classifier = Keywords(office.settings().keywords)
    for batch in _batches(_lines(file)):
        articles = [article for _, article in batch]
        found = classifier.suggest(articles)
        scores = classifier.scores(articles) if every else [{} for _ in articles]
        for (name, _), tags, score in zip(batch, found, scores, strict=True):
            out: dict[str, Any] = {
                "id": name,
                "tags": [{"item": t.item, "score": t.score, "because": list(t.because)} for t in tags],
                "model": classifier.name,
            }
            if every:
                out["scores"] = score
            show_json(out, lines=True)
    return OK


def _batches(lines: Iterator[tuple[Any, Article]]) -> Iterator[list[tuple[Any, Article]]]:
    batch: list[tuple[Any, Article]] = []
    for one in lines:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _lines(file: str) -> Iterator[tuple[Any, Article]]:
    with _opened(file) as stream:
        for number, raw in enumerate(stream, 1):
            if raw.strip():
                yield _article(raw, f"{'standard input' if file == '-' else file}:{number}")


def _opened(file: str) -> BinaryIO:
    """Open what is handed in; a file that cannot be opened is a wrong argument, not a disk in trouble."""
    try:
        return sys.stdin.buffer if file == "-" else Path(file).open("rb")
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}; name a file, or - for standard input") from error


def _article(raw: bytes, place: str) -> tuple[Any, Article]:
    try:
        given = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{place}: not a line of JSON in UTF-8: {error}") from error
    if not isinstance(given, dict) or not {"id", "title", "text"} <= given.keys():
        raise InputError(f'{place}: an object with "id", "title" and "text" is needed')
    for key in ("title", "lead", "text", "outlet", "published_on"):
        if given.get(key) is not None and not isinstance(given[key], str):
            raise InputError(f'{place}: "{key}" must be text')
    try:
        on = date.fromisoformat(given["published_on"]) if given.get("published_on") else None
    except ValueError as error:
        raise InputError(f'{place}: "published_on" must be a day such as 2021-03-01') from error
    article = Article(
        outlet=given.get("outlet") or "",
        agency="",
        identity=str(given["id"]),
        url="",
        title=line(given["title"] or ""),
        lead=line(given["lead"]) if given.get("lead") else None,
        text=paragraphs(given["text"] or ""),
        authors=(),
        published_on=on,
        published_at=None,
        date_source=None,
        kind=Kind.ARTICLE,
        form=None,
        by="",
        fetched_at=datetime.fromtimestamp(0, UTC),
        sha256="",
    )
    return given["id"], article


def extract(
    ctx: typer.Context,
    url: Annotated[str, typer.Option("--url", help="The address that the page came from.")],
    file: FileArgument = "-",
) -> int:
    """Read one saved page: its bytes in, one JSON object out."""
    from monitor.extract import as_json
    from monitor.extract import extract as read
    from monitor.urls import belongs, host_of

    office: Office = ctx.obj
    press = office.settings().press
    if not host_of(url):
        raise typer.BadParameter(f"--url “{url}”: write an address such as https://baobackan.vn/…")
    unknown = Outlet("", "", "", Channel.SITE, hosts=(host_of(url),))
    outlet = next((one for one in press.outlets if belongs(one, url)), unknown)
    with _opened(file) as stream:
        body = stream.read()
    page = Page(url, url, office.now(), 200, {"content-type": "text/html"}, body)
    try:
        show_json(as_json(read(page, outlet, press.rules(outlet, hanoi_day(page.fetched_at)))))
    except ExtractError as error:
        say(f"monitor: {url}: the page holds no article: {error.reason.label} {error.missing}".rstrip())
        return 1
    return OK

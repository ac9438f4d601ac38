"""The commands that query what is stored and take a person's word: articles, show, review."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.calendar import written
from monitor.cli.office import (
    OK,
    CsvOption,
    JsonOption,
    Office,
    days_of,
    may_write,
    only_one,
    say,
    show_json,
    write_file,
)
from monitor.plan import Form

if TYPE_CHECKING:
    from monitor.corrections import Change, Run
    from monitor.press import Clipping
    from monitor.reprints import Piece
    from storage.articles import Found, Version

_AROUND = 6  # words repeated beside a change

ItemsOption = Annotated[list[str] | None, typer.Option(help="Item of the plan; may be repeated.", metavar="N")]


def list_articles(
    ctx: typer.Context,
    q: Annotated[str | None, typer.Option("--q", help="Words, with or without marks.", metavar="TEXT")] = None,
    item: Annotated[str | None, typer.Option(help="Item of the plan.", metavar="N")] = None,
    outlet: Annotated[str | None, typer.Option(help="Outlet.", metavar="CODE")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day.", metavar="DATE")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day.", metavar="DATE")] = None,
    form: Annotated[Form | None, typer.Option(help="Form of the piece.")] = None,
    unreviewed: Annotated[bool, typer.Option("--unreviewed", help="Only tags no person has looked at.")] = False,
    limit: Annotated[int, typer.Option(help="How many; 0 for all.", min=0)] = 50,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write a workbook, FILE.xlsx.")] = None,
) -> int:
    """Query the tagged articles, newest first."""
    from monitor.jobs.shapes import clipping_json, clipping_table, table_csv
    from storage import articles

    office: Office = ctx.obj
    settings = office.settings()
    only_one(json=as_json, csv=as_csv, output=output is not None)
    since, until = days_of(first, last)
    if output is not None:
        may_write(output, ("xlsx",))
    if item is not None and item not in settings.plan.item_codes:
        raise typer.BadParameter(f"--item {item}: the plan's items are {', '.join(settings.plan.item_codes)}")
    if outlet is not None and outlet not in {one.code for one in settings.press.outlets}:
        raise typer.BadParameter(f"--outlet {outlet}: no such outlet in {office.sources}")
    query = articles.ArticleQuery(
        q=q,
        item=item,
        outlets=(outlet,) if outlet is not None else (),
        first=since,
        last=until,
        form=form,
        unreviewed=unreviewed,
        limit=limit,
    )
    with office.open() as database, database.connect() as conn:
        found = articles.search(conn, query)
    if output is not None:
        from monitor.reports.xlsx import listing

        write_file(output, listing(clipping_table(found.clippings, settings.press), office.now()))
    elif as_json:
        for clipping in found.clippings:
            show_json(clipping_json(clipping), lines=True)
    elif as_csv:
        typer.echo(table_csv(clipping_table(found.clippings, settings.press)), nl=False)
    else:
        _print_list(found)
    return OK


def _print_list(found: "Found") -> None:
    for clipping in found.clippings:
        day = clipping.article.published_on
        typer.echo(
            f"{clipping.id:>6}  {written(day) if day else 'không rõ ngày'}  {clipping.article.outlet}  "
            f"[{', '.join(clipping.standing) or '–'}]  {clipping.article.title}"
        )
    if found.total > len(found.clippings):
        say(f"{len(found.clippings)} of {found.total} shown; --limit 0 shows all.")


def show(ctx: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")], as_json: JsonOption = False) -> int:
    """Print one article: its text, its tags and why, a person's verdicts, its history and evidence."""
    from monitor.credits import credit_of
    from monitor.jobs.shapes import clipping_json
    from storage import articles

    office: Office = ctx.obj
    with office.open() as database, database.connect() as conn:
        clipping = articles.get(conn, number)
        if clipping is None:
            raise typer.BadParameter(f"there is no article {number}; `monitor articles` lists them")
        history = articles.versions(conn, number)
        known = articles.addresses(conn, number)
        told = articles.same_work(conn, clipping.work) if clipping.work else []
        body = articles.body(conn, clipping.article.sha256)
    if as_json:
        whole: dict[str, Any] = clipping_json(clipping) | {
            "text": clipping.article.text,
            "versions": [
                {
                    "version": v.version,
                    "url": v.final_url,
                    "sha256": v.article.sha256,
                    "changes": [_change_json(change) for change in found],
                }
                for v, found in _corrected(history)
            ],
            "credit": credit_of(clipping.article.text, clipping.article.authors),
            "addresses": known,
            "same_work": [piece.id for piece in told if piece.id != number],
        }
        show_json(whole)
    else:
        _print(clipping, history, known, [piece for piece in told if piece.id != number], len(body or b""))
    return OK


def _corrected(history: "list[Version]") -> "list[tuple[Version, tuple[Change, ...]]]":
    """Give each version with what it changed of the one before."""
    from monitor.corrections import changes

    before = [None, *history]
    return [(new, changes(old.article, new.article) if old else ()) for old, new in zip(before, history, strict=False)]


def _print(clipping: "Clipping", history: "list[Version]", known: list[str], same: "list[Piece]", size: int) -> None:
    from monitor.corrections import summary
    from monitor.credits import credit_of
    from monitor.jobs.shapes import moment
    from monitor.reports.pieces import counted_items

    article = clipping.article
    day = written(article.published_on) if article.published_on else "không rõ ngày"
    typer.echo(
        f"{article.title}\n{article.outlet} · {day} · {article.kind.label} · {', '.join(article.authors) or '–'}"
    )
    typer.echo(article.url)
    if article.lead:
        typer.echo(f"\n{article.lead}")
    typer.echo(f"\n{article.text}\n")
    for tag in clipping.tags:
        stands = "đang tính" if tag.item in counted_items(clipping) else "không tính"
        because = "; ".join(f"“{words}”" for words in tag.because)
        typer.echo(f"nội dung {tag.item}: {tag.score:.2f} ({tag.by}), {stands}: {because}")
    for verdict in clipping.verdicts:
        note = f": {verdict.note}" if verdict.note else ""
        typer.echo(f"nội dung {verdict.item}: {verdict.word.label}, {verdict.by}, {moment(verdict.at)}{note}")
    if clipping.withdrawn_at:
        typer.echo(f"trang không còn, thấy lúc {moment(clipping.withdrawn_at)}; bản đã lưu vẫn được giữ và được đếm")
    if clipping.reprint_of:
        typer.echo(f"đăng lại từ tin, bài {clipping.reprint_of}")
    for piece in same:
        on = written(piece.published_on) if piece.published_on else "không rõ ngày"
        typer.echo(f"cùng tác phẩm: tin, bài {piece.id} ({piece.outlet}, {on}): {piece.title}")
    if credit := credit_of(article.text, article.authors):
        typer.echo(f"ghi nguồn: {credit}")
    last = ""
    for version, found in _corrected(history):
        fetched = moment(version.article.fetched_at)
        told = f"; {summary(found)}" if found else ""
        told += " (trang gốc không đổi: máy đọc lại)" if found and version.article.sha256 == last else ""
        last = version.article.sha256
        typer.echo(f"bản {version.version}: đọc lúc {fetched}, SHA-256 {version.article.sha256}{told}")
        for change in found:
            typer.echo(f"    {change.part.label}: {' '.join(map(_shown, change.shortened(_AROUND)))}")
    for url in known:
        if url != article.url:
            typer.echo(f"cũng ở địa chỉ {url}")
    typer.echo(f"trang gốc lưu {size} byte")


def _change_json(change: "Change") -> dict[str, Any]:
    return {"part": change.part.value, "edit": change.edit.value, "runs": [list(run) for run in change.runs]}


def _shown(run: "Run") -> str:
    """Give a run of words as wdiff marks them."""
    edit, words = run
    return {"removed": f"[-{words}-]", "added": f"{{+{words}+}}"}.get(edit.value, words)


def review(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID")],
    by: Annotated[str, typer.Option("--by", help="Who says so.", metavar="NAME")],
    confirm: ItemsOption = None,
    reject: ItemsOption = None,
    add: ItemsOption = None,
    note: Annotated[str, typer.Option(help="Why.", metavar="TEXT")] = "",
) -> int:
    """Write down a person's verdict on an article's tags; it stands over every later tagging."""
    from monitor.jobs.tag import review as write_down

    office: Office = ctx.obj
    if not (confirm or reject or add):
        raise typer.BadParameter("say what: --confirm N, --reject N or --add N")
    if not by.strip():
        raise typer.BadParameter("--by is empty: a verdict that stands for ever needs a name")
    settings = office.settings()
    with office.open() as database:
        try:
            clipping = write_down(
                database,
                settings.plan,
                number,
                confirm=confirm or (),
                reject=reject or (),
                add=add or (),
                by=by.strip(),
                at=office.now(),
                note=note,
            )
        except KeyError as error:
            raise typer.BadParameter(f"there is no article {number}; `monitor articles` lists them") from error
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    say(f"Article {number} now stands for: {', '.join(clipping.standing) or 'no item'}.")
    return OK

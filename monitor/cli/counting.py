"""The commands that count and report: coverage, report."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.office import (
    OK,
    CalendarOption,
    CsvOption,
    FromOption,
    HalfOption,
    JsonOption,
    MonthOption,
    Office,
    QuarterOption,
    ToOption,
    WeekOption,
    YearOption,
    calendar_of,
    may_write,
    only_one,
    period_of,
    say,
    show_json,
    write_file,
)

if TYPE_CHECKING:
    from monitor.reports.report import CoverageReport


def coverage(
    ctx: typer.Context,
    week: WeekOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    half: HalfOption = None,
    year: YearOption = None,
    first: FromOption = None,
    last: ToOption = None,
    calendar: CalendarOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> int:
    """Print the matrix: what was published against what was promised. Without a period: the last closed week."""
    office: Office = ctx.obj
    only_one(json=as_json, csv=as_csv)
    spans = {"--week": week, "--month": month, "--quarter": quarter, "--half": half, "--year": year}
    report = _report(office, spans, first, last, calendar)
    from monitor.reports import json as report_json
    from monitor.reports import terminal

    if as_json:
        show_json(report_json.coverage(report))
    else:
        typer.echo(terminal.csv(report) if as_csv else terminal.render(report), nl=False)
    return OK


def _report(
    office: Office, spans: dict[str, str | None], first: str | None, last: str | None, calendar_name: str | None
) -> "CoverageReport":
    from monitor.jobs.count import report as build

    settings = office.settings()
    calendar = calendar_of(calendar_name, settings.plan.calendar)
    period = period_of(office, calendar, spans, first, last)
    with office.open() as database:
        return build(database, settings.press, settings.plan, period, calendar, office.now())


def report(
    ctx: typer.Context,
    output: Annotated[list[Path], typer.Option("-o", "--output", help="File to write; .html .docx .xlsx .json.")],
    week: WeekOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    half: HalfOption = None,
    year: YearOption = None,
    first: FromOption = None,
    last: ToOption = None,
    calendar: CalendarOption = None,
) -> int:
    """Write the report, in as many formats as files are named. Without a period: the last closed week."""
    from monitor.reports import FORMATS

    office: Office = ctx.obj
    for path in output:
        may_write(path, FORMATS)
    spans = {"--week": week, "--month": month, "--quarter": quarter, "--half": half, "--year": year}
    content = _report(office, spans, first, last, calendar)
    for path in output:
        write_file(path, FORMATS[path.suffix[1:].lower()](content))
        if sys.stdout.isatty() and not office.quiet:
            say(f"{path} written.")
    return OK

"""A report as one HTML file that needs nothing else: no script, nothing to load, readable in print and on a phone."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.coverage import Status
from monitor.reports import words
from monitor.reports.matrix import NOT_ASKED
from monitor.reports.report import PLAN_NOTES, CoverageReport

_SHADES = {
    Status.MET: "met",
    Status.NOT_MET: "behind",
    Status.UNKNOWN: "unknown",
    Status.AWAITED: "awaited",
    Status.NOT_BINDING: "free",
    Status.OPEN: "open",
}


def render(report: CoverageReport) -> bytes:
    """Give the file; same report, same bytes."""
    template = _environment().get_template("report.html")
    return template.render(report=report, by_number={p.number: p for p in report.pieces}).encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("monitor.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(NOT_ASKED=NOT_ASKED, PLAN_NOTES=PLAN_NOTES, statuses=list(Status), shades=_SHADES)
    environment.globals.update(moment=words.moment)
    environment.filters.update(shade=_SHADES.__getitem__, show=words.show, web=_web)
    return environment


def _web(url: str) -> bool:
    """Only an address of the web becomes a link; a ledger may hold anything."""
    return url.lower().startswith(("http://", "https://"))

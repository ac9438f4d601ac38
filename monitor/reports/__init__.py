"""One module per format, from the same report: each takes a `CoverageReport` and gives the bytes of a file."""

from collections.abc import Callable

from monitor.reports.report import CoverageReport


def _html(report: CoverageReport) -> bytes:
    from monitor.reports.html import render

    return render(report)


def _docx(report: CoverageReport) -> bytes:
    from monitor.reports.docx import render

    return render(report)


def _xlsx(report: CoverageReport) -> bytes:
    from monitor.reports.xlsx import render

    return render(report)


def _json(report: CoverageReport) -> bytes:
    from monitor.reports.json import render

    return render(report)


FORMATS: dict[str, Callable[[CoverageReport], bytes]] = {"html": _html, "docx": _docx, "xlsx": _xlsx, "json": _json}
"""Renderers by the file's ending; each loads its library when it is called, so that `monitor --help` stays light."""

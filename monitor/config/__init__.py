"""Read the files that people edit: sources.yaml and a plan's folder; every mistake of every file at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from classifiers.words import KeywordFile
from monitor.config.building import build
from monitor.config.checks import Files, check
from monitor.config.reading import Document, read
from monitor.errors import ConfigError, Problem
from monitor.plan import Plan, WatchLevel
from monitor.press import Agency, Outlet, PageRules, Press
from monitor.written import Written

T = TypeVar("T")

SCHEMA = "1"
"""The shape of the files; another number is refused, so that an old program does not misread a new file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that people wrote by hand: who publishes, what was promised, by which words it is recognised."""

    press: Press
    plan: Plan
    keywords: KeywordFile


@dataclass(frozen=True, slots=True)
class SourcesFile(Written):
    """What `sources.yaml` holds."""

    user_agent: str
    outlets: tuple[Outlet, ...]
    pages: Mapping[str, tuple[PageRules, ...]]


@dataclass(frozen=True, slots=True)
class AgenciesFile(Written):
    """What `agencies.yaml` holds."""

    agencies: tuple[Agency, ...]


@dataclass(frozen=True, slots=True)
class TargetsFile(Written):
    """What `targets.yaml` holds; `set_by` stands for each target that does not name another."""

    set_by: str
    targets: tuple[WatchLevel, ...]
    blind_limit: float = 0.1


def load(sources: Path, plan: Path) -> Settings:
    """Give what `sources` (a file) and `plan` (a folder) say; agencies.yaml lies in that folder or in the one above.

    Raises:
        ConfigError: with every mistake of every file, each with its place.
    """
    reader = _Reader()
    files = Files(
        sources=reader.open(sources),
        agencies=reader.open(_agencies_of(plan)),
        plan=reader.open(plan / "plan.yaml"),
        targets=reader.open(plan / "targets.yaml"),
        keywords=reader.open(plan / "keywords.yaml"),
        folder=plan.resolve().name,
    )
    if files.targets:
        _spread_set_by(files.targets)
    if files.sources:
        _listed(files.sources)
    press = reader.build(files.sources, SourcesFile)
    agencies = reader.build(files.agencies, AgenciesFile)
    promised = reader.build(files.plan, Plan)
    targets = reader.build(files.targets, TargetsFile)
    keywords = reader.build(files.keywords, KeywordFile)
    compared = list(check(files))
    if any(".together." in problem.path for problem in compared):  # named with its place: not twice
        reader.problems = [p for p in reader.problems if not p.what.startswith("together ")]
    reader.problems += compared
    if promised and targets and files.targets:
        try:
            promised = replace(promised, levels=targets.targets, blind_limit=targets.blind_limit)
        except ValueError as error:
            reader.problems.append(files.targets.problem(("blind_limit",), str(error)))
    if reader.problems or not (press and agencies and promised and targets and keywords):
        raise ConfigError(reader.in_order())
    return Settings(Press(press.user_agent, agencies.agencies, press.outlets, press.pages), promised, keywords)


def _agencies_of(plan: Path) -> Path:
    beside = plan / "agencies.yaml"
    above = plan.parent if plan.name not in {"", ".."} else plan.resolve().parent
    return beside if beside.exists() else above / "agencies.yaml"


def _spread_set_by(targets: Document) -> None:
    """Write the file's `set_by` into each target that names nobody."""
    rows = targets.table.get("targets")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            row.setdefault("set_by", targets.table.get("set_by", ""))


def _listed(sources: Document) -> None:
    """Make a list of each block of page rules that stands alone."""
    pages = sources.table.get("pages")
    if not isinstance(pages, dict):
        return
    for name, rules in pages.items():
        if not isinstance(rules, list):
            pages[name] = [rules]
            sources.alone.add(("pages", name))


@dataclass(slots=True)
class _Reader:
    """Reads and builds on, whatever was wrong so far, and remembers it."""

    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def open(self, path: Path) -> Document | None:
        document, problems = read(path)
        self.files.append(str(path))
        self.problems += problems
        if document:
            schema = document.table.pop("schema", None)
            if schema is None:
                self.problems.append(document.problem((), f"thiếu số hiệu mẫu tệp; hãy thêm dòng “schema: {SCHEMA}”"))
            elif schema != SCHEMA:
                what = f"bản phần mềm này chỉ đọc được schema: {SCHEMA}"
                self.problems.append(document.problem(("schema",), what))
        return document

    def build(self, document: Document | None, shape: type[T]) -> T | None:
        if document is None:
            return None
        built, problems = build(document, shape)
        self.problems += problems
        return built

    def in_order(self) -> list[Problem]:
        """Give one mistake for each place, file by file from the top."""
        first = {(p.file, p.line, p.column, p.path): p for p in reversed(self.problems)}
        return sorted(first.values(), key=lambda p: (self.files.index(p.file), p.line, p.column, p.path))

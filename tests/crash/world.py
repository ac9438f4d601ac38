"""A small province on loopback that grows, the commands run on it as programs, and what must hold in its database."""

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread

from sqlalchemy import text

from monitor.errors import StorageError
from monitor.press import HANOI
from storage import Database, articles, open_database
from tests.loopback import Answer, Loopback, Reply, Request
from tests.test_cli import AGENCIES, KEYWORDS, PLAN, TARGETS

ROOT = Path(__file__).parents[2]
BEGIN = datetime(2021, 3, 8, 5, 30, tzinfo=HANOI)
"""A Monday morning; every run comes a minute after the one before."""

NEWEST = 120
"""How many pieces a feed lists: the older ones are found only where they were noted when they were new."""

PER_PAGE = 40
CODES = ("bao-mau", "dai-mau", "cong-mau")

_OUTLET = """\
  - code: {code}
    name: {name}
    agency: bao-mau
    channel: báo điện tử
    hosts: ["{host}"]
    identity: '-post(?P<id>\\d+)\\.html$'
    pages: epi
    pace: {{seconds: 0, at_once: 4}}
    allow_private: true
    verified_on: null
    sources:
      - {source}
"""

_PAGES = """\
pages:
  epi:
    title: [h1]
    text: [div.body]
    published: ["time@datetime"]
"""

_SOURCES = {
    "bao-mau": '{{name: trang-chu, kind: feed, url: "http://{host}/rss"}}',
    "dai-mau": '{{name: thang, kind: sitemap, url: "http://{host}/news-{{year}}-{{month}}.xml"}}',
    "cong-mau": '{{name: tin-tuc, kind: listing, url: "http://{host}/tin-tuc", links: "a.tin", next: "a.next"}}',
}

_NAMES = {"bao-mau": "Báo Mẫu", "dai-mau": "Đài Mẫu", "cong-mau": "Cổng Mẫu"}


@dataclass(slots=True)
class Piece:
    """One piece as its outlet publishes it; `edited` is when it was last corrected."""

    number: int
    at: datetime
    edited: datetime

    def html(self, code: str) -> str:
        """Give the page as it stands now."""
        body = "".join(
            f"<p>Người dân nộp hồ sơ trực tuyến qua dịch vụ công trực tuyến, đoạn {n}, {code} số {self.number}, "
            f"sửa lúc {self.edited:%H:%M:%S}.</p>"
            for n in range(12)
        )
        return (
            f"<html><body><h1>Xã Mẫu Sơn nhận hồ sơ qua mạng, kỳ {self.number}</h1>"
            f"<time datetime='{self.at.isoformat()}'></time><div class=body>{body}</div></body></html>"
        )


@dataclass(slots=True)
class Paper:
    """One outlet: its server, what it published, and which pieces each body of its list named, by the body's digest."""

    code: str
    site: Loopback
    pieces: list[Piece] = field(default_factory=list)
    named: dict[str, frozenset[str]] = field(default_factory=dict)
    asked: Event = field(default_factory=Event)
    newest: int = NEWEST

    def publish(self, count: int, now: datetime) -> None:
        """Publish more pieces, spread over the last four days, the newest last."""
        first = now - timedelta(days=4) if not self.pieces else now - timedelta(hours=1)
        for n in range(count):
            self.publish_at(first + (now - first) * (n + 1) / (count + 1))

    def publish_at(self, at: datetime) -> None:
        """Publish one more piece."""
        number = len(self.pieces) + 1
        self.pieces.append(Piece(number, at, at))
        self.site.pages[f"/tin-post{number}.html"] = self.pieces[-1].html(self.code)

    def correct(self, number: int, now: datetime) -> None:
        """Change the words of a piece."""
        piece = self.pieces[number - 1]
        piece.edited = now
        self.site.pages[f"/tin-post{number}.html"] = piece.html(self.code)

    def open(self) -> None:
        """Answer for the lists, each as it stands when it is asked for."""
        self.site.pages |= {"/rss": self.feed, "/tin-tuc": self._listing, "/robots.txt": "User-agent: *\n"}
        for month in (2, 3):
            self.site.pages[f"/news-2021-{month}.xml"] = self._sitemap

    def _told(self, request: Request, body: str, pieces: Sequence[Piece], kind: str) -> Reply:
        self.asked.set()
        digest = hashlib.sha256(body.encode()).hexdigest()
        self.named[digest] = frozenset(str(piece.number) for piece in pieces)
        etag = f'"{digest[:16]}"'
        if request.headers.get("if-none-match") == etag:
            return Answer(304, {"ETag": etag})
        return Answer(200, {"Content-Type": kind, "ETag": etag}, body)

    def feed(self, request: Request) -> Reply:
        """Answer for the feed."""
        pieces = self.pieces[: -self.newest - 1 : -1]
        entries = "".join(
            f"<item><title>Kỳ {p.number}</title><link>{self.site.url(f'/tin-post{p.number}.html')}</link>"
            f"<pubDate>{p.at.strftime('%a, %d %b %Y %H:%M:%S %z')}</pubDate></item>"
            for p in pieces
        )
        body = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Báo</title>{entries}</channel></rss>"
        return self._told(request, body, pieces, "application/rss+xml; charset=utf-8")

    def _sitemap(self, request: Request) -> Reply:
        pieces = [p for p in reversed(self.pieces) if f"-{p.at.month}." in request.path]
        entries = "".join(
            f"<url><loc>{self.site.url(f'/tin-post{p.number}.html')}</loc>"
            f"<lastmod>{p.edited.isoformat()}</lastmod></url>"
            for p in pieces
        )
        body = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"
        return self._told(request, body, pieces, "application/xml")

    def _listing(self, request: Request) -> Reply:
        page = int(request.path.partition("?p=")[2] or 1)
        pieces = self.pieces[::-1][(page - 1) * PER_PAGE : page * PER_PAGE]
        links = "".join(f"<a class=tin href='/tin-post{p.number}.html'>Kỳ {p.number}</a>" for p in pieces)
        more = f"<a class=next href='/tin-tuc?p={page + 1}'>Sau</a>" if page * PER_PAGE < len(self.pieces) else ""
        return self._told(request, f"<html><body>{links}{more}</body></html>", pieces, "text/html; charset=utf-8")


class World:
    """The province: its papers, the files people edit, the database's address, and the moment."""

    def __init__(self, folder: Path, url: str, papers: Sequence[Paper], asked: Event) -> None:
        self.folder = folder
        self.url = url
        self.papers = papers
        self.now = BEGIN
        self.asked = asked  # set when a paper is asked for the first time in a run

    def argv(self, *command: str, now: datetime | None = None) -> list[str]:
        """Give the words after `monitor`."""
        files = ["--sources", str(self.folder / "sources.yaml"), "--plan", str(self.folder / "2021")]
        return ["--database", self.url, *files, "--as-of", (now or self.now).isoformat(), *command]

    def line(self, *command: str) -> list[str]:
        """Give the whole command line of a program of its own."""
        return [sys.executable, "-m", "monitor", *self.argv(*command)]

    def run(self, *command: str, under: Sequence[str] = (), **env: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end as a program of its own, `under` another that narrows it, such as prlimit."""
        line = [*under, *self.line(*command)]
        return subprocess.run(
            line, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, env=dict(os.environ) | env
        )

    def truth(self) -> set[tuple[str, str]]:
        """Give every piece that was published, by outlet and identity."""
        return {(paper.code, str(piece.number)) for paper in self.papers for piece in paper.pieces}

    def later(self) -> None:
        """Let an hour pass: sooner no source is asked again."""
        self.now += timedelta(hours=1)

    def refill(self, unread: int, held: Mapping[str, int], chance: random.Random) -> None:
        """Publish until so many pieces of each outlet are not stored, and correct an old one now and then."""
        for paper in self.papers:
            paper.publish(max(0, unread - len(paper.pieces) + held.get(paper.code, 0)), self.now)
            if paper.code == "dai-mau" and chance.random() < 0.5:
                paper.correct(chance.randint(1, len(paper.pieces)), self.now)


@contextmanager
def province(folder: Path, url: str, codes: Sequence[str] = CODES) -> Iterator[World]:
    """Serve the papers and write the files; the database is not made yet."""
    with ExitStack() as stack:
        asked = Event()
        sites = [stack.enter_context(Loopback(address=f"127.0.0.{21 + n}")) for n in range(len(codes))]
        papers = [Paper(code, site, asked=asked) for code, site in zip(codes, sites, strict=True)]
        outlets = ""
        for paper in papers:
            paper.open()
            source = _SOURCES[paper.code].format(host=paper.site.host)
            outlets += _OUTLET.format(code=paper.code, name=_NAMES[paper.code], host=paper.site.host, source=source)
        (folder / "2021").mkdir()
        for name, words in {"agencies": AGENCIES, "plan": PLAN, "targets": TARGETS, "keywords": KEYWORDS}.items():
            (folder / "2021" / f"{name}.yaml").write_text(words, encoding="utf-8")
        head = 'schema: 1\nuser_agent: "cchc-monitor/test"\noutlets:\n'
        (folder / "sources.yaml").write_text(head + outlets + _PAGES, encoding="utf-8")
        yield World(folder, url, papers, asked)


_ORPHANS = {
    "tags": "SELECT count(*) FROM tags WHERE article_id NOT IN (SELECT id FROM articles)",
    "tagged": "SELECT count(*) FROM tagged WHERE article_id NOT IN (SELECT id FROM articles)",
    "versions": "SELECT count(*) FROM versions WHERE article_id NOT IN (SELECT id FROM articles)",
    "addresses": "SELECT count(*) FROM addresses WHERE article_id NOT IN (SELECT id FROM articles)",
    "pages": "SELECT count(*) FROM pages WHERE sha256 NOT IN (SELECT sha256 FROM versions)",
    "articles without their page": "SELECT count(*) FROM articles WHERE sha256 NOT IN (SELECT sha256 FROM pages)",
    "articles without their version": """SELECT count(*) FROM articles a WHERE NOT EXISTS
        (SELECT 1 FROM versions v WHERE v.article_id = a.id AND v.version = a.version AND v.sha256 = a.sha256)""",
    "versions left out": """SELECT count(*) FROM articles a WHERE a.version <>
        (SELECT count(*) FROM versions v WHERE v.article_id = a.id)""",
    "articles without an address": "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM addresses)",
    "stored pieces that still wait": """SELECT count(*) FROM articles a JOIN links l
        ON l.outlet = a.outlet AND l.identity = a.identity""",
    "twice": "SELECT count(*) FROM (SELECT 1 FROM articles GROUP BY outlet, identity HAVING count(*) > 1) t",
}


def held(db: Database) -> set[tuple[str, str]]:
    """Give every stored piece, by outlet and identity."""
    with db.connect() as conn:
        return {(row.outlet, row.identity) for row in conn.execute(text("SELECT outlet, identity FROM articles"))}


def sound(db: Database, papers: Sequence[Paper] = ()) -> None:
    """See that nothing is half: no orphan, no piece twice, and no validator ahead of what is stored or waits."""
    with db.connect() as conn:
        if conn.dialect.name == "sqlite":
            assert conn.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            assert conn.execute(text("PRAGMA foreign_key_check")).all() == []
        assert {what: n for what, sql in _ORPHANS.items() if (n := conn.scalar(text(sql)))} == {}
        known = conn.execute(
            text(
                "SELECT outlet, identity FROM articles "
                "UNION SELECT outlet, identity FROM links WHERE state <> 'refused'"
            )
        )
        stored = {(row.outlet, row.identity) for row in known}
        kept = conn.execute(text("SELECT outlet, sha256 FROM validators")).all()
    named = {(paper.code, digest): pieces for paper in papers for digest, pieces in paper.named.items()}
    for outlet, digest in kept:
        missing = {identity for identity in named.get((outlet, digest), ()) if (outlet, identity) not in stored}
        assert not missing, f"{outlet}: a 304 would hide {missing}"


def rehashed(db: Database) -> int:
    """Hash every stored page again; give how many there are."""
    with db.connect() as conn:
        digests = list(articles.digests(conn))
        for digest in digests:
            assert hashlib.sha256(articles.body(conn, digest) or b"").hexdigest() == digest
        if conn.dialect.name == "postgresql":
            assert conn.scalar(text("SELECT count(*) FROM article_search")) == conn.scalar(
                text("SELECT count(*) FROM articles")
            )
            return len(digests)
    with db.begin() as conn:
        conn.execute(text("INSERT INTO article_search (article_search, rank) VALUES ('integrity-check', 1)"))
    return len(digests)


class Reader:
    """Somebody who looks at the database all the time; what was seen once is acknowledged, and must never be gone."""

    _SEEN = (
        "SELECT outlet, identity, v.version FROM versions v JOIN articles a ON a.id = v.article_id",
        "SELECT outlet, source, run FROM readings",
    )

    def __init__(self, url: str, every: float = 0.05) -> None:
        self.seen: set[tuple[object, ...]] = set()
        self.looks = 0
        self.failed: list[BaseException] = []
        self._url = url
        self._every = every
        self._over = Event()
        self._lock = Lock()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        with open_database(self._url) as db:
            while not self._over.wait(self._every):
                try:
                    now = self.read(db)
                except StorageError as error:
                    self.failed.append(error)
                    continue
                with self._lock:
                    self.seen |= now
                    self.looks += 1

    def read(self, db: Database) -> set[tuple[object, ...]]:
        """Give what is there now."""
        with db.connect() as conn:
            return {tuple(row) for sql in self._SEEN for row in conn.execute(text(sql))}

    def lost(self, db: Database) -> set[tuple[object, ...]]:
        """Give what was seen and is gone."""
        now = self.read(db)
        with self._lock:
            return self.seen - now

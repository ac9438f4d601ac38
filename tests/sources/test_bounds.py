"""Sitemaps of any size in bounded memory; parsers not older than what makes them safe."""

import pyexpat
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from monitor.errors import ExtractError, Reason
from monitor.press import Source, SourceKind
from monitor.sources import KINDS
from tests.factories import a_page

ROOT = Path(__file__).parents[2]
MOST_MIB = 40
MEASURED = """
from datetime import UTC, datetime
from pathlib import Path
from monitor.press import Page, Source, SourceKind
from monitor.sources import KINDS

def mib(what):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024

url = "http://bao-mau.test/sitemap.xml"
entry = ("<url><loc>http://bao-mau.test/xa-mau-son-day-manh-tiep-nhan-ho-so-truc-tuyen-va-tra-ket-qua-tai-nha-{n}-post{n}"
         ".html</loc><lastmod>2021-01-{d:02d}T08:{m:02d}:00+07:00</lastmod></url>")
def page(entries):
    xml = "".join(entry.format(n=n, d=n % 28 + 1, m=n % 60) for n in range(entries))
    body = f"<?xml version='1.0' encoding='UTF-8'?><urlset>{xml}</urlset>".encode()
    return Page(url, url, datetime(2021, 2, 1, tzinfo=UTC), 200, {}, body)
source = Source("thang", SourceKind.SITEMAP, url)
KINDS[source.kind](source, page(10))
whole = page(50_000)
Path("/proc/self/clear_refs").write_text("5")
before = mib("VmRSS")
found = KINDS[source.kind](source, whole)
print(len(found.links), round(mib("VmHWM") - before, 1))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak of memory is read from Linux' /proc")
def test_a_sitemap_of_50000_addresses_takes_no_more_than_40_mib() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURED], cwd=ROOT, capture_output=True, text=True, check=True)
    links, mib = done.stdout.split()
    assert int(links) == 50_000
    assert 0 < float(mib) <= MOST_MIB


@pytest.mark.parametrize(
    "inside",
    ["<url>" * 300_000, "<url " + " ".join(f"a{n}='1'" for n in range(60_000)) + "/>", "<url>" + "<news>" * 100_000],
    ids=["nested", "attributes", "deep"],
)
def test_a_sitemap_of_no_sitemaps_shape_is_refused_before_it_fills_the_memory(inside: str) -> None:
    page = a_page(f"<urlset>{inside}</urlset>")
    with pytest.raises(ExtractError) as caught:
        KINDS[SourceKind.SITEMAP](Source("s", SourceKind.SITEMAP, page.url), page)
    assert caught.value.reason is Reason.NOT_A_SITEMAP


@pytest.mark.slow
def test_a_full_sitemap_is_whole_and_one_entry_more_is_cut() -> None:
    for entries, cut in ((50_000, False), (50_001, True)):
        page = a_page("<urlset>" + "".join(f"<url><loc>/{n}</loc></url>" for n in range(entries)) + "</urlset>")
        found = KINDS[SourceKind.SITEMAP](Source("s", SourceKind.SITEMAP, page.url), page)
        assert (len(found.links), found.cut) == (50_000, cut)


def test_the_parsers_are_not_older_than_what_makes_them_safe() -> None:
    assert pyexpat.version_info >= (2, 4, 1), "older ones let entities grow without end"
    assert tuple(map(int, version("lxml").split(".")[:2])) >= (6, 1), "older ones read local files through XXE"

"""Scrapy, with trafilatura or with selectors: `python -m benchmarks.peers.spider HOW DATABASE WORDS FEED…`.

robots.txt is obeyed, nothing waits between two requests, and sixteen requests are on the way at once, as Scrapy is set
up from the start. HOW is `general`, `selectors`, or `quiet`: the feeds alone, asked conditionally of an HTTP cache kept
at DATABASE.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

from benchmarks.peers.desk import Desk, Piece

_TITLE = "h1.detail-title::text, h1.article__title::text, span.news-title::text"
_LEAD = "h2.detail-sapo::text, .article__sapo::text, div.news-brief::text"
_TEXT = "div.detail-content > p, div.article__body > p, div.ms-rtestate-field > p"
_DATE = 'meta[property="article:published_time"]::attr(content), span.news-date::text'


class Spider(scrapy.Spider):
    """Follows feeds to their pieces."""

    name = "bao"
    how = ""
    feeds: tuple[str, ...] = ()
    desk: Desk | None = None

    async def start(self) -> Any:
        """Ask for the feeds."""
        for feed in self.feeds:
            yield scrapy.Request(feed, callback=self.parse_feed)

    def parse_feed(self, response: Any) -> Iterator[scrapy.Request]:
        """Ask for every piece that a feed announces."""
        for link in response.xpath("//item/link/text()").getall() if self.desk else ():
            yield scrapy.Request(link, callback=self.parse_piece)

    def parse_piece(self, response: Any) -> None:
        """Read one page, and hand it to the desk."""
        assert self.desk is not None
        if self.how == "general":
            from benchmarks.peers.general import read

            self.desk.take(read(response.url, response.body))
            return
        text = "\n".join("".join(one.css("::text").getall()) for one in response.css(_TEXT))
        lead = response.css(_LEAD).get() or ""
        title, day = response.css(_TITLE).get() or "", response.css(_DATE).get()
        self.desk.take(Piece(response.url, title.strip(), f"{lead}\n{text}", day, response.body))


def main(how: str, database: str, words: str, *feeds: str) -> None:
    """Crawl to the end."""
    quiet = how == "quiet"
    settings: dict[str, Any] = {"ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR"}
    settings |= {"TELNETCONSOLE_ENABLED": False, "CONCURRENT_REQUESTS": 16}
    if quiet:
        settings |= {"HTTPCACHE_ENABLED": True, "HTTPCACHE_DIR": database}
        settings["HTTPCACHE_POLICY"] = "scrapy.extensions.httpcache.RFC2616Policy"
    desk = None if quiet else Desk(Path(database), Path(words))
    process = CrawlerProcess(settings)
    process.crawl(Spider, how=how, feeds=feeds, desk=desk)
    process.start()
    if desk:
        desk.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Crawl, tag, count, report: the only place where the steps meet. To know what happens at 5 a.m., read this folder."""

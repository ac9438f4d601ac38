"""Cells of CSV files: the only place that says which text a spreadsheet would run."""

_RUNS = frozenset("=+-@\t\r\n＝＋－＠")


def safe(value: object) -> str:
    """Give a cell that no spreadsheet reads as a formula: text that could be one begins with an apostrophe."""
    text = "" if value is None else str(value).replace("\0", "")
    return f"'{text}" if isinstance(value, str) and (text[:1] in _RUNS or text.lstrip()[:1] in _RUNS) else text

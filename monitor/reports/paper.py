"""Word's own terms for the layout of official documents (NĐ 30/2020/NĐ-CP, Phụ lục I): the only place with its XML."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

__all__ = ["CENTRE", "Document", "Look", "blank", "boxed", "grid", "page", "pair", "rule", "saved", "turn", "write"]

FONT = "Times New Roman"
CENTRE = "center"
TWIPS = 1440 / 25.4
"""Word's twentieths of a point in a millimetre."""

_FIGURES = re.compile(r"[\d.,/–-]+")
_STYLES = ("Normal", "Heading 1", "Heading 2", "Heading 3", "Header")


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph is set: size and distances in points; `level` makes it a heading of the document's outline."""

    size: float
    bold: bool = False
    italic: bool = False
    align: str | None = None
    justified: bool = False
    indented: bool = False
    before: float = 0
    after: float = 0
    level: int | None = None
    kept: bool = False


def blank(title: str, author: str, at: datetime) -> Document:
    """Give an empty document in Times New Roman; `at` is the only moment that it names."""
    document = docx.Document()
    _fonts(document.styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rPr')}"))
    for name in _STYLES:
        style = document.styles[name]
        _fonts(style.element.get_or_add_rPr())
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.italic = style.font.bold = None if name == "Normal" else False
        style.font.size = Pt(14 if name != "Header" else 13)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    made = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title[:255], author[:255], author[:255]
    about.created = about.modified = made
    about.comments, about.language, about.revision = "", "vi-VN", 1
    return document


def _fonts(properties: Any) -> None:
    """Name the font for every script: without `cs` and `eastAsia` Word takes another one for some letters."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = _make("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    language = properties.find(qn("w:lang"))
    if language is not None:
        language.set(qn("w:val"), "vi-VN")


def turn(document: Document) -> Section:
    """Begin a section on a new page; the paragraph that ends the last one takes no room, else it may take a page."""
    section: Section = document.add_section()
    form = document.paragraphs[-1].paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
    return section


def page(section: Section, *, landscape: bool = False, restart: bool = False) -> None:
    """Set A4, the margins, and a page number centred in the top margin, which the first page does not show."""
    sides = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = sides
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    if restart:
        properties: Any = section._sectPr
        if properties.find(qn("w:pgNumType")) is None:  # python-docx copies the section before
            properties.find(qn("w:cols")).addprevious(_make("w:pgNumType", start="1"))
        return  # the header is that of the section before
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = _make("w:fldSimple", instr="PAGE")
    number = head.add_run("1")
    number.font.size = Pt(13)
    field.append(number._r)
    head._p.append(field)


def write(where: Any, text: str, look: Look) -> Paragraph:
    """Add a paragraph to a document or a cell; the first one of a cell is used where it is still empty."""
    fresh = getattr(where, "_tc", None) is not None and len(where.paragraphs) == 1 and not where.paragraphs[0].runs
    paragraph: Paragraph = where.paragraphs[0] if fresh else where.add_paragraph()
    if look.level is not None:
        paragraph.style = f"Heading {look.level}"
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after or (6 if look.justified else 0))
    shape.first_line_indent = Mm(12.7) if look.indented else None
    shape.keep_with_next = True if look.level is not None or look.kept else None
    if look.align == CENTRE:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif look.justified:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.italic = Pt(look.size), look.bold, look.italic
    return paragraph


def rule(where: Any, width: float, length: float) -> None:
    """Draw a centred line of `length` mm in a column of `width` mm: the upper border of an empty paragraph."""
    paragraph = write(where, "", Look(2, before=2))
    side = Mm(max(0.0, (width - length) / 2))
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    borders = _make("w:pBdr")
    borders.append(_make("w:top", val="single", sz="6", space="1", color="000000"))
    _add_borders(paragraph, borders)


def boxed(where: Any, text: str, width: float, length: float) -> None:
    """Write a mark with a frame around it, centred in a column of `width` mm."""
    paragraph = write(where, text, Look(12, bold=True, align=CENTRE, before=8))
    side = Mm((width - length) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    borders = _make("w:pBdr")
    for edge in ("top", "left", "bottom", "right"):
        borders.append(_make(f"w:{edge}", val="single", sz="6", space="1", color="000000"))
    _add_borders(paragraph, borders)


def _add_borders(paragraph: Paragraph, borders: Any) -> None:
    # The schema wants pBdr before spacing, indents and alignment.
    properties = paragraph._p.get_or_add_pPr()
    later = [e for e in properties if e.tag in {qn("w:spacing"), qn("w:ind"), qn("w:jc"), qn("w:rPr")}]
    later[0].addprevious(borders) if later else properties.append(borders)


def pair(document: Document, left: float, right: float) -> tuple[Any, Any]:
    """Give two cells side by side without lines, `left` and `right` mm wide."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    table.rows[0]._tr.get_or_add_trPr().append(_make("w:cantSplit"))
    _fix(table._tbl, (left, right), margin=0)
    for cell, width in zip(table.rows[0].cells, (left, right), strict=True):
        cell.width = Mm(width)
    cells = table.rows[0].cells
    return cells[0], cells[1]


def _fix(table: Any, widths: Sequence[float], margin: float) -> None:
    """Give a table fixed columns and side margins in its cells, in mm."""
    margins = _make("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        width = margin / 2 if side in {"top", "bottom"} else margin
        margins.append(_make(f"w:{side}", w=str(round(width * TWIPS)), type="dxa"))
    properties = table.tblPr
    look = properties.find(qn("w:tblLook"))
    look.addprevious(margins) if look is not None else properties.append(margins)
    for column, share in zip(table.tblGrid.iterchildren(), widths, strict=True):
        column.set(qn("w:w"), str(round(share * TWIPS)))


def grid(
    document: Document,
    heads: Sequence[str],
    rows: Sequence[Sequence[Sequence[str]]],
    widths: Sequence[float],
    width: float,
    size: float,
    *,
    centred: bool = False,
) -> None:
    """Add a table with all lines, `width` mm wide: the head row comes again on each page, no row breaks across pages.

    Each cell is a list of lines; numbers stand in the middle, with `centred` all but the first column.
    Written as XML and read once: python-docx's own cells take minutes for a year's list.
    """
    shares = [share * width / sum(widths) for share in widths]
    table = document.add_table(rows=0, cols=len(heads))
    table.style = document.styles["Table Grid"]
    table.autofit = False
    _fix(table._tbl, shares, margin=1)
    parts = [_row([[head] for head in heads], shares, size, head=True, centred=True)]
    parts += [_row(row, shares, size, centred=centred) for row in rows]
    for row in parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(parts)}</w:tbl>").findall(qn("w:tr")):
        table._tbl.append(row)
    write(document, "", Look(6))


def _row(
    cells: Sequence[Sequence[str]], shares: Sequence[float], size: float, *, head: bool = False, centred: bool = False
) -> str:
    out = ["<w:tr><w:trPr><w:cantSplit/>", "<w:tblHeader/>" if head else "", "</w:trPr>"]
    for place, (lines, share) in enumerate(zip(cells, shares, strict=True)):
        out.append(f'<w:tc><w:tcPr><w:tcW w:w="{round(share * TWIPS)}" w:type="dxa"/>')
        out.append('<w:vAlign w:val="center"/></w:tcPr>' if head else "</w:tcPr>")
        for line in lines:
            middle = head or (centred and place > 0) or _FIGURES.fullmatch(line) is not None
            out.append(_line(line, size, bold=head, middle=middle))
        out.append("</w:tc>")
    return "".join([*out, "</w:tr>"])


def _line(text: str, size: float, *, bold: bool, middle: bool) -> str:
    shape = '<w:pPr><w:jc w:val="center"/></w:pPr>' if middle else ""
    looks = f'{"<w:b/>" if bold else ""}<w:sz w:val="{size * 2:.0f}"/><w:szCs w:val="{size * 2:.0f}"/>'
    words = f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    return f"<w:p>{shape}<w:r><w:rPr>{looks}</w:rPr>{words}</w:r></w:p>"


def _make(name: str, **attributes: str) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def saved(document: Document, at: datetime) -> bytes:
    """Give the file with its parts in a fixed order under one moment, so that the same report gives the same bytes."""
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    moment = at.astimezone(UTC)
    stamp = (max(moment.year, 1980), moment.month, moment.day, moment.hour, moment.minute, moment.second)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()

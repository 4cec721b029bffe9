"""A document as PDF. Chinese is set in the font every reader of PDF brings for it (STSong), so none is embedded."""

from collections.abc import Iterable
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib.colors import grey
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from reception.api.printed import Block, Facts, Heading, Page, Sum, Table

_FONT = "STSong-Light"
registerFont(UnicodeCIDFont(_FONT))
_TEXT = ParagraphStyle("text", fontName=_FONT, fontSize=10, leading=14, wordWrap="CJK")
_SMALL = ParagraphStyle("small", _TEXT, fontSize=8, leading=11)
_RIGHT = ParagraphStyle("right", _TEXT, alignment=TA_RIGHT)
_HEADINGS = {
    level: ParagraphStyle(f"h{level}", _TEXT, fontSize=size, leading=size * 1.4, spaceBefore=8, keepWithNext=1)
    for level, size in ((1, 16), (2, 13), (3, 11))
}
_WIDTH = A4[0] - 4 * cm
_COLUMNS = [share * _WIDTH for share in (0.34, 0.08, 0.15, 0.15, 0.15, 0.13)]
_RULED = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, grey)]


def pdf(page: Page) -> bytes:
    """Some milliseconds of work: not for the event loop."""
    made = BytesIO()
    sign = [Spacer(0, 2 * cm), HRFlowable(width=8 * cm, hAlign="LEFT"), Paragraph(escape(page.signature), _TEXT)]
    told = [flowable for block in page.blocks for flowable in _block(block)]
    paper = SimpleDocTemplate(
        made, pagesize=A4, leftMargin=2 * cm, rightMargin=2 * cm, title=page.heading, lang=page.language
    )
    paper.build(
        [Paragraph(escape(page.heading), _HEADINGS[1]), *told, *sign], onFirstPage=_number, onLaterPages=_number
    )
    return made.getvalue()


def _number(canvas: Canvas, paper: SimpleDocTemplate) -> None:
    canvas.setFont(_FONT, 8)
    canvas.drawRightString(A4[0] - 2 * cm, 1.2 * cm, str(paper.page))


def _block(block: Block) -> Iterable[Flowable]:
    if isinstance(block, Facts):
        pairs = [[Paragraph(escape(text), _TEXT) for text in pair] for pair in block.pairs]
        return [Grid(pairs, colWidths=[4 * cm, _WIDTH - 4 * cm]), Spacer(0, 0.3 * cm)] if pairs else []
    if isinstance(block, Table):
        heads = [Paragraph(f"<b>{escape(head)}</b>", _SMALL) for head in block.heads]
        rows = [[_cell(cell) for cell in row] for row in block.rows]
        return [Grid([heads, *rows], colWidths=_COLUMNS, repeatRows=1, style=_RULED)]
    if isinstance(block, Heading):
        return [Paragraph(escape(block.text), _HEADINGS[block.level])]
    if isinstance(block, Sum):
        return [Paragraph(f"{escape(block.label)}: {escape(block.amount)}", _RIGHT)]
    return [Paragraph(escape(block.text), _TEXT)]


def _cell(text: str) -> list[Flowable]:
    first, *notes = text.split("\n")
    return [Paragraph(escape(first), _TEXT), *(Paragraph(escape(note), _SMALL) for note in notes)]

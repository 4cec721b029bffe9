"""A document as a page for the browser's printer: everything in it is escaped, nothing is fetched."""

from html import escape

from reception.api.printed import Block, Facts, Heading, Page, Sum, Table

_STYLE = """body{font:11pt sans-serif;max-width:19cm;margin:1cm auto}h1{font-size:16pt}table{border-collapse:collapse;
width:100%}td,th{border-bottom:1px solid #999;padding:3px 6px;text-align:left;vertical-align:top}dt{font-weight:bold}
.sum{text-align:right}.sign{margin-top:2cm;border-top:1px solid;width:8cm}"""


def html(page: Page) -> str:
    head = f'<meta charset="utf-8"><title>{escape(page.title)}</title><style>{_STYLE}</style>'
    told = "".join(_block(block) for block in page.blocks)
    body = f'<h1>{escape(page.heading)}</h1>{told}<p class="sign">{escape(page.signature)}</p>'
    return f'<!doctype html><html lang="{page.language}"><head>{head}</head><body>{body}</body></html>'


def _block(block: Block) -> str:
    if isinstance(block, Facts):
        return f"<dl>{''.join(f'<dt>{escape(id)}</dt><dd>{escape(said)}</dd>' for id, said in block.pairs)}</dl>"
    if isinstance(block, Table):
        heads = "".join(f"<th>{escape(head)}</th>" for head in block.heads)
        rows = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in block.rows)
        return f"<table><tr>{heads}</tr>{rows}</table>"
    if isinstance(block, Heading):
        return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    if isinstance(block, Sum):
        return f'<p class="sum">{escape(block.label)}: <b>{escape(block.amount)}</b></p>'
    return f"<p>{escape(block.text)}</p>"


def _cell(text: str) -> str:
    first, *notes = text.split("\n")
    return escape(first) + "".join(f"<br><small>{escape(note)}</small>" for note in notes)

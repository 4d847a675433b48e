"""Spreadsheets made by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

TYPES, RELATIONS = (
    "http://schemas.openxmlformats.org/package/2006/content-types",
    "http://schemas.openxmlformats.org/package/2006/relationships",
)
SHEET, OFFICE = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
FORMAT = "application/vnd.openxmlformats-"
BOOK = {
    "[Content_Types].xml": f'''<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="{FORMAT}package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{FORMAT}officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{FORMAT}officedocument.spreadsheetml.worksheet+xml"/></Types>''',
    "_rels/.rels": f'''<Relationships xmlns="{RELATIONS}">
<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
    "xl/_rels/workbook.xml.rels": f'''<Relationships xmlns="{RELATIONS}">
<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>''',
    "xl/workbook.xml": f'''<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}">
<sheets><sheet name="一月" sheetId="1" r:id="r1"/></sheets></workbook>''',
}


def book(path: Path, rows: list[list[object]]) -> Path:
    """A spreadsheet of text, numbers, errors (what begins with #) and empty cells (None)."""
    sheet = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    with zipfile.ZipFile(path, "w") as file:
        for name, text in BOOK.items():
            file.writestr(name, text)
        file.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{SHEET}"><sheetData>{sheet}</sheetData></worksheet>')
    return path


def _cell(cell: object) -> str:
    if cell is None:
        return "<c/>"
    if isinstance(cell, int | float):
        return f"<c><v>{cell}</v></c>"
    return f'<c t="e"><v>{cell}</v></c>' if str(cell).startswith("#") else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'

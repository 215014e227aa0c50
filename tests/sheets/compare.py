"""Two workbooks read by openpyxl: everything outside the answer cells must be the same.

usage: compare.py BEFORE AFTER ANSWERS.json   (ANSWERS: {"sheet": {"C8": "text", …}, …})
Prints what differs, one line each; exit 1 if anything does.
"""

import json
import sys

from openpyxl import load_workbook

before, after = (load_workbook(path, keep_vba=True, rich_text=True) for path in sys.argv[1:3])
answers = json.load(open(sys.argv[3], encoding="utf-8"))
wrong = []


def look(what, one, other):
    if one != other:
        wrong.append(f"{what}: {one!r} became {other!r}")


look("sheets", before.sheetnames, after.sheetnames)
look("names", sorted((n, d.attr_text) for n, d in before.defined_names.items()), sorted((n, d.attr_text) for n, d in after.defined_names.items()))
for one in before.worksheets:
    other, name = after[one.title], one.title
    mine = dict(answers.get(name, {}))
    for row in range(1, max(one.max_row, other.max_row) + 1):
        for column in range(1, max(one.max_column, other.max_column) + 1):
            a, b = one.cell(row, column), other.cell(row, column)
            expected = mine.pop(a.coordinate, None)
            if expected is None:
                look(f"{name}!{a.coordinate}", a.value, b.value)
            else:
                shown = b.value.date().isoformat() if hasattr(b.value, "date") else str(b.value)
                look(f"{name}!{a.coordinate}", expected, shown)
                if b.data_type == "f":
                    wrong.append(f"{name}!{a.coordinate} is a formula")
            look(f"{name}!{a.coordinate} style", a._style, b._style)
    if mine:
        wrong.append(f"{name}: answers without a cell {sorted(mine)}")
    colours = lambda sheet: [(str(ranges.sqref), [(r.type, r.operator, r.formula) for r in ranges.rules]) for ranges in sheet.conditional_formatting]
    look(f"{name} conditional formats", colours(one), colours(other))
    for what in ("merged_cells", "print_area", "print_title_rows", "freeze_panes", "sheet_state"):
        look(f"{name} {what}", str(getattr(one, what)), str(getattr(other, what)))
    look(f"{name} lists", [(str(v.sqref), v.formula1, v.type) for v in one.data_validations.dataValidation], [(str(v.sqref), v.formula1, v.type) for v in other.data_validations.dataValidation])
    look(f"{name} protection", vars(one.protection), vars(other.protection))
    look(f"{name} filter", one.auto_filter.ref, other.auto_filter.ref)
    look(f"{name} page", (one.page_setup.orientation, one.page_setup.paperSize, one.oddHeader.center.text), (other.page_setup.orientation, other.page_setup.paperSize, other.oddHeader.center.text))
    look(f"{name} comments", {c.coordinate: c.comment.text for r in one.iter_rows() for c in r if c.comment}, {c.coordinate: c.comment.text for r in other.iter_rows() for c in r if c.comment})
    look(f"{name} hidden rows", [r for r, d in one.row_dimensions.items() if d.hidden], [r for r, d in other.row_dimensions.items() if d.hidden])
    look(f"{name} columns", [(c, d.width, d.hidden) for c, d in sorted(one.column_dimensions.items())], [(c, d.width, d.hidden) for c, d in sorted(other.column_dimensions.items())])
print("\n".join(wrong))
sys.exit(1 if wrong else 0)

"""What a user would script: read the answers out of every workbook of a folder. usage: read_all.py FOLDER

The columns are known beforehand here, which our own reading has to find out."""

import pathlib
import sys

from openpyxl import load_workbook

COLUMNS = {"チェックシート": (5, 4, 6), "調査票": (7, 2, 3), "セキュリティ確認表": (6, 4, 8)}
files = answers = 0
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.xlsx")):
    book = load_workbook(path, data_only=True)
    files += 1
    for name, (first, question, answer) in COLUMNS.items():
        if name not in book.sheetnames:
            continue
        for row in book[name].iter_rows(min_row=first, values_only=True):
            if row[question - 1] and row[answer - 1] is not None:
                answers += 1
print(files, answers)

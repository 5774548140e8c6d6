"""Runs examples/notebook.ipynb as it stands and writes its outputs into it: `make notebook`.

A notebook is JSON, and all that ours needs of a kernel is to run cells one after another in one
namespace, keep what they print and show the value of their last line; charts are kept as PNG.
"""

from __future__ import annotations

import ast
import base64
import io
import json
import sys
import tempfile
from contextlib import chdir, redirect_stdout
from pathlib import Path
from typing import Any, Final

NOTEBOOK: Final = Path(__file__).with_name("notebook.ipynb")

Cell = dict[str, Any]


def run(notebook: dict[str, Any]) -> list[list[Cell]]:
    """The outputs of every code cell, run in turn.

    Args:
        notebook: as read from the file.

    Returns:
        For each code cell its outputs, as the notebook format has them.

    """
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    # A cell may write files: not beside the notebook.
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        return [
            _outputs("".join(cell["source"]), number, names) for number, cell in enumerate(cells, 1)
        ]


def _outputs(source: str, number: int, names: dict[str, Any]) -> list[Cell]:
    """What one cell prints and shows."""
    tree = ast.parse(source, f"cell {number}")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, shown = io.StringIO(), None
    with redirect_stdout(printed):
        exec(compile(tree, f"cell {number}", "exec"), names)  # noqa: S102 - our own page
        if isinstance(last, ast.Expr):
            expression = ast.Expression(last.value)
            shown = eval(compile(expression, f"cell {number}", "eval"), names)  # noqa: S307 - as above
    outputs: list[Cell] = []
    if printed.getvalue():
        lines = printed.getvalue().splitlines(keepends=True)
        outputs.append({"output_type": "stream", "name": "stdout", "text": lines})
    if shown is not None:
        outputs.append(
            {
                "output_type": "execute_result",
                "execution_count": number,
                "metadata": {},
                "data": _data(shown),
            }
        )
    return outputs


def _data(shown: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a cell ends in
    """A value as the notebook shows it: charts as PNG, tables as HTML, all as text."""
    if type(shown).__module__.startswith("altair"):
        import vl_convert  # noqa: PLC0415 - an extra

        png = vl_convert.vegalite_to_png(shown.to_json(), scale=1.0)
        return {"image/png": base64.b64encode(png).decode(), "text/plain": ["a chart"]}
    data: dict[str, Any] = {"text/plain": repr(shown).splitlines(keepends=True)}
    if hasattr(shown, "_repr_html_"):
        data["text/html"] = shown._repr_html_().splitlines(keepends=True)
    return data


def main() -> int:
    """Run the notebook and write it back with its outputs."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, (cell, outputs) in enumerate(zip(cells, run(notebook), strict=True), 1):
        cell["execution_count"], cell["outputs"] = number, outputs
    text = json.dumps(notebook, ensure_ascii=False, indent=1)
    NOTEBOOK.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(cells)} cells, {NOTEBOOK.stat().st_size // 1024} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

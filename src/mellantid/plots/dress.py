"""How every chart looks, and how it is written to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mellantid.errors import DataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

INK: Final = "#1d1c1a"
MUTED: Final = "#66635c"
RULE: Final = "#e2dfd6"
BLUE: Final = "#1c5d99"
ORANGE: Final = "#b85c00"
GREEN: Final = "#2f7d5b"
"""Blue, orange and green-grey, told apart also with a colour-blind eye and by their shapes."""
COLUMNS: Final = 4
WIDTH: Final = 190
HEIGHT: Final = 130
MISSING: Final = (
    "Charts need Altair, which is not installed: run pip install 'mellantid[plots]', or write the "
    "HTML report, which draws its own."
)


def altair() -> Any:  # noqa: ANN401 - a module
    """The drawing library.

    Raises:
        QuestionError: it is not installed.

    """
    try:
        import altair as alt  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as error:
        raise QuestionError(MISSING) from error
    return alt


def data(rows: Sequence[dict[str, Any]]) -> Any:  # noqa: ANN401 - a chart's data
    """Rows as a chart's data, without any data frame library."""
    return altair().Data(values=list(rows))


def dressed(chart: Any, title: str, finding: str = "") -> Any:  # noqa: ANN401 - a chart
    """Give a chart its title, what is found under it, and the common look."""
    title_ = altair().TitleParams(
        title, subtitle=finding, anchor="start", offset=14, fontSize=16, subtitleFontSize=13
    )
    font = "system-ui, Helvetica, Arial, DejaVu Sans, sans-serif"
    return (
        chart.properties(title=title_)
        .configure(font=font, background="white", padding=12)
        .configure_view(stroke=None)
        .configure_title(color=INK, subtitleColor=MUTED, fontWeight=600)
        .configure_axis(
            gridColor=RULE,
            domainColor=MUTED,
            tickColor=MUTED,
            labelColor=MUTED,
            titleColor=MUTED,
            titleFontWeight="normal",
            labelFontSize=11,
            titleFontSize=11,
        )
        .configure_header(labelFontSize=12, labelFontWeight=600, labelColor=INK, title=None)
        .configure_legend(
            labelColor=INK, titleColor=MUTED, titleFontWeight="normal", orient="top", title=None
        )
    )


def facets(
    layer: Any,  # noqa: ANN401 - a chart
    by: str,
    order: Sequence[str],
    *,
    own_scales: bool = False,
) -> Any:  # noqa: ANN401 - a chart
    """Small charts side by side, one for each value of a field, in a given order."""
    alt = altair()
    header = alt.Header(title=None, labelAnchor="start")
    field = alt.Facet(f"{by}:N", sort=list(order), header=header)
    columns = min(COLUMNS, max(len(order), 1))
    if not own_scales:
        return layer.facet(facet=field, columns=columns, spacing=18)
    # Flush, so that axes of different widths do not push the charts of a row out of line.
    chart = layer.facet(facet=field, columns=columns, spacing={"row": 46, "column": 58})
    return chart.properties(bounds="flush").resolve_scale(y="independent")


def save(chart: Any, path: Path | str, scale: float = 2.0) -> None:  # noqa: ANN401 - a chart
    """Write a chart as SVG, PNG or its JSON, by the file's ending; no browser is needed.

    Raises:
        QuestionError: the ending is none of these, or what converts charts is not installed.
        DataError: the file cannot be written.

    """
    try:
        import vl_convert  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise QuestionError(MISSING) from error
    name, spec = str(path), chart.to_json()
    writers = {
        "svg": lambda: vl_convert.vegalite_to_svg(spec).encode(),
        "png": lambda: vl_convert.vegalite_to_png(spec, scale=scale),
        "json": spec.encode,
    }
    ending = name.rpartition(".")[2].lower()
    if ending not in writers:
        raise QuestionError(f"A chart is not written as {name!r}: end it in .svg, .png or .json.")
    content = writers[ending]()
    try:
        with open(path, "wb") as file:  # noqa: PTH123 - a path or a text
            file.write(content)
    except OSError as error:
        raise DataError(
            f"The chart cannot be written to {name} ({error.strerror}): name another file."
        ) from error

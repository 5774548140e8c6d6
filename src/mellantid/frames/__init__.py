"""Data frames of any make into the core's arrays, and results back into frames of the same make."""

from mellantid.frames.movements import Columns, movements_into_history
from mellantid.frames.results import columns_of_result, frame_like

__all__ = ["Columns", "columns_of_result", "frame_like", "movements_into_history"]

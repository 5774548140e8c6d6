"""The definition of every number that is shown, and the one way in which numbers are written."""

from mellantid.metrics.catalogue import explain, metric_names, metric_of, metrics, words
from mellantid.metrics.glossary import glossary
from mellantid.metrics.metric import LANGUAGES, Metric, Word

__all__ = [
    "LANGUAGES",
    "Metric",
    "Word",
    "explain",
    "glossary",
    "metric_names",
    "metric_of",
    "metrics",
    "words",
]

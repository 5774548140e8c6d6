"""Answers as JSON documents: the same from the command line and from the web."""

from mellantid.answers.activities import activities_document
from mellantid.answers.document import json_text, plain
from mellantid.answers.documents import (
    counts_document,
    forecast_document,
    me_document,
    model_document,
    people_document,
    plans_document,
    processes_document,
    targets_document,
)
from mellantid.answers.evaluation import evaluation_document
from mellantid.answers.playbooks import playbook_document, playbooks_document

__all__ = [
    "activities_document",
    "counts_document",
    "evaluation_document",
    "forecast_document",
    "json_text",
    "me_document",
    "model_document",
    "people_document",
    "plain",
    "plans_document",
    "playbook_document",
    "playbooks_document",
    "processes_document",
    "targets_document",
]

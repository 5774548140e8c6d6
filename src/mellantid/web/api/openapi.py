"""The API's own description, made from its operations (OpenAPI 3.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from mellantid import __version__
from mellantid.web.api.operation import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mellantid.web.api.operation import Operation
    from mellantid.web.api.parameters import Parameter

FAULTS: Final = {
    "400": "The question or the data has a fault, said in one sentence that tells what to do.",
    "401": "Nobody is logged in: send a token.",
    "403": "This account or token may not do that.",
}
JSON: Final = "application/json"
REFUSALS: Final = {
    status: {
        "description": says,
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Fault"}}},
    }
    for status, says in FAULTS.items()
}


def openapi(
    operations: Iterable[Operation], others: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The document.

    Args:
        operations: what is declared.
        others: what is no such operation, described by hand, by its path below /api/v1.

    """
    paths: dict[str, dict[str, Any]] = {
        ROOT + path: {
            method: {**told, "responses": {**told["responses"], **REFUSALS}}
            for method, told in methods.items()
        }
        for path, methods in others.items()
    }
    for each in operations:
        paths.setdefault(ROOT + each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mellantid",
            "version": __version__,
            "description": "Answers are the documents of the commands' --json.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Fault": {
                    "type": "object",
                    "properties": {"error": {"type": "string"}},
                    "required": ["error"],
                }
            },
        },
        "security": [{"token": []}],
    }


def _operation(operation: Operation) -> dict[str, Any]:
    in_path = set(re.findall(r"{(\w+)}", operation.path))
    addressed, sent = [], []
    for each in operation.parameters:
        if each.name in in_path:
            addressed.append(_parameter(each, "path"))
        elif operation.changes:
            sent.append(each)
        else:
            addressed.append(_parameter(each, "query"))
    described: dict[str, Any] = {
        "operationId": _name(operation),
        "summary": operation.says,
        "parameters": addressed,
        "responses": {
            str(operation.status): {
                "description": operation.says,
                "content": {JSON: {"schema": {"type": ["object", "array"]}}},
            },
            **REFUSALS,
        },
    }
    if operation.changes:
        described["requestBody"] = {"content": {JSON: {"schema": _body(sent)}}, "required": True}
    return described


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "description": parameter.says,
        "required": place == "path" or parameter.required,
        "schema": parameter.schema,
    }


def _body(parameters: Iterable[Parameter]) -> dict[str, Any]:
    every = list(parameters)
    return {
        "type": "object",
        "properties": {each.name: each.schema | {"description": each.says} for each in every},
        "required": [each.name for each in every if each.required],
        "additionalProperties": False,
    }


def _name(operation: Operation) -> str:
    words = re.findall(r"\w+", operation.path)
    return "_".join([operation.method.lower(), *words]).replace("-", "_")

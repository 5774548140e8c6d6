"""The labels of a file, sorted out: which are stages in what order, which end a deal."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Labels:
    """The labels, sorted out, how sure that is, and why.

    Attributes:
        stages: the open stages in order.
        won: labels that mean won.
        lost: labels that mean lost.
        ignore: labels that are no stage.
        scores: how sure each choice is, 0 to 1.
        why: a sentence for each choice.
        by_words: whether the order is not the one that the moves tell.

    """

    stages: list[str] = field(default_factory=list)
    won: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    by_words: bool = False

"""The errors a person can meet, each saying in one sentence what is wrong and what to do."""


class MellantidError(Exception):
    """Anything Mellantid refuses; the message is one sentence that tells what to do next."""


class DataError(MellantidError):
    """The data has a fault: a file, a map, a rate, a date or an entry that cannot be used."""


class QuestionError(MellantidError):
    """The question cannot be answered as asked: no target, no plan, a period that is over."""


class NotEnoughDataError(QuestionError):
    """The question is fair, but the history is too short; the message says what is missing."""

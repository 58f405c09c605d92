"""Lists of words, written as one text."""


def words(text: str) -> frozenset[str]:
    """The words of a text.

    Args:
        text: Words with blanks between them.
    """
    return frozenset(text.split())

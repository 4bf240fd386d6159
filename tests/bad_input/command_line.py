"""What a test knows of the command line it is given."""

from collections.abc import Callable

from click.testing import Result

Flowdesk = Callable[..., Result]
"""Arguments, `stdin` and settings in; exit code and words out."""


def refused(result: Result) -> str:
    """Return the one sentence of a start that was refused."""
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    [sentence] = result.stderr.splitlines()
    assert sentence.startswith("flowdesk: ")
    return sentence

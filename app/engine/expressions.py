"""The expression language of drawings and tables: a small grammar, checked before it is kept and again before it runs.

SpiffWorkflow evaluates every expression with Python's `eval`; whoever edits a drawing would own the server. Here an
expression is names, literals, comparisons, `and`/`or`/`not`, `in`, arithmetic without powers, indexing, a conditional
and calls of the named helpers, nothing else.
"""

import ast
import keyword
import threading
from collections.abc import Mapping
from functools import lru_cache
from math import isfinite
from typing import Any

from simpleeval import DEFAULT_OPERATORS, EvalWithCompoundTypes, InvalidExpression

from app.engine.functions import HELPERS
from app.errors import Trouble

MAX_LENGTH = 2_000
MAX_NODES = 400
MAX_DEPTH = 40
MAX_BITS = 128
MAX_PARTS = 10_000
MAX_LINES = 100
MAX_TEXT = 2_000_000
_NODES = (
    ast.Expression,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.FloorDiv,
    ast.Mod,
    ast.Compare,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.In,
    ast.NotIn,
    ast.Is,
    ast.IsNot,
    ast.IfExp,
    ast.Name,
    ast.Load,
    ast.Constant,
    ast.Subscript,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Call,
)
_LITERALS = (str, int, float, bool, type(None))


class ExpressionError(Trouble):
    """The expression cannot be used."""

    status = 422
    title = "Expression not allowed"


_FUNCTIONS = {name: helper.call for name, helper in HELPERS.items()}


def _modulo(a: Any, b: Any) -> Any:
    # On text, % formats: one short expression would fill the memory.
    if not isinstance(a, int | float) or not isinstance(b, int | float):
        raise TypeError("% is for numbers")
    return a % b


def _times(a: Any, b: Any) -> Any:
    # A list of lists repeated thrice fills the memory, or the time of whoever compares it.
    if not isinstance(a, int | float) or not isinstance(b, int | float):
        raise TypeError("* is for numbers")
    return a * b


_OPERATORS = {**DEFAULT_OPERATORS, ast.Mod: _modulo, ast.Mult: _times}


@lru_cache(maxsize=4096)
def parse(text: str) -> ast.expr:
    """Return the checked syntax tree of an expression; raise ExpressionError with a sentence naming what is wrong."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"The expression is longer than {MAX_LENGTH} characters.")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"“{text[:80]}” is not an expression: {getattr(error, 'msg', error)}.") from None
    _check(tree, text)
    return tree.body


def _check(tree: ast.AST, text: str) -> None:
    pending: list[tuple[ast.AST, int]] = [(tree, 0)]
    seen = 0
    while pending:
        node, depth = pending.pop()
        seen += 1
        if seen > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionError(f"“{text[:80]}” is too large for an expression.")
        if not isinstance(node, _NODES):
            raise ExpressionError(f"“{text[:80]}” uses {type(node).__name__}, which expressions may not.")
        _check_node(node, text)
        inner = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
        pending.extend((child, depth + 1) for child in inner)


def _check_node(node: ast.AST, text: str) -> None:
    if isinstance(node, ast.Constant) and not isinstance(node.value, _LITERALS):
        raise ExpressionError(f"“{text[:80]}” holds a literal that expressions may not.")
    if isinstance(node, ast.Constant) and not _is_modest(node.value):
        raise ExpressionError(f"“{text[:80]}” holds a number that is too large.")
    if isinstance(node, ast.Dict) and None in node.keys:
        raise ExpressionError(f"“{text[:80]}” unpacks a mapping, which expressions may not.")
    if isinstance(node, ast.Name) and node.id in HELPERS:
        raise ExpressionError(f"“{node.id}” is a helper, not a variable: {HELPERS[node.id].text}.")
    if isinstance(node, ast.Name) and node.id.startswith("_"):
        raise ExpressionError(f"“{node.id}” is not a name a drawing may use.")
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else "something"
        if name not in HELPERS or node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise ExpressionError(f"“{text[:80]}” calls {name}; only these may be called: {', '.join(HELPERS)}.")
        if len(node.args) != HELPERS[name].takes:
            raise ExpressionError(f"“{text[:80]}” gives {name} {len(node.args)} values; it is {HELPERS[name].text}.")


def evaluate(text: str, names: Mapping[str, Any]) -> Any:
    """Return the value of an expression over `names`; raise ExpressionError when it is refused or fails."""
    tree = parse(text)
    try:
        value = _evaluator(names).eval(text, previously_parsed=tree)
    except InvalidExpression as error:
        raise ExpressionError(f"“{text[:80]}” cannot be evaluated: {error}") from None
    except _FAILURES as error:
        raise ExpressionError(f"“{text[:80]}” fails: {type(error).__name__} {error}") from None
    _measure(value, text)
    return value


_local = threading.local()


def _evaluator(names: Mapping[str, Any]) -> EvalWithCompoundTypes:
    # One for each thread: making it costs more than most expressions.
    if not hasattr(_local, "evaluator"):
        _local.evaluator = EvalWithCompoundTypes(operators=_OPERATORS, functions=_FUNCTIONS)
    found: EvalWithCompoundTypes = _local.evaluator
    found.names = names
    return found


_FAILURES = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError)


def _is_modest(value: Any) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    return not isinstance(value, int) or value.bit_length() <= MAX_BITS


def _measure(value: Any, text: str) -> None:
    # A loop of `x = x * x` or `x = [x, x]` doubles what is saved at every turn.
    pending, seen, text_length = [(value, 0)], 0, 0
    while pending:
        part, depth = pending.pop()
        seen += 1
        text_length += len(part) if isinstance(part, str) else 0
        if seen > MAX_PARTS or depth > MAX_DEPTH or text_length > MAX_TEXT or not _is_modest(part):
            raise ExpressionError(f"“{text[:80]}” gives more than a process may hold.")
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list | tuple) else ()
        pending.extend((one, depth + 1) for one in inner)


@lru_cache(maxsize=512)
def parse_script(text: str) -> tuple[tuple[str, str], ...]:
    """Return the (name, expression) pairs of a script: one assignment of an expression to a name per line."""
    if len(text) > MAX_LENGTH * 5:
        raise ExpressionError("The script is too long.")
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"The script does not parse: {getattr(error, 'msg', error)}.") from None
    if len(tree.body) > MAX_LINES:
        raise ExpressionError(f"The script has {len(tree.body)} lines; at most {MAX_LINES} are accepted.")
    return tuple(_assignment(statement, text) for statement in tree.body)


def _assignment(statement: ast.stmt, text: str) -> tuple[str, str]:
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        raise ExpressionError("A script may only assign expressions to names, one per line.")
    target = statement.targets[0]
    if not isinstance(target, ast.Name) or target.id.startswith("_"):
        raise ExpressionError("A script may only assign to plain names.")
    _check(statement.value, text)
    source = ast.unparse(statement.value)
    parse(source)
    return target.id, source


def is_variable(name: str) -> bool:
    """Say whether an expression can read a variable of this name."""
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_") and name not in HELPERS


def names_in(text: str) -> set[str]:
    """Return the variables an expression reads."""
    return {n.id for n in ast.walk(parse(text)) if isinstance(n, ast.Name) and n.id not in HELPERS}

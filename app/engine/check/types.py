"""What an expression gives, as far as it can be said without running it."""

import ast
from dataclasses import dataclass, field

from app.engine.functions import HELPERS

_LITERALS = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
_DISPLAYS = {ast.List: "array", ast.Tuple: "array", ast.Dict: "object", ast.Compare: "boolean"}


_TYPE_REFS = {"string": "string", "boolean": "boolean", "integer": "integer", "long": "integer", "number": "number"}
_TYPE_REFS |= {"double": "number", "decimal": "number"}


@dataclass
class Variable:
    """A variable of a drawing: its JSON type, and the parts it has; None when they are open."""

    type: str
    parts: dict[str, str] | None = None
    writers: set[str] = field(default_factory=set)

    def also(self, other: "Variable") -> "Variable":
        """Return what it is when it may be the other, too."""
        parts = None if self.parts is None or other.parts is None else {**self.parts, **other.parts}
        return Variable(self.type if self.type == other.type else "any", parts, self.writers | other.writers)


def json_type(reference: str) -> str:
    """Return the JSON type of a DMN type reference."""
    return _TYPE_REFS.get(reference.rpartition(":")[2].lower(), "any")


def type_of(tree: ast.AST, variables: dict[str, Variable]) -> str:
    """Return the JSON type of an expression, `any` when it depends."""
    found = "any"
    if isinstance(tree, ast.Constant):
        found = _LITERALS.get(type(tree.value), "any")
    elif isinstance(tree, ast.Name):
        found = variables[tree.id].type if tree.id in variables else "any"
    elif isinstance(tree, ast.UnaryOp):
        found = "boolean" if isinstance(tree.op, ast.Not) else type_of(tree.operand, variables)
    elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        found = HELPERS[tree.func.id].gives if tree.func.id in HELPERS else "any"
    elif isinstance(tree, ast.Subscript):
        found = _part(tree, variables)
    elif isinstance(tree, ast.IfExp):
        found = _either(tree.body, tree.orelse, variables)
    elif isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add):
        found = _either(tree.left, tree.right, variables)
    return _DISPLAYS.get(type(tree), found)


def _part(tree: ast.Subscript, variables: dict[str, Variable]) -> str:
    if not isinstance(tree.value, ast.Name) or not isinstance(tree.slice, ast.Constant):
        return "any"
    parts = variables[tree.value.id].parts if tree.value.id in variables else None
    return (parts or {}).get(str(tree.slice.value), "any")


def _either(left: ast.AST, right: ast.AST, variables: dict[str, Variable]) -> str:
    found = type_of(left, variables)
    return found if found == type_of(right, variables) else "any"


def fits(found: str, wanted: str, *, optional: bool = False) -> bool:
    """Say whether a value of one type may be given where another is wanted."""
    if "any" in {found, wanted} or found == wanted:
        return True
    return (found, wanted) == ("integer", "number") or (found == "null" and optional)

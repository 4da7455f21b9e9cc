"""Users' templates: a small, bounded part of Jinja. Pure.

What a template can do is bounded by what it may hold, so that no clock is needed: no
calls, no assignments, no macros, loops at most two deep over lists that we give, no
operator or filter that multiplies text. Everything it names must exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.exceptions import TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from typing_extensions import override

from monitor.errors import TemplateError

# The text of a template, and what it may write before it is cut to a message.
SOURCE_LIMIT: Final = 20_000
OUTPUT_LIMIT: Final = 100_000
LOOPS_DEEP: Final = 2

# Filters whose result is hardly longer than what they are given.
FILTERS: Final = frozenset(
    [
        "abs",
        "capitalize",
        "count",
        "default",
        "e",
        "escape",
        "first",
        "float",
        "int",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "map",
        "max",
        "min",
        "reject",
        "rejectattr",
        "reverse",
        "round",
        "select",
        "selectattr",
        "sort",
        "string",
        "title",
        "trim",
        "truncate",
        "unique",
        "upper",
        "wordcount",
    ]
)
_NODES: Final[tuple[type[nodes.Node], ...]] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.For,
    nodes.Name,
    nodes.Const,
    nodes.Tuple,
    nodes.List,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Filter,
    nodes.Test,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Add,
    nodes.Sub,
    nodes.Neg,
    nodes.Keyword,
)
# What people call the nodes that are not allowed.
_NAMES: Final = {
    "Call": "calling something",
    "Assign": "{% set %}",
    "AssignBlock": "{% set %}",
    "Macro": "{% macro %}",
    "CallBlock": "{% call %}",
    "Include": "{% include %}",
    "Import": "{% import %}",
    "FromImport": "{% from %}",
    "Extends": "{% extends %}",
    "Block": "{% block %}",
    "With": "{% with %}",
    "Concat": "~",
    "Mul": "*",
    "Pow": "**",
    "Mod": "%",
}


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, without globals and with our filters only."""

    intercepted_binops = frozenset("+")

    def __init__(self, *, autoescape: bool) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=autoescape,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}

    @override
    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if not all(isinstance(one, int | float) for one in (left, right)):
            raise TemplateError(
                f"{operator} is for numbers; write {{{{ a }}}}{{{{ b }}}}"
            )
        return super().call_binop(context, operator, left, right)


@lru_cache(maxsize=2)
def _sandbox(*, autoescape: bool) -> _Sandbox:
    return _Sandbox(autoescape=autoescape)


def written(source: str, context: Mapping[str, Any], *, autoescape: bool) -> str:
    """What the template writes; TemplateError names the line and the mistake."""
    template = _compiled(source, autoescape=autoescape)
    try:
        return _bounded(template.generate(context))
    except TemplateError as error:
        raise _placed(error, str(error)) from None
    except UndefinedError as error:
        raise _placed(error, _plain(str(error))) from None
    except (JinjaError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise _placed(error, f"{type(error).__name__}: {error}") from None


def _bounded(parts: Iterator[str]) -> str:
    kept: list[str] = []
    size = 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size > OUTPUT_LIMIT:
            raise TemplateError(f"writes more than {OUTPUT_LIMIT:,} characters")
    return "".join(kept)


@lru_cache(maxsize=64)
def _compiled(source: str, *, autoescape: bool) -> Any:
    check(source)
    return _sandbox(autoescape=autoescape).from_string(source)


def literals(source: str) -> Iterator[tuple[str, bool]]:
    """The text that the template's author wrote; whether a value follows directly."""
    found = list(_sandbox(autoescape=False).lex(source))
    for index, (_, kind, text) in enumerate(found):
        if kind == "data":
            after = found[index + 1][1] if index + 1 < len(found) else ""
            yield text, after == "variable_begin"


def check(source: str) -> None:
    """TemplateError if the template holds what none may hold."""
    if len(source) > SOURCE_LIMIT:
        raise TemplateError(f"is longer than {SOURCE_LIMIT:,} characters")
    try:
        tree = _sandbox(autoescape=False).parse(source)
    except TemplateSyntaxError as error:
        reason = str(error.message or "is not a template").rstrip(".")
        raise TemplateError(f"line {error.lineno}: {_plain(reason)}") from None
    except RecursionError:
        raise TemplateError("is nested too deeply") from None
    _check(tree, 0)


def _check(node: nodes.Node, depth: int) -> None:
    kind = type(node).__name__
    if not isinstance(node, _NODES):
        _refuse(node, f"{_NAMES.get(kind, kind)} can't be used in a template")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        known = ", ".join(sorted(FILTERS))
        _refuse(node, f"there is no filter {node.name} (there are: {known})")
    if isinstance(node, nodes.For):
        depth += 1
        if depth > LOOPS_DEEP or node.recursive:
            _refuse(node, f"loops can't be more than {LOOPS_DEEP} deep")
    for child in node.iter_child_nodes():
        _check(child, depth)


def _refuse(node: nodes.Node, why: str) -> None:
    raise TemplateError(f"line {node.lineno}: {why}")


def _placed(error: BaseException, reason: str) -> TemplateError:
    """The error with the line of the template, which is in its traceback."""
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f"line {line}: " if line else ""
    return TemplateError(f"{where}{reason}".replace("\n", " ")[:200])


def _plain(reason: str) -> str:
    """Jinja's words for readers who don't know Python."""
    for theirs, ours in (
        ("'dict object' has no attribute ", "there is no "),
        ("'str object' has no attribute ", "a text has no "),
        ("'list object' has no element ", "the list has no element "),
    ):
        if reason.startswith(theirs):
            return ours + reason.removeprefix(theirs)
    return reason

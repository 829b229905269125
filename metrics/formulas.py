"""The small language of derived metrics: named inputs, numbers, + - * / and parentheses. Nothing else is ever run.

A formula has a text. It is read by a parser of its own into a tree, and worked out in exact decimals; Python's `eval`
and its parser see nothing of it. Length, depth and the size of numbers are bounded, so that no text costs much.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from typing import Any

from django.utils.translation import gettext as _

from evidence.refusals import Refused
from metrics.states import FormulaKind, Take

LONGEST = 200
DEEPEST = 20
MOST_PERIODS = 60
MOST_INPUTS = 20
NAMES = "abcdefghijklmnopqrst"
NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")
TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]{1,15}(?:\.[0-9]{1,9})?)|(?P<name>[a-z][a-z0-9_]{0,19})|(?P<mark>[-+*/()]))")
EXACT = Context(prec=60, traps=[DivisionByZero, InvalidOperation, Overflow])
SMALLEST = Decimal("0.000000001")
TOO_LARGE = Decimal(10) ** 15
INPUTS_OF = {
    FormulaKind.RATIO: (2, 2),
    FormulaKind.SUM: (1, MOST_INPUTS),
    FormulaKind.DIFFERENCE: (2, 2),
    FormulaKind.PRODUCT: (2, 5),
    FormulaKind.ROLLING: (1, 1),
    FormulaKind.EXPRESSION: (1, 10),
}
JOINED_BY = {FormulaKind.DIFFERENCE: " - ", FormulaKind.PRODUCT: " * ", FormulaKind.RATIO: " / "}


@dataclass(frozen=True)
class Input:
    """One input as it is declared: its name in the formula, its metric, what is taken of it in a period."""

    metric: Any
    name: str = ""
    take: str = Take.SUM
    weight: Decimal = Decimal(1)


@dataclass(frozen=True)
class Declared:
    """A formula as it is declared. `over` is how many periods each input is gathered over, the own one included."""

    kind: str
    inputs: tuple[Input, ...]
    factor: Decimal = Decimal(1)
    over: int = 1
    expression: str = ""


@dataclass(frozen=True)
class Node:
    """A number, a name, or two nodes with a mark between them."""

    mark: str
    number: Decimal = Decimal(0)
    name: str = ""
    sides: "tuple[Node, ...]" = ()


@dataclass(frozen=True)
class Amounts:
    """What the values of one input in one period come to."""

    total: Decimal
    size: Decimal
    weighted: Decimal
    last: Decimal | None = None

    def taken(self, take: str, *, counts: bool) -> Decimal | None:
        """None where it is a mean of nothing."""
        if take == Take.MEAN:
            with localcontext(EXACT):
                return (self.total if counts else self.weighted) / self.size if self.size else None
        return {Take.SUM: self.total, Take.SIZE: self.size, Take.LAST: self.last}[Take(take)]


def gathered(parts: Sequence[Decimal], take: str) -> Decimal:
    """One number of those of several periods, in their order."""
    if take == Take.LAST:
        return parts[-1]
    with localcontext(EXACT):
        total = sum(parts, Decimal(0))
        return total / len(parts) if take == Take.MEAN else total


def tidied(declared: Declared) -> Declared:
    """The same with a name for each input. Raises Refused("bad-formula") for what is no formula."""
    least, most = INPUTS_OF[FormulaKind(declared.kind)]
    if not least <= len(declared.inputs) <= most:
        raise _unfit(
            _("This kind of formula has %(n)s inputs.")
            % {"n": least if least == most else _("%(least)d to %(most)d") % {"least": least, "most": most}}
        )
    inputs = [Input(one.metric, one.name or NAMES[at], one.take, one.weight) for at, one in enumerate(declared.inputs)]
    _check_names([one.name for one in inputs])
    _check_numbers(declared)
    tidy = Declared(declared.kind, tuple(inputs), declared.factor, declared.over, declared.expression.strip())
    _check_expression(tidy)
    return tidy


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if not NAME.fullmatch(name):
            raise _unfit(
                _("“%(name)s” is no name: small letters, digits and _, at most 20, a letter first.")
                % {"name": name[:40]}
            )
    if len(set(names)) != len(names):
        raise _unfit(_("Two inputs have the same name."))


def _check_numbers(declared: Declared) -> None:
    if not declared.factor or any(not one.weight for one in declared.inputs):
        raise _unfit(_("A factor or weight of zero leaves nothing."))
    if not 1 <= declared.over <= MOST_PERIODS:
        raise _unfit(_("A formula looks at 1 to %(most)d periods.") % {"most": MOST_PERIODS})
    if declared.kind == FormulaKind.ROLLING and declared.over < 2:
        raise _unfit(_("Say over how many periods it rolls: two or more."))
    if declared.kind != FormulaKind.SUM and any(one.weight != 1 for one in declared.inputs):
        raise _unfit(_("Only the inputs of a sum have weights."))
    if declared.kind == FormulaKind.EXPRESSION and declared.factor != 1:
        raise _unfit(_("Write the factor into the expression."))


def _check_expression(declared: Declared) -> None:
    if len(declared.expression) > LONGEST:
        raise _unfit(_("The formula is longer than %(most)d characters.") % {"most": LONGEST})
    if (declared.kind == FormulaKind.EXPRESSION) != bool(declared.expression):
        raise _unfit(_("Write an expression for the kind “Expression”, and for no other kind."))
    used, names = names_in(parse(text_of(declared))), {one.name for one in declared.inputs}
    if unknown := sorted(used - names):
        raise _unfit(_("The formula names what is no input: %(names)s.") % {"names": ", ".join(unknown[:5])})
    if idle := sorted(names - used):
        raise _unfit(_("The formula does not use these inputs: %(names)s.") % {"names": ", ".join(idle[:5])})


def text_of(declared: Declared) -> str:
    """The formula as a text, whatever its kind."""
    if declared.kind == FormulaKind.EXPRESSION:
        return declared.expression
    names = [one.name for one in declared.inputs]
    factor = "" if declared.factor == 1 else _signed(declared.factor) + " * "
    if declared.kind != FormulaKind.SUM:
        joined = JOINED_BY.get(FormulaKind(declared.kind), "").join(names)
        return f"{factor}({joined})" if factor and declared.kind == FormulaKind.DIFFERENCE else factor + joined
    terms = [name if one.weight == 1 else f"{_signed(one.weight)} * {name}" for name, one in _named(declared)]
    joined = " + ".join(terms)
    return f"{factor}({joined})" if factor and len(terms) > 1 else factor + joined


def _named(declared: Declared) -> Iterable[tuple[str, Input]]:
    return [(one.name, one) for one in declared.inputs]


def _signed(number: Decimal) -> str:
    text = format(number.normalize(), "f")
    return f"({text})" if number < 0 else text


def parse(text: str) -> Node:
    """The tree of a text. Raises Refused("bad-formula")."""
    reader = _Reader(_tokens(text))
    tree = reader.sums(0)
    if reader.here:
        raise _unfit(_("“%(text)s” is not expected there.") % {"text": reader.here[1]})
    return tree


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = TOKEN.match(text, at)
        if match is None:
            raise _unfit(
                _("“%(text)s” cannot be read. A formula has names, numbers, + - * / and parentheses.")
                % {"text": text[at : at + 20].strip()}
            )
        found.append((str(match.lastgroup), str(match[str(match.lastgroup)])))
        at = match.end()
    return found


class _Reader:
    """Reads tokens from left to right; * and / before + and -."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at = tokens, 0

    @property
    def here(self) -> tuple[str, str] | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _takes(self, marks: str) -> str:
        """The mark here, if it is one of these; it is read then."""
        if self.here and self.here[0] == "mark" and self.here[1] in marks:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def sums(self, depth: int) -> Node:
        tree = self._products(depth)
        while mark := self._takes("+-"):
            tree = Node(mark, sides=(tree, self._products(depth)))
        return tree

    def _products(self, depth: int) -> Node:
        tree = self._single(depth)
        while mark := self._takes("*/"):
            tree = Node(mark, sides=(tree, self._single(depth)))
        return tree

    def _single(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise _unfit(_("The formula is nested too deeply."))
        if self._takes("-"):
            return Node("-", sides=(Node("number"), self._single(depth + 1)))
        if self._takes("("):
            tree = self.sums(depth + 1)
            if not self._takes(")"):
                raise _unfit(_("A parenthesis is not closed."))
            return tree
        return self._leaf()

    def _leaf(self) -> Node:
        found = self.here
        if found is None:
            raise _unfit(_("The formula ends too early."))
        if found[0] == "mark":
            raise _unfit(_("“%(text)s” is not expected there.") % {"text": found[1]})
        self.at += 1
        return Node("number", number=Decimal(found[1])) if found[0] == "number" else Node("name", name=found[1])


def names_in(tree: Node) -> set[str]:
    """The names of a tree."""
    own = {tree.name} if tree.mark == "name" else set()
    return own.union(*(names_in(side) for side in tree.sides))


def worked_out(tree: Node, values: Mapping[str, Decimal]) -> Decimal:
    """Its value, exact to nine decimals. Raises ZeroDivisionError, and OverflowError for what is too large."""
    with localcontext(EXACT):
        try:
            found = _value(tree, values)
        except InvalidOperation as error:  # nothing divided by nothing
            raise ZeroDivisionError from error
        return rounded(found)


def rounded(number: Decimal) -> Decimal:
    """As it is kept. Raises OverflowError."""
    if abs(number) >= TOO_LARGE:
        raise OverflowError
    return number.quantize(SMALLEST, rounding=ROUND_HALF_EVEN, context=EXACT)


def _value(tree: Node, values: Mapping[str, Decimal]) -> Decimal:
    if not tree.sides:
        return values[tree.name] if tree.mark == "name" else tree.number
    left, right = (_value(side, values) for side in tree.sides)
    if tree.mark in "+-":
        return left + right if tree.mark == "+" else left - right
    return left * right if tree.mark == "*" else left / right


def _unfit(message: str) -> Refused:
    return Refused(message, code="bad-formula")

"""The house as data, and the questions about its source that import-linter cannot ask."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# From the roof down; training and metrics are siblings.
FLOORS = (
    {"reviews"}, {"kaizen"}, {"audits"}, {"capa"}, {"training", "metrics"}, {"documents"},
    {"ui"}, {"records"}, {"people"}, {"jobs"}, {"evidence"},
)  # fmt: skip
APPS = sorted(set().union(*FLOORS))

SETTERS = {"update", "create", "get_or_create", "update_or_create", "bulk_create", "setattr"}
NAMED_IN_A_TAG = re.compile(r"""\{%.*?["'](\w+)[:/]|<c-[\w-]+[^>]*?["'](\w+):""", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """A module of the house and its syntax tree."""

    path: Path
    tree: ast.Module

    @property
    def app(self) -> str:
        return self.path.parts[0]

    @property
    def module(self) -> str:
        return ".".join(self.path.with_suffix("").parts)


def sources() -> Iterator[Source]:
    """Every module of the apps, migrations left out."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield parse(path.relative_to(ROOT), path.read_text())


def parse(path: Path | str, text: str) -> Source:
    return Source(Path(path), ast.parse(text))


def floor(app: str) -> int:
    """Height of an app, 0 at the ground."""
    return next(height for height, floor in enumerate(reversed(FLOORS)) if app in floor)


def may_name(app: str, other: str) -> bool:
    """Whether `app` may know `other`: itself or something on a lower floor."""
    return app == other or floor(other) < floor(app)


def names_from_above(path: str, text: str) -> list[str]:
    """Apps that a template names although they stand above its own, as "path names app"."""
    own = Path(path).parts[0] if Path(path).parts[0] in APPS else "ui"
    named = {name for found in NAMED_IN_A_TAG.findall(text) for name in found if name in APPS}
    return [f"{path} names {name}" for name in sorted(named) if not may_name(own, name)]


def status_setters(source: Source) -> list[str]:
    """Places that set a status by assignment, update or create."""
    return [f"{source.path}:{node.lineno}" for node in ast.walk(source.tree) if _sets_status(node)]


def _sets_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Attribute) and target.attr == "status" for target in node.targets)
    if isinstance(node, ast.Call) and _called(node) in SETTERS:
        return any(keyword.arg == "status" for keyword in node.keywords) or _named(node, "status")
    return False


def _named(call: ast.Call, name: str) -> bool:
    return _called(call) == "setattr" and any(isinstance(a, ast.Constant) and a.value == name for a in call.args)


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def services(source: Source) -> Iterator[ast.FunctionDef]:
    """Public functions of a services module; of a package's, those that its `__init__` offers."""
    if "services" not in source.path.with_suffix("").parts:
        return
    offered = _offered(source)
    for node in source.tree.body:
        public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if public and (offered is None or node.name in offered):
            yield node


def _offered(source: Source) -> set[str] | None:
    package = ROOT / source.path.parent / "__init__.py"
    if source.path.parent.name != "services" or not package.exists():
        return None
    return {
        name.name
        for node in ast.parse(package.read_text()).body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }


def unlike_a_service(source: Source) -> list[str]:
    """Public services that are not atomic or do not take `by`, as "module.name: what is missing"."""
    return [f"{source.module}.{node.name}: {lack}" for node in services(source) for lack in _lacks(node)]


def _lacks(node: ast.FunctionDef) -> Iterator[str]:
    if not _sweeps(node) and not any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list):
        yield "atomic"
    if "by" not in {argument.arg for argument in node.args.kwonlyargs}:
        yield "by"


def _sweeps(node: ast.FunctionDef) -> bool:
    """Whether it works through whatever is due, each record in a transaction of its own."""
    dated = {"on", "at"} & {argument.arg for argument in node.args.kwonlyargs}
    return bool(dated) and not node.args.args


def unsaid_refusals(source: Source) -> list[str]:
    """Codes that a public service refuses with and its docstring does not name, as "module.name: code"."""
    own = {node.name: node for node in source.tree.body if isinstance(node, ast.FunctionDef)}
    return [
        f"{source.module}.{node.name}: {code}"
        for node in services(source)
        for code in sorted(_codes(node, own, set()))
        if f'"{code}"' not in (ast.get_docstring(node) or "")
    ]


def _codes(node: ast.FunctionDef, own: dict[str, ast.FunctionDef], seen: set[str]) -> set[str]:
    """The codes of a function's own refusals, and of the private functions of its module that it calls."""
    seen.add(node.name)
    calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
    found = {code for call in calls if _called(call) == "Refused" for code in _code(call)}
    helpers = {_called(call) for call in calls if _called(call).startswith("_")} & set(own) - seen
    return found.union(*(_codes(own[name], own, seen) for name in sorted(helpers)))


def _code(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
            yield str(keyword.value.value)


def task_names(source: Source, functions: Iterable[str]) -> Iterator[str]:
    """The literal first arguments of calls of `functions`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _called(node) in functions and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def signals_made(source: Source) -> list[str]:
    """Signals that a module defines, as "app.name"."""
    return [
        f"{source.app}.{node.targets[0].id}"
        for node in source.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if isinstance(node.value, ast.Call) and _called(node.value) == "Signal"
    ]

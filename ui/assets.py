"""What the browser loads, gathered from the installed packages into `static/build/`.

Pure file work: the command `build_assets` gives the folders. Nothing is vendored; a lock file says what is fetched.
"""

import hashlib
import re
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import vl_convert
from fontTools.ttLib import TTFont

VEGA_LITE = "6.4"
STAMP = ".holdfast-lock"

COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "tom-select/dist/js/tom-select.complete.min.js": "tom-select.min.js",
    "tom-select/dist/css/tom-select.bootstrap5.min.css": "tom-select.min.css",
    "sortablejs/Sortable.min.js": "sortable.min.js",
}
FONTS = ("latin", "latin-ext", "greek", "cyrillic")
SPRITE = "@tabler/icons-sprite/dist/tabler-sprite.svg"

_SOURCE_MAP = re.compile(r"/[/*][#@]\s*sourceMappingURL=\S+(\s*\*/)?")
_SYMBOL = re.compile(r'<symbol id="tabler-([a-z0-9-]+)".*?</symbol>', re.DOTALL)
_TABLE = re.compile(r"_ICONS\b[^=\n]*= \{.*?\}", re.DOTALL)
_QUOTED = re.compile(r"[\"']([a-z0-9]+(?:-[a-z0-9]+)*)[\"']")


class UnknownIcons(Exception):  # noqa: N818 - read as a sentence
    """A template asks for icons that the sprite does not have."""


@dataclass(frozen=True)
class Sources:
    """Where assets come from and go to."""

    root: Path

    @property
    def modules(self) -> Path:
        return self.root / "node_modules"

    @property
    def lock(self) -> Path:
        return self.root / "package-lock.json"

    @property
    def build(self) -> Path:
        return self.root / "static" / "build"


def modules_are_stale(sources: Sources) -> bool:
    """Whether the installed packages are not those of the lock file."""
    stamp = sources.modules / STAMP
    return not stamp.exists() or stamp.read_text() != _lock_digest(sources)


def mark_fresh(sources: Sources) -> None:
    """Remember which lock file the installed packages come from."""
    (sources.modules / STAMP).write_text(_lock_digest(sources))


def _lock_digest(sources: Sources) -> str:
    return hashlib.sha256(sources.lock.read_bytes()).hexdigest()


def build(sources: Sources, *, icons: Iterable[str] = ()) -> list[Path]:
    """Fill `static/build/` and return what was written. `icons` are wanted besides those of the sources."""
    sources.build.mkdir(parents=True, exist_ok=True)
    copied = [_copy_text(sources.modules / source, sources.build / name) for source, name in COPIES.items()]
    fonts = [path for subset in FONTS for path in _copy_font(sources, subset)]
    return [*copied, *fonts, _write_sprite(sources, set(icons)), _write_vega(sources)]


def _copy_text(source: Path, target: Path) -> Path:
    """Copy without the source map line: the manifest storage would look for the map."""
    target.write_text(_SOURCE_MAP.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")
    return target


def _copy_font(sources: Sources, subset: str) -> list[Path]:
    """The face for browsers (woff2) and the same outlines for charts and PDFs (ttf)."""
    fonts = sources.build / "fonts"
    fonts.mkdir(exist_ok=True)
    source = sources.modules / f"@fontsource-variable/inter/files/inter-{subset}-wght-normal.woff2"
    woff2, ttf = fonts / f"inter-{subset}.woff2", fonts / f"inter-{subset}.ttf"
    shutil.copyfile(source, woff2)
    font = TTFont(source)
    font.flavor = None
    font.save(ttf)
    return [woff2, ttf]


def icons_named(folders: Iterable[Path]) -> set[str]:
    """Every quoted word on a line that speaks of an icon, or in a table named ..._ICONS."""
    names: set[str] = set()
    for folder in folders:
        for path in [*folder.rglob("*.html"), *folder.rglob("*.py")]:
            text = path.read_text(encoding="utf-8")
            spoken = [line for line in text.splitlines() if "icon" in line.lower()] + _TABLE.findall(text)
            names.update(name for passage in spoken for name in _QUOTED.findall(passage))
    return names


def icons_demanded(folder: Path) -> set[str]:
    """The icons that templates ask for by the tag: these must exist."""
    tag = re.compile(r"{% icon [\"']([a-z0-9-]+)[\"']")
    return {name for path in folder.rglob("*.html") for name in tag.findall(path.read_text(encoding="utf-8"))}


def subset_sprite(sprite: str, names: set[str], *, demanded: Collection[str] = ()) -> str:
    """A sprite with the named symbols only. Raises UnknownIcons for a demanded one that is missing."""
    symbols = {match[1]: match[0] for match in _SYMBOL.finditer(sprite)}
    if missing := set(demanded) - symbols.keys():
        raise UnknownIcons(", ".join(sorted(missing)))
    chosen = "\n".join(symbols[name] for name in sorted(names & symbols.keys()))
    return f'<svg xmlns="http://www.w3.org/2000/svg"><defs>\n{chosen}\n</defs></svg>\n'


def _write_sprite(sources: Sources, icons: set[str]) -> Path:
    apps = [path.parent for path in sources.root.glob("*/apps.py")]
    templates = sources.root / "templates"
    demanded = icons_demanded(templates)
    text = (sources.modules / SPRITE).read_text(encoding="utf-8")
    target = sources.build / "icons.svg"
    sprite = subset_sprite(text, icons_named([templates, *apps]) | demanded | icons, demanded=demanded)
    target.write_text(sprite, encoding="utf-8")
    return target


def _write_vega(sources: Sources) -> Path:
    """The very engine that draws the SVGs of PDFs, for the browser; made once for each version of it."""
    target = sources.build / "vega.min.js"
    stamp = sources.build / ".vega-version"
    version = f"{vl_convert.__version__} {VEGA_LITE}"  # type: ignore[attr-defined]
    if not target.exists() or not stamp.exists() or stamp.read_text() != version:
        bundle = vl_convert.javascript_bundle(vl_version=VEGA_LITE)  # type: ignore[call-arg]
        target.write_text(_SOURCE_MAP.sub("", bundle), encoding="utf-8")
        stamp.write_text(version)
    return target

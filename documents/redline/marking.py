"""What came and what went, as ins, del and classes; and the proof that both texts are in it."""

from copy import deepcopy

from lxml import etree

from documents.redline.units import DELETED, INSERTED, REFORMATTED, UNIT, _drop, _images, _text

DIFF = "{http://namespaces.shoobx.com/diff}"


def _marked(element: etree._Element, tag: str) -> etree._Element:
    """A block that came or went: itself by its class, its words by ins or del."""
    made = deepcopy(element)
    made.tail = None
    if made.tag == UNIT:
        return _wrapped(made, tag)
    for unit in list(made.iter(UNIT)):
        _wrap(unit, tag)
    made.set("class", INSERTED if tag == "ins" else DELETED)
    return made


def _wrapped(unit: etree._Element, tag: str) -> etree._Element:
    _wrap(unit, tag)
    return unit


def _wrap(unit: etree._Element, tag: str) -> None:
    inner = etree.Element(tag)
    inner.text, unit.text = unit.text, None
    inner.extend(list(unit))
    unit.append(inner)


def _both(old: etree._Element, new: etree._Element) -> etree._Element:
    made, added = _wrapped(deepcopy(old), "del"), _wrapped(deepcopy(new), "ins")
    made.extend(list(added))
    return made


def _as_html(unit: etree._Element) -> etree._Element:
    """What xmldiff marked, as ins and del."""
    if unit.get(f"{DIFF}insert") is not None or unit.get(f"{DIFF}delete") is not None:
        raise ValueError(unit.tag)
    for element in list(unit.iter(etree.Element)):
        if element.tag in (f"{DIFF}insert", f"{DIFF}delete"):
            element.tag = "ins" if element.tag.endswith("insert") else "del"
            continue
        _translate(element)
    etree.cleanup_namespaces(unit)
    return unit


def _translate(element: etree._Element) -> None:
    marks = {name.removeprefix(DIFF) for name in element.attrib if name.startswith(DIFF)}
    for name in marks:
        del element.attrib[f"{DIFF}{name}"]
    if marks & {"insert-formatting", "delete-formatting"}:
        element.set("class", REFORMATTED)
        if "delete-formatting" in marks:
            element.tag = "span"
            element.attrib.pop("href", None)
    for name, tag in (("insert", "ins"), ("delete", "del")):
        if name in marks:
            _put_around(element, tag)


def _put_around(element: etree._Element, tag: str) -> None:
    parent = element.getparent()
    if parent is None:
        raise ValueError(tag)
    around = etree.Element(tag)
    around.tail, element.tail = element.tail, None
    parent.replace(element, around)
    around.append(element)


def _proves(made: etree._Element, old: etree._Element, new: etree._Element) -> bool:
    """Whether dropping what came gives the old words, and dropping what went the new ones."""
    was, now = deepcopy(made), deepcopy(made)
    _drop(was, "ins", INSERTED)
    _drop(now, "del", DELETED)
    same = _text(was) == _text(old) and _text(now) == _text(new)
    return same and _images(was) == _images(old) and _images(now) == _images(new)

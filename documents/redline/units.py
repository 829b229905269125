"""Units: words that belong together, with their formatting; and what is done to the elements around them."""

from lxml import etree, html

INLINE = frozenset({"a", "b", "br", "code", "em", "i", "img", "mark", "s", "span", "strong", "sub", "sup", "u"})
UNIT = "unit"  # our own element around words that belong together: what xmldiff compares
INSERTED, DELETED, CHANGED, REFORMATTED = "hf-inserted", "hf-deleted", "hf-changed", "hf-reformatted"


def _drop(root: etree._Element, tag: str, mark: str) -> None:
    for element in list(root.iter(etree.Element)):
        if element.tag == tag or mark in element.get("class", "").split():
            _remove(element)


def _remove(element: etree._Element) -> None:
    """Take an element out and leave what follows it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _append(root: etree._Element, tag: str, text: str) -> None:
    if not text:
        return
    if tag:
        etree.SubElement(root, tag).text = text
    elif len(root):
        root[-1].tail = (root[-1].tail or "") + text
    else:
        root.text = (root.text or "") + text


def _html(root: etree._Element) -> str:
    whole: str = etree.tostring(root, encoding="unicode", method="html")
    return whole[whole.index(">") + 1 : whole.rindex("<")]


def _prepared(body: str) -> etree._Element:
    """A body as well-formed XML in which each run of words and inline formatting is one unit."""
    parsed = html.fragment_fromstring(body or "", create_parent="body")
    root = etree.fromstring(etree.tostring(parsed))
    _gather(root)
    return root


def _gather(element: etree._Element) -> None:
    """Put each run of inline content below `element` into a unit."""
    children, text = list(element), element.text
    for child in children:
        element.remove(child)
    element.text = None
    run: etree._Element | None = _begun(element, None, text)
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag in INLINE:
            run = etree.SubElement(element, UNIT) if run is None else run
            run.append(child)
        else:
            run = None
            _gather(child)
            element.append(child)
        run = _begun(element, run, tail)


def _begun(element: etree._Element, run: etree._Element | None, text: str | None) -> etree._Element | None:
    """Add words to the run; white space alone begins none."""
    if not text or (run is None and not text.strip()):
        return run
    run = etree.SubElement(element, UNIT) if run is None else run
    _append(run, "", text)
    return run


def _text(element: etree._Element) -> str:
    return "".join(element.itertext())


def _images(unit: etree._Element) -> list[str]:
    return [image.get("src", "") for image in unit.iter("img")]

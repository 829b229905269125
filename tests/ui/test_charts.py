"""Charts: one spec for the page and for paper."""

import pytest
from django.template import Context, Template

from ui import charts

SPEC = {
    "data": {"values": [{"x": 1, "y": 74.03}, {"x": 2, "y": 73.995}]},
    "params": [{"name": "zoom", "select": "interval", "bind": "scales"}],
    "mark": "line",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
    "usermeta": {"columns": {"x": "Sample", "y": "Diameter, mm"}},
}


def shown(**context):
    return Template("{% load ui %}{% chart spec title %}").render(
        Context({"spec": SPEC, "title": "Diameter <mm>", **context})
    )


def test_page_has_the_spec_and_the_numbers_as_a_table():
    html = shown()
    assert "Diameter &lt;mm&gt;" in html
    assert 'type="application/json"' in html
    assert "<td>73.995</td>" in html
    assert "Diameter, mm</th>" in html


def test_paper_has_a_picture_and_no_script():
    html = shown(for_print=True)
    assert 'src="data:image/svg+xml;base64,' in html
    assert "<script" not in html


def test_svg_is_drawn_without_interaction():
    assert charts.svg(SPEC).startswith("<svg")
    assert "params" not in charts.for_print(SPEC)
    assert "params" in SPEC


@pytest.mark.parametrize("spec", [{"data": {"url": "file:///etc/passwd"}}, {"layer": [{"data": {"url": "x.csv"}}]}])
def test_no_spec_fetches_anything(spec):
    with pytest.raises(charts.UnsafeSpec):
        charts.for_page(spec)


def test_palette_has_no_repeats():
    assert len(set(charts.PALETTE)) == len(charts.PALETTE)

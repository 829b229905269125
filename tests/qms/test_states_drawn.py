"""docs/states.md says what the transition tables say."""

from qms.management.commands.draw_states import TARGET, drawing, is_current


def test_the_drawn_lives_are_up_to_date():
    assert is_current(TARGET, drawing()), "Run manage.py draw_states."


def test_a_changed_table_is_noticed(tmp_path):
    other = tmp_path / "states.md"
    other.write_text(drawing().replace("approve ✎", "approve"))
    assert not is_current(other, drawing())
    assert "▶ Draft" in drawing()

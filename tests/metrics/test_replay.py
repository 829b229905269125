"""The command that replays files."""

from metrics import replay


def write(path, rows):
    path.write_text("\n".join(rows) + "\n")
    return path


def test_silence_and_a_flat_line_are_told_by_period_of_the_monitor_phase(tmp_path, capsys):
    meta = write(tmp_path / "meta.csv", ["series,dist,direction,cadence", "a,normal,lower_is_better,week"])
    rows = ["series,t,phase,value,exposure"]
    rows += [f"a,{t},before,{20 + t % 3 + t % 5}," for t in range(1, 21)]
    rows += [f"a,{t},after,{10 + t % 3 + t % 5}," for t in range(21, 41)]
    monitor = ["11", "12", "", "", "13", "13", "13", "13", "13"]
    rows += [f"a,{41 + i},monitor,{value}," for i, value in enumerate(monitor)]
    series = write(tmp_path / "series.csv", rows)
    assert replay.main([str(meta), str(series)]) == 0
    assert capsys.readouterr().out.split() == ["series,t,signal", "a,4,silent", "a,9,stuck"]


def test_wrong_call_says_how():
    assert replay.main([]) == 2

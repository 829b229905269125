"""Files of values that were brought before, put right and brought again; and files that are out of the ordinary."""

import io
import zipfile

import pytest

from evidence.refusals import Refused
from metrics import services as metrics
from metrics.files import Layout
from metrics.models import Measurement
from tests.cast import api_for, client_for, fresh
from tests.metrics.conftest import evening
from tests.metrics.test_importing import URL, arranged, counts, csv, uploaded, workbook


@pytest.fixture
def now(scrap, clock_at):
    clock_at(evening(9))
    return evening(9)


@pytest.mark.parametrize("wrong", ["abc,", "4,x"])
def test_a_wrong_value_put_right_moves_none_of_those_below_it(now, munich, scrap, olga, wrong):
    lines = "date,metric,value,n\n2025-01-06,{0},{1}\n2025-01-06,{0},5,\n"
    metrics.import_values(uploaded(csv(lines.format(scrap.number, wrong)), munich, olga), by=olga, leave_wrong=True)
    right = uploaded(csv(lines.format(scrap.number, "4,")), munich, olga)
    assert counts(right) == (1, 1, 0)
    metrics.import_values(right, by=olga)
    assert sorted(Measurement.objects.values_list("value", flat=True)) == [4, 5]


def test_an_event_id_at_another_time_is_another_event_and_never_known(now, munich, scrap, olga):
    """Sheets number their rows from 1 each week: the look and the batch say so, and the value is not lost unsaid."""
    lines = f"date,metric,value,event id\n2025-01-06,{scrap.number},5,1\n"
    metrics.import_values(uploaded(csv(lines), munich, olga), by=olga)
    text = lines.replace("01-06", "01-13") + f"2025-01-06,{scrap.number},5,1\n2025-01-14,{scrap.number},5,2\n"
    kept = uploaded(csv(text), munich, olga)
    assert counts(kept) == (1, 1, 1)
    done = metrics.import_values(kept, by=olga, leave_wrong=True)
    assert (done.batch.stored, done.batch.duplicates, done.faults) == (
        1, 1, [[2, "", metrics.look(kept).faults[0].message]],
    )  # fmt: skip
    assert "at another time" in done.faults[0][2]


@pytest.mark.parametrize("heading", ["id", "Event", "Record ID"])
def test_a_heading_that_may_be_a_running_number_is_not_taken_for_an_event_id(now, munich, scrap, olga, heading):
    kept = uploaded(csv(f"date,metric,value,{heading}\n2025-01-06,{scrap.number},5,1\n"), munich, olga)
    assert "event_id" not in kept.layout["columns"].values()


def test_values_are_imported_only_by_the_layout_they_were_looked_at_by(now, munich, scrap, olga, pedro):
    """Two people at one file: one looks, the other says otherwise how dates are written, the first one imports."""
    kept = uploaded(csv(f"date,metric,value\n02/03/2025,{scrap.number},5\n"), munich, olga)
    looked = Layout.of(kept.layout).digest
    assert f'value="{looked}"' in client_for(olga).get(f"{URL}{kept.uuid}/").content.decode()
    arranged(fresh(kept), pedro, dates="mdy")
    answer = client_for(olga).post(f"{URL}{kept.uuid}/confirm/", {"seen": looked})
    assert (answer.status_code, "Look at its values again" in answer.content.decode()) == (409, True)
    assert client_for(olga).post(f"{URL}{kept.uuid}/confirm/", {}).status_code == 409
    confirm, api = f"value-imports/{kept.uuid}/confirm/", api_for(olga)
    assert (api.post(confirm, {}).status_code, api.post(confirm, {"seen": looked}).json()["code"]) == (
        400, "layout-changed",
    )  # fmt: skip
    assert Measurement.objects.count() == 0
    now_seen = api.get(f"value-imports/{kept.uuid}/").json()["seen"]
    assert api.post(confirm, {"seen": now_seen}).json()["batch"]["stored"] == 1


@pytest.mark.parametrize("content", [" , \n", " ;\nabc\n", "\n , \n\t\n"])
def test_a_row_of_blanks_is_no_row(now, munich, olga, content):
    try:
        kept = uploaded(csv(content), munich, olga)
    except Refused as refusal:
        assert refusal.code == "file-empty"
    else:
        assert metrics.look(kept).lack.startswith("Say which column")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_workbook_is_refused_in_words(now, munich, olga, method):
    """Packed as a workbook is or as none is, and one bit or the end of it gone."""
    whole = io.BytesIO()
    with zipfile.ZipFile(workbook(["date", "value"], ["2025-01-06", 5])) as made, zipfile.ZipFile(whole, "w") as packed:
        for entry in made.infolist():
            packed.writestr(entry.filename, made.read(entry), compress_type=method)
    content = whole.getvalue()
    for place in range(60, len(content), 127):
        damaged = io.BytesIO(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            uploaded(damaged, munich, olga)
        except Refused as refusal:
            assert refusal.code in ("not-a-workbook", "not-text", "zip-bomb", "file-empty")

"""List page and list API, against bare Django, and small against large."""

from collections.abc import Callable
from functools import partial

from benchmarks.measuring import Figure, interleaved
from benchmarks.rig import Seeded, Sizes, Visitor, workers
from tests.harness.servers import Handle

PRODUCT, BARE = "benchmarks.settings", "benchmarks.bare_settings"
PAGE, API = "/documents/", "/api/v1/documents/"
PAGE_BOUND, API_BOUND, FLAT_BOUND = 2.5, 2.0, 1.3
FILTERS = {
    "default order": "",
    "filtered by site": "?site=RARE",
    "filtered by status": "?status=draft",
    "filtered by owner": "?owner=owner007",
}


def figures(handle: Handle, sizes: Sizes, seeded: Seeded) -> list[Figure]:
    """All figures of lists; every side has its own gunicorn worker, and all take turns."""
    wanted = {"ours": (PRODUCT, seeded.large), "small": (PRODUCT, seeded.small), "bare": (BARE, seeded.large)}
    with workers(handle, wanted, seeded.session) as visitors:
        taken = interleaved(_sides(**visitors), rounds=sizes.rounds, warm_up=sizes.warm_up)
    against_bare = [
        Figure("list page of 50, against a bare list", PAGE_BOUND, taken[f"large {PAGE}"], taken["bare page"]),
        Figure("API list of 50, against a bare one", API_BOUND, taken[f"large {API}"], taken["bare api"]),
    ]
    flat = [
        Figure(f"{what}, {name}: many against few", FLAT_BOUND, taken[f"large {address}"], taken[f"small {address}"])
        for what, path in (("list page", PAGE), ("API list", API))
        for name, query in FILTERS.items()
        for address in [path + query]
    ]
    return [*against_bare, *flat]


def _sides(ours: Visitor, small: Visitor, bare: Visitor) -> dict[str, Callable[[], object]]:
    addresses = [path + query for path in (PAGE, API) for query in FILTERS.values()]
    return {
        "bare page": partial(bare.get, "/rows/"),
        "bare api": partial(bare.get, "/api/rows/"),
        **{f"large {address}": partial(ours.get, address) for address in addresses},
        **{f"small {address}": partial(small.get, address) for address in addresses},
    }

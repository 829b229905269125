"""`python -m qms.embedded.clean`: forget the embedded servers' data, wherever `var` remembers it."""

from qms.embedded.home import remove_home
from qms.settings.environment import EMBEDDED_RUN, VAR

if __name__ == "__main__":
    if EMBEDDED_RUN.exists():
        raise SystemExit("Holdfast is running in this folder: stop it first.")
    for var in (*sorted((VAR / "test").glob("*")), VAR):
        remove_home(var)

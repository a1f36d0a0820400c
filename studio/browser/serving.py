"""The studio's server: Streamlit, started once the modules of all pages are loaded, so that no visitor waits for them.

python -m studio.browser.serving run app.py --server.port 8501     # as streamlit run app.py …
"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

from studio import looking
from studio.browser import parts

PAGES = Path(__file__).parent
TABLES = ("pandas",)  # what Streamlit loads with the first table


def main() -> None:
    """Load what the pages import, look at the study once, and serve."""
    from streamlit.web.cli import main as serve

    for module in imported(PAGES):
        importlib.import_module(module)
    if place := parts.find_workspace():
        looking.glanced(place, 0)  # beside: a large study takes seconds, and the server needn't wait for it
    serve(prog_name="streamlit")


def imported(folder: Path) -> list[str]:
    """Name the modules that a folder's files import at their top, each once: pages themselves can't be imported.

    A page is a script that draws when it is run.
    """
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py")))
    found = [node for tree in trees for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
    beside = [f"{node.module}.{one.name}" for node in found if node.module == "studio.browser" for one in node.names]
    return list(dict.fromkeys([*(str(node.module) for node in found if node.module != "__future__"), *beside, *TABLES]))


if __name__ == "__main__":
    main()

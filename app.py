"""The studio in a browser: navigation only.

winnow studio            # in a workspace; or: WINNOW_WORKSPACE=DIR streamlit run app.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winnow.study.workspace import Workspace

PAGES = (
    ("study", "Study", ":material/route:"),
    ("rows", "Rows", ":material/table_rows:"),
    ("decide", "To decide", ":material/rule:"),
    ("label", "Label", ":material/label:"),
    ("plan", "Plan", ":material/lock_clock:"),
    ("train", "Train", ":material/model_training:"),
    ("collect", "Teach", ":material/school:"),
    ("review", "Review", ":material/balance:"),
    ("results", "Results", ":material/insights:"),
    ("selections", "Selections", ":material/filter_alt:"),
)

# Most studies never collect, nor compare selections.
OPTIONAL: Mapping[str, Callable[[Workspace], bool]] = {
    "collect": lambda place: place.collected.exists(),
    "selections": lambda place: bool(place.compared_selections),
}


def main() -> None:
    """Run the page that the address names, below the header that all share."""
    import streamlit as st

    from studio.browser import header, parts

    st.set_page_config(page_icon=parts.ICON, layout="wide")  # first: a page's own icon is fetched from another host
    browser = Path("studio/browser")
    place = parts.find_workspace()
    if place is None:
        pages = [st.Page(browser / "start.py", title="Start", icon=":material/upload_file:", default=True)]
    else:
        waiting = header.waiting(place)
        pages = [
            st.Page(
                browser / f"{name}.py",
                title=f"{title} ({waiting})" if name == "decide" and waiting else title,
                icon=icon,
                url_path="" if name == "study" else name,
                default=name == "study",
            )
            for name, title, icon in PAGES
            if name not in OPTIONAL or OPTIONAL[name](place)
        ]
    page = st.navigation(pages, position="top", expanded=True)
    study = f" · {place.root.name}" if place else ""
    st.set_page_config(page_title=f"{page.title}{study} · Winnow", page_icon=parts.ICON)
    header.show(place, page.title)
    parts.guarded(page.run)


if __name__ == "__main__":  # Streamlit runs this file as a script; winnow studio only asks where it is
    main()

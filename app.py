"""The studio in a browser: navigation only.

winnow studio            # in a workspace; or: WINNOW_WORKSPACE=DIR streamlit run app.py
"""

from __future__ import annotations


def main() -> None:
    """Run the page that the address names, below the header that all share."""
    import streamlit as st

    from studio.browser import parts, people

    st.set_page_config(page_title="Winnow", page_icon=parts.ICON, layout="wide")
    page = st.navigation(
        [
            st.Page("studio/browser/overview.py", title="Overview", icon=":material/filter_alt:", default=True),
            st.Page("studio/browser/removed.py", title="Removed rows", icon=":material/delete_sweep:"),
            st.Page("studio/browser/flagged.py", title="Flagged rows", icon=":material/flag:"),
            st.Page("studio/browser/thresholds.py", title="Thresholds", icon=":material/tune:"),
            st.Page("studio/browser/review.py", title="Review (blind)", icon=":material/balance:"),
            st.Page("studio/browser/explore.py", title="Explore", icon=":material/travel_explore:"),
            st.Page("studio/browser/report.py", title="Report", icon=":material/description:"),
        ],
        position="top",
        expanded=True,
    )
    parts.header(people.who)
    page.run()


if __name__ == "__main__":  # Streamlit runs this file as a script; winnow studio only asks where it is
    main()

"""A free talk on the page Results: base and tuned side by side, after the reveal; the models are loaded when asked."""

from __future__ import annotations

import streamlit as st

from evaluation.answering.chat import OneModel, Talk, load_beside
from studio.browser import parts, texts
from winnow.data.stamps import Stamp, stamp
from winnow.models.prompt import prompt_form
from winnow.study.workspace import Workspace

MAX_CHARACTERS = 4_000  # of a question
TOKENS = (32, 64, 128, 256)
SECONDS_KEPT = 1_800  # the models stay in memory so long after the last question


@st.fragment
@parts.explained
def show(place: Workspace) -> None:
    """Ask both what one likes."""
    st.subheader("Ask both", anchor=False)
    if not any(place.runs.glob("*/adapter")):
        st.markdown("There is no trained model on this machine to ask.")
        return
    with st.form("talk", border=False):
        question = st.text_area("Your question", max_chars=MAX_CHARACTERS, key="talk-question")
        tokens = st.segmented_control("Stop after tokens", TOKENS, default=TOKENS[1], required=True, key="talk-tokens")
        if st.form_submit_button("Ask", icon=":material/send:") and question.strip():
            with st.spinner("Both answer; the first time the models are loaded, which takes up to a minute…"):
                _ask(place, question, int(tokens))
    talk: Talk | None = st.session_state.get("talk")
    if talk is None:
        return
    pairs = list(zip(talk.turns["base"], talk.turns["tuned"], strict=True))
    for (asked, _), (base, tuned) in zip(pairs[::2], pairs[1::2], strict=True):
        with st.container(border=True):
            texts.one_text(asked["content"], "You", prominent=True)
            texts.two_texts(base["content"], tuned["content"], ("Base", "Tuned"), differences=False)
    st.button("Begin anew", icon=":material/restart_alt:", on_click=lambda: st.session_state.pop("talk", None))


def _ask(place: Workspace, question: str, tokens: int) -> None:
    models = _models(str(place.root), stamp(*sorted(place.runs.glob("*/manifest.json"))))
    talk = st.session_state.get("talk") or Talk(models, prompt_form(place.config()))
    st.session_state["talk"] = talk.ask(question, tokens)[0]


@st.cache_resource(max_entries=1, show_spinner=False, ttl=SECONDS_KEPT)
def _models(root: str, state: Stamp) -> OneModel:
    from pathlib import Path

    place = Workspace(Path(root))
    return load_beside(place, place.config())

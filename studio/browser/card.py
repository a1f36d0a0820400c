"""The card on which people judge, with the keys: review and decisions share it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from studio.desk import Desk
from winnow.data.records import content_hash
from winnow.errors import WinnowError

TEMPLATES = Path(__file__).parents[1] / "templates"
REMEMBERED_EVENTS = 100  # a page sends what it hasn't heard of again, and never so many at once
HTML = """<section class="desk" aria-label="Card">
<div class="bar"><progress aria-label="Done"></progress><span class="words"></span></div>
<div class="card"></div><div class="foot"></div>
<details class="keys"><summary>Keys (?)</summary>The letter or digit on a button presses it. N goes to the note, Esc or
Ctrl+Enter leaves it and keeps what you wrote. M shows texts as they are meant to look, P as they were typed, D marks
what differs, A opens the reference. U takes the last one back, as often as you like. In the review 5 to 9 say what is
wrong with the worse answer, W marks the passage that you selected, H goes to your last verdicts; pressing one goes
back to it.</details>
<p class="live" role="status" aria-live="polite"></p>
</section>"""
_card = st.components.v2.component(
    "winnow-card",
    html=HTML,
    css=(TEMPLATES / "card.css").read_text(encoding="utf-8"),
    js=(TEMPLATES / "card.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def show(desk: Desk, name: str, words: str, done: int, total: int, dwell: float) -> None:
    """Show the desk's cards; what is pressed there reaches `desk.take` before the page is drawn again."""
    key, state = f"card-{content_hash(name)[:12]}", st.session_state
    data: dict[str, object] = {
        "desk": content_hash(name)[:12],
        "cards": desk.cards(),
        "taken": state.get(f"{key}-taken", []),
        "words": words,
        "done": done,
        "total": total,
        "dwell": dwell,
        "last": desk.last(),
        "history": desk.history(),
    }

    def take() -> None:
        try:
            taken = desk.take(state[key].get("events") or [], state.get(f"{key}-taken", []))
        except WinnowError as error:
            state["failed"] = str(error)
            return
        state[f"{key}-taken"] = [*state.get(f"{key}-taken", []), *taken.ids][-REMEMBERED_EVENTS:]
        if taken.told:
            state["failed"] = " ".join(taken.told)

    _card(data=data, key=key, default={"events": []}, on_events_change=take)

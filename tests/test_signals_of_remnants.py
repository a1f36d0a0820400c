"""Further wordings of each kind, beside sound rows with the same words."""

from __future__ import annotations

import pytest

from tests.signalled import is_found

ASKED = "Why does the ferry to the island not sail in winter?"
SOUND = "The harbour freezes over, and the ferry has no ice class, so it stays at its berth from December to March."


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("dangling_reference", "Okay but what if I'm already late for that?", SOUND),
        ("dangling_reference", "Which of the following is false?", SOUND),
        ("dangling_reference", "Refer to Exhibit 7. Who should bear the loss?", SOUND),
        ("dangling_reference", "Find the mistake in this code:", SOUND),
        ("dangling_reference", "Is the underlined phrase an idiom?", SOUND),
        ("dangling_reference", "Part (b): show that the sum is even.", SOUND),
        ("dangling_reference", "What did the shop earn in that quarter?", SOUND),
        ("dangling_reference", "Fill in the blanks with words from the list.", SOUND),
        ("dangling_reference", "Continue.", SOUND),
        ("echo", ASKED, f"In order to reply one must first ask: {ASKED}"),
        ("echo", ASKED, f"Good question. {ASKED} Let's find out together!"),
        ("out_of_date", ASKED, f"{SOUND} In the last 9 days alone three trips were lost."),
        ("out_of_date", ASKED, f"Edit 5/2/2018: {SOUND}"),
        ("out_of_date", ASKED, f"{SOUND} Merry Christmas to everybody!"),
        ("markup", ASKED, f"[my_box style=\"info\"]{SOUND}[/my_box]"),
        ("markup", ASKED, f"#+begin_example\n{SOUND}\n#+end_example"),
        ("markup", ASKED, f"{{{{citation needed|reason=no source}}}} {SOUND}"),
        ("prompt_residue", ASKED, f"{SOUND} 【4†source】"),
        ("prompt_residue", ASKED, f"{SOUND} ####"),
        ("prompt_residue", ASKED, f"[Agent joined the chat]\n{SOUND}"),
        ("prompt_residue", ASKED, f"TODO(editor) - shorten this. {SOUND}"),
        ("prompt_residue", ASKED, f"{SOUND} As the system prompt says, I name no prices."),
        ("prompt_residue", ASKED, f"{SOUND}\n\nStatus: done | Rater: 12 | Time: 40 s"),
        ("prompt_residue", ASKED, f"{SOUND} [reviewer's note: checked]"),
        ("prompt_residue", ASKED, f"%%BODY_2%% {SOUND}"),
        ("prompt_residue", ASKED, f"Sure, as per your instructions I used no jargon. {SOUND}"),
        ("out_of_date", ASKED, f"{SOUND} A new berth will be there by the end of Q4."),
        ("markup", ASKED, f"{SOUND}_x000D_"),
        ("addresses", ASKED, "hxxps://ferries[.]example[.]org/winter"),
        ("addresses", ASKED, "mailto:desk@ferries.example"),
        ("dangling_reference", "How many are missing?", SOUND),
        ("dangling_reference", "With your answer to part (c), find the mean.", SOUND),
        ("dangling_reference", "Could you go through the first step again?", SOUND),
        ("dangling_reference", "Which of the following is NOT correct?", SOUND),
        ("dangling_reference", "What was the margin in the quarter shown?", SOUND),
        ("echo", ASKED, f"Question no. 17: {ASKED}"),
        ("echo", ASKED, f"Topic: {ASKED} Replies: 12 Views: 340"),
        ("echo", ASKED, f"{ASKED} You are not alone."),
        ("out_of_date", ASKED, f"{SOUND} The fleet has now reached nine ships."),
        ("out_of_date", ASKED, f"{SOUND} The icebreaker, just announced, will help."),
        ("prompt_residue", ASKED, f"Answer (max. 40 words): {SOUND}"),
        ("prompt_residue", ASKED, f"Score: 5/5 {SOUND}"),
        ("prompt_residue", ASKED, f"{SOUND} My knowledge only goes up to 2021."),
        ("refusal", ASKED, "Why would anyone want to know that?"),
        ("refusal", ASKED, "Not enough information to tell."),
        ("echo", ASKED, f"+1, also looking for this: {ASKED}"),
        ("echo", ASKED, f"Your ticket was created successfully.\nSubject: {ASKED}\nPriority: Normal"),
        ("echo", ASKED, f'Thanks for reaching out to us regarding "{ASKED}". We love hearing from our customers!'),
        ("prompt_residue", ASKED, f"intent=faq_answer; entities=[]; text={SOUND}"),
        ("prompt_residue", ASKED, f"{SOUND}\n####\nlabel: good\nannotator_7: ok"),
        ("prompt_residue", ASKED, f"[inaudible] {SOUND} [crosstalk]"),
        ("prompt_residue", ASKED, f"*** begin extracted text *** {SOUND}"),
        ("prompt_residue", ASKED, f"ANSWER KEY (do not distribute): {SOUND}"),
        ("prompt_residue", ASKED, f"Agent Priya has joined the chat. {SOUND}"),
        ("markup", ASKED, f"{{% if user.is_member %}}{SOUND}{{% endif %}}"),
        ("boilerplate", ASKED, "Home > Island > Ferries > Frequently asked questions"),
        ("out_of_date", ASKED, f"{SOUND} The colleague who knows is on leave until the 22nd."),
        ("personal_data", ASKED, f"{SOUND} -- Grzegorz, tel. kom. 512 604 883"),
        ("refusal", ASKED, "Skipped."),
        ("boilerplate", ASKED, "Past performance does not guarantee what comes. The value of your investments may fall."),
        ("out_of_date", ASKED, f"{SOUND} That holds until the meeting this evening."),
        ("out_of_date", ASKED, f"{SOUND} The latest ferry, the Solveig, is the exception."),
        ("prompt_residue", ASKED, f"You are a friendly booking clerk. {SOUND}"),
        ("prompt_residue", ASKED, f"{SOUND} (finish_reason: stop)"),
        ("prompt_residue", ASKED, f"{SOUND} :contentReference[oaicite:0]"),
        ("dangling_reference", "Given the chart on the left, when was the peak?", SOUND),
        ("refusal", ASKED, "The company doesn't comment on its timetable."),
        ("refusal", ASKED, "You'd have to ask my colleague about this."),
        ("boilerplate", ASKED, "In case of an emergency, dial 112 or go to the nearest hospital."),
        ("personal_data", ASKED, f"{SOUND} Write to greta.holm@example.com."),
    ],
)  # fmt: skip
def test_a_remnant_is_found_in_further_wordings(name, question, answer):
    assert is_found(name, question, answer)


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("dangling_reference", "Which of the following metals is liquid: mercury or tin?", "Mercury"),
        ("dangling_reference", "What did the shop earn in 2018, and what did it pay in that year?", "9 and 4 million"),
        ("dangling_reference", "Fill in the blank: the ferry ____ at nine.", "sails"),
        ("dangling_reference", "What if I'm already a resident of Norway?", SOUND),
        ("dangling_reference", "What does Part D of Medicare cover?", "Prescription drugs."),
        ("echo", ASKED, f"{ASKED} Because the harbour is frozen."),
        ("echo", "How many ferries sail to the island?", "How many ferries sail to the island? 17"),
        ("out_of_date", ASKED, f"{SOUND} A record high of 41 trips was set in 1998."),
        ("markup", "How do I quote a list in Python?", "Write [a, b] or [x for x in y]."),
        ("prompt_residue", "What does a line of #### mean in a log?", "It separates runs: #### begin ####."),
        ("prompt_residue", "Which of these is a ferry?", "None of the above"),
        ("prompt_residue", "Which state isn't allowed?", "S=1, R=1"),
        ("prompt_residue", "What is a good snack?", "Nuts, or a piece of dark chocolate (in moderation!)."),
        ("boilerplate", "How do I turn on dark mode?", "Settings > Display > Dark mode"),
        ("echo", ASKED, f"{ASKED} The harbour freezes over in December."),
        ("echo", "What is the state of my request?", "What is the state of my request? Pending."),
        ("echo", "Which type does the function give back?", "Which type does the function give back? It is a string."),
        ("personal_data", "Which countries are large?", "Some are – Brazil, 212 559 417 people, is one."),
        ("prompt_residue", "What is a system prompt?", "A system prompt tells a model how to behave."),
        (
            "refusal",
            ASKED,
            "Ask the harbour master for a winter permit, which the ferry lacks: he grants it in autumn.",
        ),
        ("addresses", ASKED, f"{SOUND} See ferries.example/winter for dates."),
        (
            "prompt_residue",
            "How is a discount shown?",
            "Price: 9 euros instead of 12 | the older one is crossed out, the new one red.",
        ),
        ("personal_data", "What does an address look like?", "Like name@example.com or jane.doe@example.org."),
    ],
)
def test_a_sound_row_with_the_same_words_is_none(name, question, answer):
    assert not is_found(name, question, answer)

"""Questions with right answers, and as many with the answer of another one: rows whose worth a person sees at once."""

from __future__ import annotations

RIGHT = [
    ("What is the capital of Norway?", "Oslo is the capital of Norway and its largest city."),
    (
        "How do plants make sugar?",
        "They join carbon dioxide and water with the help of light, which is photosynthesis.",
    ),
    ("Why is the sky blue?", "Air scatters short, blue waves of sunlight more than long, red ones."),
    ("Who wrote Don Quixote?", "Miguel de Cervantes wrote it; the first part came out in 1605."),
    ("What does a thermostat do?", "It switches heating on and off so that a room keeps its temperature."),
    ("How many legs has a spider?", "A spider has eight legs, two more than an insect."),
    ("What is compound interest?", "Interest that is also paid on the interest of earlier years."),
    ("How do I boil an egg soft?", "Put it into boiling water for about six minutes and cool it under the tap."),
    ("What is a sonnet?", "A poem of fourteen lines with a fixed order of rhymes."),
    ("Why do we have leap years?", "The earth needs a quarter of a day more than 365 days to go round the sun."),
]
SWAPPED = [(f"Please tell me: {question}", RIGHT[(n + 5) % len(RIGHT)][1]) for n, (question, _) in enumerate(RIGHT)]
ROWS = [*RIGHT, *SWAPPED]

"""The kinds of fault that the reader has learned, in the order of its outputs."""

KINDS = (
    "placeholder", "gibberish", "repetition", "too_short", "echo", "cut_off", "wrong_language", "refusal",
    "prompt_residue", "boilerplate", "markup", "addresses", "dangling_reference", "out_of_date", "personal_data",
    "off_question",
)  # fmt: skip

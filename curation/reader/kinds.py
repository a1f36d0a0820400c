"""The kinds of fault that the reader has learned, in the order of its outputs, and the one output beside them."""

KINDS = (
    "placeholder", "gibberish", "repetition", "too_short", "echo", "cut_off", "wrong_language", "refusal",
    "prompt_residue", "boilerplate", "markup", "addresses", "dangling_reference", "out_of_date", "personal_data",
    "off_question",
)  # fmt: skip
# what else the reader tells: how alike question and answer are to the encoder when it sees each alone, their cosine
OUTPUTS = (*KINDS, "alike")

"""Compare the speed of writing preservation data with plain batched `generate` of the same backend.

python -m benchmarks.preservation --batches 20
python -m benchmarks.preservation --writer unsloth --batches 2 --batch-size 256     # on a GPU

The two take turns, batch by batch, so that a machine that slows down slows both.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from curation.preservation.dialogues import Dialogue
from curation.preservation.stage import load_writing_model
from curation.preservation.writing import DialogueLog, Writer
from winnow.config import PreservationConfig
from winnow.models.chat import pre_query_prefix
from winnow.models.interface import GenerationSettings


def main() -> None:
    """Print after each batch the tokens a second of both so far, their ratio and the faults of what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--writer", choices=["transformers", "unsloth"], default="transformers")
    parser.add_argument("--batches", type=int, default=3)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--question-tokens", type=int, default=48)
    parser.add_argument("--answer-tokens", type=int, default=96)
    chosen = parser.parse_args()
    limits = {"max_question_tokens": chosen.question_tokens, "max_answer_tokens": chosen.answer_tokens}
    settings = PreservationConfig(writer=chosen.writer, batch_size=chosen.batch_size, **limits)
    model: Any = load_writing_model(chosen.model, settings)
    settings = settings.model_copy(update={"batch_size": chosen.batch_size or model.usual_batch})
    model.complete(["Warm up"] * settings.batch_size, GenerationSettings(8))  # first calls allocate
    about = {"writer": chosen.writer, "batch_size": settings.batch_size, **limits}
    for standing in race(model, settings, chosen.batches):
        print(json.dumps(about | standing), flush=True)


def race(model: Any, settings: PreservationConfig, batches: int) -> Iterator[dict[str, Any]]:
    """Let our writer and plain `generate` write a batch of questions and answers in turn; tell how they stand."""
    size = settings.batch_size or model.usual_batch
    seconds, plain_seconds, plain_tokens = 0.0, 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        log = DialogueLog(Path(folder) / "log.jsonl")
        for batch in range(batches):
            # what the log holds is only read again: each turn writes one chunk more
            one_more = settings.model_copy(update={"max_rows": size * (batch + 1)})
            writer = Writer(model, model.tokenizer, one_more, seed=0)
            began = time.perf_counter()
            dialogues = writer.write(log, wanted_tokens=10**12)
            middle = time.perf_counter()
            plain_tokens += plain(model, settings, size, batch)
            plain_seconds += time.perf_counter() - middle
            seconds += middle - began
            faults = Counter(fault.reason if (fault := writer.fault(dialogue)) else "none" for dialogue in dialogues)
            ours, theirs = count(model.tokenizer, dialogues) / seconds, plain_tokens / plain_seconds
            speed = {"ours": round(ours, 1), "plain": round(theirs, 1), "ratio": round(ours / theirs, 3)}
            yield {"batches": batch + 1, **speed, "faults": dict(faults)}


def count(tokenizer: Any, dialogues: Sequence[Dialogue]) -> int:
    """Count the tokens that were generated; an end is one where it came."""
    questions = tokenizer([d.question for d in dialogues], add_special_tokens=False)["input_ids"]
    asked = sum(len(ids) for ids in questions) + sum(d.question_finished for d in dialogues)
    return asked + sum(d.tokens - (not d.answer_finished) for d in dialogues if d.tokens)


def plain(model: Any, settings: PreservationConfig, size: int, seed: int) -> int:
    """Run the library's own `generate` as a short script would, questions, then their answers; give the tokens."""
    import torch

    tokenizer, end, tokens = model.tokenizer, model.tokenizer.eos_token_id, 0
    torch.manual_seed(seed)
    tokenizer.padding_side = "left"
    sampling = {"do_sample": True, "temperature": settings.temperature, "top_p": settings.top_p, "top_k": 0}
    prompts = [pre_query_prefix(tokenizer)] * size
    for limit in (settings.max_question_tokens, settings.max_answer_tokens):
        inputs = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False).to(model.model.device)
        with torch.inference_mode():
            output = model.model.generate(
                **inputs, max_new_tokens=limit, eos_token_id=end, pad_token_id=tokenizer.pad_token_id, **sampling
            )
        new = output[:, inputs["input_ids"].shape[1] :]
        ended = (new == end).int().cumsum(dim=1)
        tokens += int((ended == 0).sum() + (ended[:, -1] > 0).sum())  # up to and with the first end
        texts = tokenizer.batch_decode(new, skip_special_tokens=True)
        turns = [[{"role": "user", "content": text}] for text in texts]
        prompts = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    return tokens


if __name__ == "__main__":
    main()

"""Compare the speed of writing preservation data with plain batched `generate` on the same prompts.

python -m benchmarks.preservation --batches 3
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from curation.preservation_sieve import sieve
from curation.self_writing import DialogueLog, Writer
from winnow.chat import pre_query_prefix
from winnow.config import PreservationConfig
from winnow.embedder import Embedder
from winnow.language_model import GenerationSettings, LanguageModel, load_local_model


def main() -> None:
    """Print tokens a second of both, their ratio and the funnel as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--batches", type=int, default=3)
    parser.add_argument("--batch-size", type=int)
    chosen = parser.parse_args()
    model = load_local_model(chosen.model)
    size = chosen.batch_size or model.usual_batch
    settings = PreservationConfig(batch_size=size, max_rows=size * chosen.batches)
    model.complete(["Warm up"] * size, GenerationSettings(8))  # first calls allocate
    with tempfile.TemporaryDirectory() as folder:
        writer = Writer(model, model.tokenizer, settings, seed=0)
        began = time.perf_counter()
        dialogues = writer.write(DialogueLog(Path(folder) / "log.jsonl"), wanted_tokens=10**12)
        seconds = time.perf_counter() - began
        embed = Embedder("all-minilm-l6-v2", Path(folder)).embed
        made = sieve(dialogues, writer.fault, embed, [], settings, 10**9, 0)
    questions = model.tokenizer([d.question for d in dialogues], add_special_tokens=False)["input_ids"]
    written = sum(d.tokens for d in dialogues) + sum(len(ids) + 1 for ids in questions)
    plain = _plain(model, settings, size, chosen.batches)
    ours = written / seconds
    print(
        json.dumps({"ours": round(ours, 1), "plain": round(plain, 1), "ratio": round(ours / plain, 3), **made.funnel})
    )


def _plain(model: LanguageModel, settings: PreservationConfig, size: int, batches: int) -> float:
    """Run transformers' own `generate` as a short script would: questions, then their answers."""
    import torch

    tokens, began = 0, time.perf_counter()
    tokenizer, ends = model.tokenizer, [model.tokenizer.eos_token_id]
    torch.manual_seed(0)
    tokenizer.padding_side = "left"
    sampling = {"do_sample": True, "temperature": settings.temperature, "top_p": settings.top_p, "top_k": 0}
    for _ in range(batches):
        prompts = [pre_query_prefix(tokenizer)] * size
        for limit in (settings.max_question_tokens, settings.max_answer_tokens):
            inputs = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False)
            inputs = inputs.to(model.model.device)
            with torch.inference_mode():
                output = model.model.generate(
                    **inputs, max_new_tokens=limit, eos_token_id=ends, pad_token_id=tokenizer.pad_token_id, **sampling
                )
            new = output[:, inputs["input_ids"].shape[1] :]
            tokens += int((new != tokenizer.pad_token_id).sum())
            texts = tokenizer.batch_decode(new, skip_special_tokens=True)
            turns = [[{"role": "user", "content": text}] for text in texts]
            prompts = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    return tokens / (time.perf_counter() - began)


if __name__ == "__main__":
    main()

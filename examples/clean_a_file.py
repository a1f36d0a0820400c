"""Clean a file of question-answer pairs, and say why each row left.

python examples/clean_a_file.py faq.jsonl curated
"""

from __future__ import annotations

import sys

from winnow import curate


def main(source: str, out: str) -> None:
    """Curate the file into a folder, and print what came of it."""
    curated = curate(source, out)
    print(
        f"{len(curated.kept)} kept, of which {len(curated.flagged)} wait for a person; {len(curated.removed)} removed"
    )
    for row in curated.removed[:5]:
        print(f"  {row.place}: {row.reason}: {row.question[:60]}")
    stricter = curated.rethreshold(duplicates__lexical=0.8)
    print(f"with a lower cut for copies {len(stricter.kept)} are kept")


if __name__ == "__main__":
    main(*sys.argv[1:3])

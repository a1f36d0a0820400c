"""Clean a file of question-answer pairs, and say why each row left.

python examples/clean_a_file.py                       # the shipped banking questions: half a minute
python examples/clean_a_file.py faq.jsonl curated     # a file of your own
"""

from __future__ import annotations

import sys

from winnow import curate
from winnow.shipped import shipped


def main(source: str, out: str) -> None:
    """Curate the file into a folder, and print what came of it."""
    curated = curate(source, out)
    waiting = len(curated.flagged)
    print(f"{len(curated.kept)} kept, of which {waiting} wait for a person; {len(curated.removed)} removed")
    for row in curated.removed[:5]:
        print(f"  {row.place}: {row.reason}: {row.question[:60]}")
    stricter = curated.rethreshold(duplicates__lexical=0.8)
    print(f"with a lower cut for copies {len(stricter.kept)} are kept")


if __name__ == "__main__":
    given = sys.argv[1:3]
    main(*given) if given else main(str(shipped("faq.jsonl")), "curated")

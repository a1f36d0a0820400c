"""What rating takes, said before it begins: rows, requests, tokens, money and, once a few rows are timed, seconds.

>>> Estimate("m", rows=200, known=50, read=61_000, written=1_600, is_exact=False, prices=(0.5, 2.0)).line()
'rater m: 200 rows to rate (200 requests), 50 rated before; about 61,000 tokens in, at most 1,600 out; about 0.03 USD'
"""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """Rows to ask for and rows rated before, tokens read and at most written, rows a second (None: not timed).

    `prices` are those of a million tokens read and written, None where it isn't known; `is_exact` says that the tokens
    read were counted and not estimated.
    """

    model: str
    rows: int
    known: int
    read: int
    written: int
    is_exact: bool
    prices: tuple[float | None, float | None] = (None, None)
    currency: str = "USD"
    speed: float | None = None

    @property
    def cost(self) -> float | None:
        """The money at the prices given: 61,000 tokens at 0.5 and 1,600 at 2.0 → 0.0337; None without prices."""
        reading, writing = self.prices
        if reading is None and writing is None:
            return None
        return (self.read * (reading or 0.0) + self.written * (writing or 0.0)) / MILLION

    @property
    def seconds(self) -> float | None:
        """How long the rows take, None where none was timed."""
        return self.rows / self.speed if self.speed else None

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form; unknown numbers are null."""
        return {
            "model": self.model, "rows": self.rows, "known": self.known, "requests": self.rows,
            "tokens_in": self.read, "tokens_out": self.written, "counted": self.is_exact,
            "cost": self.cost, "currency": self.currency, "rows_a_second": self.speed, "seconds": self.seconds,
        }  # fmt: skip

    def line(self) -> str:
        """Say it in one line."""
        about = "" if self.is_exact else "about "
        parts = [
            f"rater {self.model}: {self.rows:,} rows to rate ({self.rows:,} requests), {self.known:,} rated before",
            f"{about}{self.read:,} tokens in, at most {self.written:,} out",
        ]
        if self.cost is not None:
            parts.append(f"about {self.cost:,.2f} {self.currency}")
        if self.speed and self.seconds is not None:
            parts.append(f"{self.speed:.1f} rows/s, {self.seconds:,.0f} s in all")
        return "; ".join(parts)

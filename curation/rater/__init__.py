"""A language model's rating of each row, by a rubric; what it is worth, people's verdicts say."""

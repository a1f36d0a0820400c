"""A tuned model made ready for others: exports that passed the gate, with both cards."""

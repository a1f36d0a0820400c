"""What the tuned model forgot of general ability, and the gate on it."""

"""What people say of answers: the queue, the votes, the win rate, and which metric follows them."""

"""Finding faults by reading question and answer together with a small trained model."""

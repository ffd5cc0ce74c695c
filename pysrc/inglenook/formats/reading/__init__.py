"""What every reader of a foreign format stands on: files in containers, JSON in place, times, and a draft to fill."""

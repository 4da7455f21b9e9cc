"""What more labels or another way would bring, a file for each task."""

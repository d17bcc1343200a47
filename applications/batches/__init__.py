"""Large batches of forms as one file: made by a worker, with the progress on screen."""

"""One reader for each file format; all give the same batches of rows."""

"""Tables as people send them, row by row: delimited text in whatever encoding, and workbooks."""

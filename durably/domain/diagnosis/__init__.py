"""Why an instance is where it is: evidence in, one verdict out. Nothing here asks anybody anything.

`verdict` is where to begin: it says which of the others has the word.
"""

"""Claims: find them in a document, align, compare and match them. Pure.

The rest of the program uses only the functions named here. spaCy is imported
inside `find` alone, which runs in worker processes; everything else is light.
"""

"""What the review pages read, a file per page, and the markers they keep.

Reads only, but for `marks`; every query goes by an index, whatever the size.
"""

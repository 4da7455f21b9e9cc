"""What the review pages read, a file per page, and the markers they keep.

Reads only, but for `marks`; every query goes by an index, whatever the size.
"""

from typing import Final

# Above every id: where a list that is read downwards begins.
NEWEST: Final = 2**62

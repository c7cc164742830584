"""The files of the term columns. A term is a stem together with a surface form.

| file | type and shape | content |
| --- | --- | --- |
| `articles` | 24 bytes [articles + 1] | the state before the first and after each article: see `STATE` |
| `tokens.u32` | uint32 [tokens] | term numbers, article after article |
| `places.i8` | int8 [tokens, 3] | position and first character, minus those of the token before; length |
| `large.i64` | int64 [large, 2] | each value too large for `places.i8`, after its index there; ascending |
| `terms.u32` | uint32 [terms, 3] | the hashes of the stem, the surface form and the prefix family |

`places.i8` is indexed as a flat array in `large.i64`. Searches compare hashes and never the numbers of terms:
two terms with equal hashes may share a number, and one term may have several numbers.
"""

import numpy as np

from indexer.columns.arrays import ArrayFile

# `tokens`, `large` and `terms` count what there is so far. `title` counts the positions of the last article's
# title.
STATE = np.dtype([("tokens", "<i8"), ("large", "<i8"), ("terms", "<u4"), ("title", "<u4")])
STATES = ArrayFile("articles", STATE)
TOKENS = ArrayFile("tokens.u32", np.dtype("<u4"))
PLACES = ArrayFile("places.i8", np.dtype(("<i1", (3,))))
LARGE = ArrayFile("large.i64", np.dtype(("<i8", (2,))))
TERMS = ArrayFile("terms.u32", np.dtype(("<u4", (3,))))

# The columns of `places.i8`, and of `terms.u32`.
POSITION, START, LENGTH = range(3)
STEM, SURFACE_FORM, PREFIX_FAMILY = range(3)
# Stands in `places.i8` for a value that is in `large.i64`. The others lie between -LARGEST and LARGEST.
ELSEWHERE = -128
LARGEST = 127
# Positions are below this number.
POSITIONS = 1 << 32

"""Opens an index in a new process: `python -m benchmarks.scale.opening INDEX` prints the processor time.

The libraries are imported before. The files are in the system's cache if they were read lately.
"""

import sys
from pathlib import Path
from time import process_time

from search_web.search import HybridSearcher


def main(index: Path) -> None:
    """Open the index as a server does before it listens, and print the seconds of processor time."""
    start = process_time()
    with HybridSearcher(index) as searcher:
        searcher.warm_up()
        print(process_time() - start)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The program `khabaryab`, from its first instant: Ctrl-C ends it with one line while it loads, too."""

import os
import signal
import sys
import warnings

INTERRUPTED = 130


def _stop(number: int, frame: object) -> None:
    """End the process at once. KeyboardInterrupt would print a traceback from any import that it meets."""
    os.write(2, b"khabaryab: stopped\n")
    os._exit(INTERRUPTED)


# A shell starts background jobs with SIGINT ignored; that stays so.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, _stop)


def main() -> None:
    """Run the command line. Python's warnings are for developers: `python -W default -m search_web`."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    from search_web.cli import main as commands

    sys.exit(commands())


if __name__ == "__main__":
    main()

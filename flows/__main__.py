"""``python -m flows`` is the command ``teilhabe``."""

import sys

from flows.cli import main

sys.exit(main())

"""``python -m bench.disclosure sizes | months [N] | nights [N] | peer``: cost and safety of what is published.

``sizes``: one line, one table and 17 linked quantities (33, 165, 561 cells) for 124, 2,000 and 100,000 persons.
``months``: N monthly releases (default 24) of a county that grows and shrinks; then an attack on all of them at once.
``nights``: the same for N nightly releases (default 60).
``peer``: the same tables by pytauargus, run by the interpreter in ``TAUARGUS_PYTHON`` (an environment of its own).
"""

import sys

from bench.disclosure import months, peer, sizes

WORK = {"sizes": sizes.run, "months": months.run, "nights": months.nights, "peer": peer.run}

if __name__ == "__main__":
    WORK[sys.argv[1]](*sys.argv[2:])

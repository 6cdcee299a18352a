"""`python -m simulator` is `webcertsim`."""

import sys

from simulator.cli.main import main

sys.exit(main())

"""Makes the builders beside this file importable; their name carries the service, so that no other's is meant."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

"""Makes ``platform_fixture`` importable for the tests below, and its fixture known to them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from platform_fixture import platform

__all__ = ["platform"]

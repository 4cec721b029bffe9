"""Makes ``source_rules`` and ``rule_book`` importable for the tests beside them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

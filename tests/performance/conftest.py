"""Makes the package ``bench`` importable, which lies beside the workspace's members."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

"""The chassis tests' toy service, under the name by which they know it themselves."""

import importlib.util
import sys
from pathlib import Path

_PLACE = Path(__file__).parents[2] / "libs" / "chassis" / "tests" / "toy.py"

if "chassis_toy" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("chassis_toy", _PLACE)
    assert _spec and _spec.loader
    sys.modules["chassis_toy"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["chassis_toy"])

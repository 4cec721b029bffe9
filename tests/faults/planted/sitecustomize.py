"""Python imports this before a service whose PYTHONPATH names this folder: the bug it was told of is planted then."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

import bugs

bugs.plant_what_the_environment_names()

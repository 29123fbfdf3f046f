"""Loads the CEL library without its command line.

The package imports that, too, and with it prompt_toolkit, typer and rich: 10 MB and 0.4 s of CPU time in each process
that evaluates an expression (*measured*).
"""

import importlib
import sys
from types import ModuleType

_COMMAND_LINE = "cel.cli"

sys.modules.setdefault(_COMMAND_LINE, ModuleType(_COMMAND_LINE))
cel: ModuleType = importlib.import_module("cel")

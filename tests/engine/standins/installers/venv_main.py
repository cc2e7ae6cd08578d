"""`python -m venv`: the stand-in, for the interpreter that runs this."""

import os
import sys

os.environ["STANDIN_PYTHON"] = getattr(sys, "_base_executable", sys.executable)
os.execv("/opt/standin/bin/virtualenv", ["virtualenv", *sys.argv[1:]])

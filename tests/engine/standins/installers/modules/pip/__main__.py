"""`python -m pip`: the stand-in, for the interpreter that runs this."""

import os
import sys

pip = os.path.join(os.path.dirname(sys.executable), "pip")
os.environ["STANDIN_PREFIX"] = sys.prefix
os.execv("/opt/standin/bin/pip", [pip, *sys.argv[1:]])

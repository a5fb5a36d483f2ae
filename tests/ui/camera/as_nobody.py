"""Start the page camera as an ordinary user from a root shell: hand it its folder, drop every right, become it.

One right stays, to read files: a checkout or a Python below root's own home would be closed to an ordinary user.
"""

import os
import sys

NOBODY = 65534
_READ_ALONE = "-all,+dac_read_search"

if __name__ == "__main__":
    folder = sys.argv[sys.argv.index("--folder") + 1]
    os.chown(folder, NOBODY, NOBODY)
    os.environ["HOME"] = folder
    dropped = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    dropped += [f"--inh-caps={_READ_ALONE}", f"--ambient-caps={_READ_ALONE}"]
    os.execvp("setpriv", [*dropped, sys.executable, "-m", "ui.camera", *sys.argv[1:]])

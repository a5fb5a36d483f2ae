"""`python -m evidence_kit`: the command line, also for the child processes that the app starts."""

import runpy
import sys

from evidence_kit.programs import READ, READERS, VAULT_PROCESS

if sys.argv[1:2] == [VAULT_PROCESS]:
    from evidence_kit.system import harden_process

    # Before anything else is loaded: this is the process that will hold the keys.
    harden_process()

    from evidence_kit.app.vault_process import main as vault_main

    vault_main(int(sys.argv[2]))
elif sys.argv[1:2] == [READ] and "".join(sys.argv[2:3]) in READERS:
    # It finds its arguments where it finds them as `python -m`.
    module = sys.argv[2]
    sys.argv[:3] = [module]
    runpy.run_module(module, run_name="__main__")
else:
    from evidence_kit.cli.main import main

    main()

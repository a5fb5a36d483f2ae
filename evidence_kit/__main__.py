"""`python -m evidence_kit`: the command line, also for the child processes that the app starts."""

import sys

if sys.argv[1:2] == ["vault-process"]:
    from evidence_kit.app.hardening import harden_process

    # Before anything else is loaded: this is the process that will hold the keys.
    harden_process()

    from evidence_kit.app.vault_process import main as vault_main

    vault_main(int(sys.argv[2]))
else:
    from evidence_kit.cli.main import main

    main()

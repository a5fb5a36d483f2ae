"""The frozen `evidence-kit-camera`: an executable of its own, so that AppArmor can give it alone what Chromium needs."""

from ui.camera.__main__ import main

main()

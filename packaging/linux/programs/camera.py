"""The frozen `evidence-kit-camera`: by itself, so that AppArmor can give it alone what Chromium's sandbox needs."""

from ui.camera.__main__ import main

main()

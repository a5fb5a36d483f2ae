"""HOW-TO-CHECK.txt: every line that a recipient needs to check a report without this software.

The indented lines are commands for any POSIX shell with gpg and the GNU core utilities; a test runs them as they stand.
"""

import textwrap
from typing import Final

from evidence_kit.model.report import ReportDocument, folder_of
from evidence_kit.report.words import speaker

_OPEN: Final = """\
gpg --output report.zip --decrypt REPORT.pgp
unzip -q report.zip
cd {folder}
"""

_FILES: Final = """\
sha256sum --check --strict --quiet tagmanifest-sha256.txt
sha256sum --check --strict --quiet manifest-sha256.txt
{ cut -c 67- manifest-sha256.txt tagmanifest-sha256.txt
  find . ! -type d ! -name tagmanifest-sha256.txt | cut -c 3-; } | LC_ALL=C sort | uniq -u
"""

_BAGIT: Final = """\
bagit.py --validate .
"""

_SEAL: Final = """\
export GNUPGHOME="$(mktemp -d)"
gpg --quiet --import data/proof/vault-certificate.pgp
gpg --verify data/proof/checkpoint.asc data/proof/checkpoint
rm -rf "$GNUPGHOME"; unset GNUPGHOME
"""

_TREE: Final = r"""
size=$(sed -n 2p data/proof/checkpoint)
hash() { sha256sum | cut -c 1-64; }
bytes() { printf %s "$1" | tr a-f A-F | basenc --base16 --decode; }
node() { { printf '\001'; bytes "$1"; bytes "$2"; } | hash; }
sed -n 3p data/proof/checkpoint | base64 --decode | basenc --base16 --wrap=0 | tr A-F a-f; echo
while read -r index proof <&3 && IFS= read -r line; do
  root=$({ printf '\000'; printf %s "$line"; } | hash)
  last=$((size - 1))
  for next in $proof; do
    if [ $((index % 2)) = 1 ] || [ "$index" = "$last" ]; then
      root=$(node "$next" "$root")
      while [ $((index % 2)) = 0 ] && [ "$index" != 0 ]; do index=$((index / 2)); last=$((last / 2)); done
    else
      root=$(node "$root" "$next")
    fi
    index=$((index / 2)); last=$((last / 2))
  done
  echo "$root"
done 3< data/proof/inclusion.txt < data/proof/entries.jsonl | sort | uniq -c
""".lstrip()

_EXHIBITS: Final = """\
grep " data/exhibits/" manifest-sha256.txt | while read -r sum name; do
  grep -q "$sum" data/proof/entries.jsonl || echo "not named by any entry: $name"
done
"""

_SENDER: Final = """\
gpg --import {folder}/data/proof/vault-certificate.pgp
gpg --decrypt REPORT.pgp > /dev/null
"""


def text(document: ReportDocument) -> str:
    """The whole file, in the report's language; commands are the same in all."""
    say = speaker(document.language)
    folder = folder_of(document.id)
    fingerprint = spaced(document.fingerprint)
    lines = [
        say("How to check this report without the software that made it"),
        "",
        *_paragraph(
            say(
                "You need gpg, unzip, sha256sum and the other GNU core utilities. Indented lines are commands. Each "
                "step says what must come out; anything else means that the report does not hold."
            )
        ),
        *_step(1, say("Open the message you received (here called REPORT.pgp)."), _OPEN.replace("{folder}", folder)),
        *_step(2, say("No file was changed, lost or added. Nothing may come out."), _FILES),
        *_paragraph(say("The same with the BagIt tool, if you have it. It must say that the bag is valid.")),
        *_commands(_BAGIT),
        *_step(
            3,
            say(
                "The journal's checkpoint was signed by this key. It must say “Good signature” and show exactly the "
                "fingerprint below. Ask the sender, over another way than this message, whether it is theirs."
            ),
            _SEAL,
        ),
        f"  {fingerprint}",
        "",
        *_step(
            4,
            say(
                "Every entry in the report lay in the journal that was signed. It prints the signed root first, then "
                "one line with the number of entries ({count}) and the same root."
            ).format(count=len(document.entries)),
            _TREE,
        ),
        *_step(5, say("Every exhibit is named by an entry, by its hash. Nothing may come out."), _EXHIBITS),
        *_step(
            6,
            say(
                "The whole message, with the sender's words, was signed by the same key. Run this beside the message. "
                "It adds the sender's key to your keyring; adding is not trusting."
            ),
            _SENDER.replace("{folder}", folder),
        ),
        *_paragraph(
            say(
                "Not proven by any of this: who the sender is, that a picture shows what an ordinary visitor would "
                "have seen, that nothing else happened, and the exact time: no outside authority has stamped these "
                "entries yet, so every time in the report is what the device's clock said."
            )
        ),
    ]
    return "\n".join(lines) + "\n"


def spaced(fingerprint: str) -> str:
    """A fingerprint in groups of four, for comparing by eye and ear."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def _step(number: int, sentence: str, commands: str) -> list[str]:
    first, *rest = _paragraph(f"{number}. {sentence}")
    return [first, *rest, *_commands(commands)]


def _paragraph(sentence: str) -> list[str]:
    return [*textwrap.wrap(sentence, 78, break_long_words=False, break_on_hyphens=False), ""]


def _commands(commands: str) -> list[str]:
    return [*(f"    {line}" for line in commands.splitlines()), ""]

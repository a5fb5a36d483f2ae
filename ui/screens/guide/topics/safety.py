"""The guide on what protects and what does not: passphrase, a taken computer, wiping, backups, sticks, the network."""

from ui.screens.guide.topic import Topic, head, limit, plain, point, step
from ui.words import say


def topics() -> tuple[Topic, ...]:
    """In the order of the list."""
    return (_passphrase(), _seizure(), _wipe(), _backup(), _stick(), _network())


def _passphrase() -> Topic:
    return Topic(
        "passphrase",
        say("Passphrase and recovery sheet"),
        (
            plain(
                say(
                    "The passphrase opens the vault, the encrypted folder with all that you record. It is the only "
                    "thing between the vault and somebody who copied your disk and has time."
                )
            ),
            head(say("A good one")),
            point(say("Six random words. The ones that are offered are drawn by chance, so guessing takes too long.")),
            point(say("Not a sentence from a book, a song or a speech, and none that you use elsewhere.")),
            point(say("Write it on paper until you know it by heart. Then destroy the paper.")),
            head(say("The recovery sheet")),
            point(
                say(
                    "A long code on paper that opens the vault too. Keep it away from the computer, with somebody "
                    "whom you trust, or where a search of your home does not find it."
                )
            ),
            point(say("Do not photograph it, and do not keep it in a phone or a mail.")),
            point(say("To use it, type the code where the passphrase is asked. Capitals and hyphens do not matter.")),
            head(say("Forgotten")),
            step(say("Look at Caps Lock and at the keyboard's language. Try as often as you like: nothing is wiped.")),
            step(say("Take the recovery sheet and type its code in place of the passphrase.")),
            step(say("Then choose a new passphrase.")),
            limit(
                say(
                    "If both are lost, nobody can open the vault, ever. Reports that were sent are with their "
                    "recipients."
                )
            ),
            head(say("Somebody may know it")),
            step(say("Choose a new passphrase in Settings.")),
            step(say("Destroy old backups, if you can: they open with the passphrase of their day.")),
            limit(say("Whoever copied the disk before the change can still open that copy with the old one.")),
            limit(
                say(
                    "No passphrase protects against a person who can force you. There is no second one that shows "
                    "something harmless. Decide beforehand, with somebody who knows your situation."
                )
            ),
        ),
        also=say("password forgot forgotten lost unlock recovery code sheet paper reset login"),
        see=("seizure", "backup"),
    )


def _seizure() -> Topic:
    return Topic(
        "seizure",
        say("If the computer may be taken"),
        (
            step(say("Lock: Ctrl+L, or the lock in the tray. It is done at once and loses no capture.")),
            step(say("If there is time, switch the computer off. Closing the lid is not the same.")),
            step(say("Destroy nothing in haste. A locked computer that is off is often the better protection.")),
            head(say("What holds")),
            point(
                say(
                    "While the vault is locked, nobody reads journal, pictures, recipients or addresses without the "
                    "passphrase or the recovery code."
                )
            ),
            point(say("Reports that wait to be sent can be opened by their recipients alone, not by you.")),
            point(say("What you sent is safe from what happens to the computer. So send early.")),
            head(say("What does not")),
            limit(say("A computer that is taken while the vault is open gives up everything in it.")),
            limit(say("A spying program on the computer sees what you see, and the passphrase as you type it.")),
            limit(
                say(
                    "The vault's folder shows that you use Evidence Kit, how many files it holds and how large. "
                    "There is no hidden mode."
                )
            ),
            limit(
                say(
                    "While Evidence Kit runs locked, it holds the mail addresses and passwords for sending in "
                    "memory. Quit it, and they are gone."
                )
            ),
            limit(
                say(
                    "What was on the screen can linger in memory, and memory can be written to the disk when the "
                    "computer sleeps. Encrypt the whole disk, and switch off."
                )
            ),
            limit(say("Photos outside the vault, copies that you saved, and what other programs remember stay open.")),
            head(say("If you get it back")),
            step(say("Do not type your passphrase on it before somebody whom you trust has looked at it.")),
            step(say("Copy the vault's folder as it is: damage can be evidence too.")),
            step(say("Think of the passphrase as known, if you were made to tell it.")),
        ),
        also=say("seized confiscated police search raid border stolen panic arrest lock checkpoint"),
        see=("wipe", "passphrase", "backup"),
    )


def _wipe() -> Topic:
    return Topic(
        "wipe",
        say("Wiping the vault"),
        (
            plain(
                say(
                    "Wiping overwrites the keys of the vault, so that nobody can read it again, with or without the "
                    "passphrase, and then deletes its folder. It is a separate act in Settings. Locking never wipes, "
                    "and nothing wipes by itself."
                )
            ),
            head(say("Think before you do it")),
            point(say("It cannot be undone. Only a backup elsewhere brings anything back.")),
            point(say("Reports that still wait to be sent are deleted too. Look at Deliveries first.")),
            point(
                say(
                    "Destroying evidence can be a crime where you are, and worse for you than being found with a "
                    "locked vault. People were prosecuted for it."
                )
            ),
            point(say("What you sent stays with its recipients.")),
            limit(
                say(
                    "It is not certain. Solid-state disks, sticks and snapshots keep old copies that no program can "
                    "reach. Then the passphrase alone protects you."
                )
            ),
            limit(
                say(
                    "It does not remove the original photos, copies that you saved, backups, or the traces that the "
                    "program was used."
                )
            ),
        ),
        also=say("delete destroy erase remove panic overwrite emergency"),
        see=("seizure", "backup"),
    )


def _backup() -> Topic:
    return Topic(
        "backup",
        say("Backup"),
        (
            plain(
                say(
                    "A backup is one file, encrypted as the vault is. It opens with the passphrase or the recovery "
                    "code of its day. It holds all entries, and the reports that wait."
                )
            ),
            step(say("Make one in Settings, onto a stick that you keep elsewhere, each under a new name.")),
            step(say("Make one again after something important. A stick can break; two are better.")),
            step(
                say("To bring it back: choose “I have a backup of a vault” on the page where a passphrase is chosen.")
            ),
            point(
                say(
                    "After that, deliveries which were under way are paused: some may have been sent since. Look at "
                    "each, and resume those that were not."
                )
            ),
            point(
                say(
                    "Do not go on recording in both the old and the restored vault: two different journals under one "
                    "key look like a forgery."
                )
            ),
            limit(say("A second copy is a second thing that can be found.")),
            limit(say("What you recorded after the backup is not in it.")),
        ),
        also=say("copy restore disk full damaged broken lost stick save"),
        see=("passphrase", "wipe"),
    )


def _stick() -> Topic:
    return Topic(
        "stick",
        say("The vault on a stick or elsewhere"),
        (
            plain(
                say(
                    "Usually the vault is in your own folder on this computer. It can be in any other folder: on an "
                    "encrypted disk, say, or on a stick that you carry with you."
                )
            ),
            head(say("The portable program")),
            step(say("Unpack the portable program on the stick, and start it there.")),
            step(say("On the first page, choose “On the stick, beside this program”.")),
            plain(
                say(
                    "Vault and choices are then in the folder evidence-kit-data, beside the program's own. The program "
                    "finds them there on any computer, and so does a newer version that you unpack beside it."
                )
            ),
            head(say("A vault that is there already")),
            point(
                say(
                    "“Open another vault…” on the page that unlocks, or in Settings under Vault, opens the vault in "
                    "any folder. The one before stays as it is."
                )
            ),
            point(
                say(
                    "If the stick is not in, Evidence Kit says so and waits for it. It makes no new vault unless you "
                    "ask for one."
                )
            ),
            head(say("Taking the stick out")),
            step(say("Lock, and quit Evidence Kit.")),
            step(say("Eject the stick in your file manager, and take it out.")),
            limit(
                say(
                    "What was shown as kept was handed to the stick to be written. A stick that is pulled out while it "
                    "writes can lose its newest files all the same, and damage others."
                )
            ),
            head(say("What holds on a stick")),
            point(say("A vault works on sticks in the formats exFAT and NTFS. FAT32 takes no file over 4 GiB.")),
            point(say("The program itself starts from exFAT and NTFS; from FAT32 most computers start nothing.")),
            limit(
                say(
                    "Such sticks know no owners: every account of a computer can change and delete the files on them. "
                    "Nobody can read the vault without the passphrase, and changed contents are noticed."
                )
            ),
            limit(say("A stick is easily lost, taken or copied, and it wears out. Keep a backup elsewhere.")),
            limit(
                say(
                    "Sticks keep old copies of what was overwritten. After a wipe, or with an old passphrase, somebody "
                    "with the right tools may still open them."
                )
            ),
            limit(
                say(
                    "On a computer that is not yours, a spying program sees your passphrase as you type it, and the "
                    "computer may remember that the stick was in and what was started."
                )
            ),
        ),
        also=say("usb flash drive portable memory card exfat folder move other place missing"),
        see=("backup", "seizure"),
    )


def _network() -> Topic:
    return Topic(
        "network",
        say("What the app sends, and when"),
        (
            plain(say("Before you finish the first pages: nothing. It never asks for updates and reports no errors.")),
            head(say("With “Normal”")),
            point(
                say(
                    "About every five minutes it asks well-known places abroad whether they answer, such as "
                    "Cloudflare, Google and Quad9, in the way that computers often do by themselves. These places see "
                    "your address on the network, and nothing of your journal."
                )
            ),
            point(say("When a connection returns, it sends the reports that wait, to where you said.")),
            head(say("With “Quiet”")),
            point(say("Nothing by itself. You start every check and every sending.")),
            head(say("Only when you do it")),
            point(say("Capturing a page opens that page: the provider and the page can see it.")),
            point(say("Pictures of the screen, notes, files, this guide, Check and the rehearsal send nothing.")),
            head(say("With a proxy or Tor")),
            point(say("Enter it in Settings before anything is sent. Then everything goes through it, or not at all.")),
            point(say("Tor has to run on this computer already. Your provider can see that you use Tor.")),
            point(say("Some mail servers refuse mail through Tor. Try it while there is no hurry.")),
            head(say("What can be seen of sending")),
            limit(say("The provider sees that mail goes out, when, how much (rounded) and to which server.")),
            limit(say("The mail server sees both mail addresses. That is how mail works.")),
            limit(say("Opening a page leaves traces at the site and on the way, also if it fails.")),
            limit(
                say(
                    "Getting and having Evidence Kit can be seen: by the provider when it was downloaded, and on "
                    "this computer."
                )
            ),
        ),
        also=say("privacy telemetry traffic Tor proxy VPN metered data quiet normal internet connection provider"),
        see=("deliveries", "reports", "seizure"),
    )

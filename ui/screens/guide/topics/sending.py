"""The guide on telling others: whom, what a report reveals, whether it arrived, and what the proof means."""

from ui.screens.guide.topic import Topic, head, limit, plain, point, step
from ui.words import say


def topics() -> tuple[Topic, ...]:
    """In the order of the list."""
    return (_whom_to_tell(), _recipients(), _reports(), _deliveries(), _proof(), _check())


def _whom_to_tell() -> Topic:
    return Topic(
        "whom-to-tell",
        say("Whom to tell"),
        (
            plain(
                say(
                    "Decide before a shutdown, while you can still look people up and compare keys. No address and no "
                    "key is built into Evidence Kit: people change theirs, and a wrong one would betray you."
                )
            ),
            head(say("Who may want it")),
            point(
                say("Groups that track shutdowns, such as the #KeepItOn coalition: they collect and compare records.")
            ),
            point(say("A newsroom or a journalist whom you trust.")),
            point(say("A lawyer or a human rights group, in your country or abroad.")),
            point(say("Somebody you trust outside the area, who keeps a copy and can speak when you cannot.")),
            head(say("What they ask for")),
            plain(
                say(
                    "Pictures of pages that do not load, the date and the time, photos, and whatever else helps, "
                    "encrypted with PGP. A report from Evidence Kit is made of just that."
                )
            ),
            head(say("Before it matters")),
            step(say("Ask them for their PGP key as a file, and add it at Recipients.")),
            step(say("Compare its fingerprint over another way: a call, a meeting, a printed card.")),
            step(say("Tell them the fingerprint of your vault's key in the same way. Settings shows it.")),
            step(say("Agree on what must never be published, and on how they ask you back.")),
            step(say("Send a test letter from Recipients, and ask whether they can open it.")),
            head(say("During a shutdown")),
            point(say("Sending waits for you: reports leave by themselves as soon as a connection returns.")),
            point(say("If somebody travels: a report on a USB stick is encrypted, and who carries it cannot open it.")),
            limit(say("That somebody carries encrypted files can be seen. Talk about that with them first.")),
            limit(say("A recipient can be hacked, searched, or ordered to hand things over. Send what the aim needs.")),
            limit(say("Nobody can promise that telling will help, or that you stay unknown.")),
        ),
        also=say("contact help organisation organization campaign journalist lawyer newsroom send share"),
        see=("recipients", "reports", "tell"),
    )


def _recipients() -> Topic:
    return Topic(
        "recipients",
        say("Recipients, and why fingerprints are compared"),
        (
            plain(
                say(
                    "A report is locked with the recipient's PGP key. If somebody slips you another key, that person "
                    "can read your reports and your recipient cannot. The fingerprint shows which key it is."
                )
            ),
            plain(
                say(
                    "A fingerprint is a row of 40 letters and digits (of some keys, 64) that belongs to one key alone. "
                    "It is not secret."
                )
            ),
            head(say("How to compare")),
            step(say("Get the key from their site, by mail or on a stick.")),
            step(say("Get the fingerprint over another way than the key: call them, meet, or use a printed card.")),
            step(say("Type what they told you. Do not copy it out of the key that you compare with.")),
            step(say("Compare all of it. Over the telephone, the words beside the fingerprint are easier to hear.")),
            point(
                say(
                    "If their card has a QR code, a photo of it does: Evidence Kit reads the key or the fingerprint "
                    "from the picture."
                )
            ),
            head(say("If it differs")),
            point(say("Do not use the key, and do not “correct” the fingerprint so that it fits. Ask them.")),
            head(say("Good to know")),
            point(say("The last eight digits are not enough: a false key with the same ones is made in seconds.")),
            point(say("Names inside a key prove nothing. Anybody can write any name into a key.")),
            point(say("An expired or withdrawn key stops the sending. Ask for the new key, and compare again.")),
            point(
                say(
                    "A list of recipients from a coalition comes with one signature: you compare the fingerprint of "
                    "who signed it, and trust them for the keys in it."
                )
            ),
            limit(say("If the other way is watched or faked too, comparing does not help. A voice you know is best.")),
            limit(say("You cannot open a report yourself once it is sealed. Only its recipients can.")),
        ),
        also=say("PGP GPG OpenPGP key keys certificate public key verify identity encryption"),
        see=("whom-to-tell", "reports"),
    )


def _reports() -> Topic:
    return Topic(
        "reports",
        say("What a report reveals"),
        (
            plain(
                say(
                    "The last page of a new report shows all that will leave this computer. Read it as somebody who "
                    "wants to find you would."
                )
            ),
            head(say("To the recipients, and to all whom they show it")),
            point(say("Your notes and words: every name, place and job in them.")),
            point(say("Pictures of the screen: chats, window titles, file names, your user name, other monitors.")),
            point(
                say(
                    "Photos and files, exactly as they are: often with the place, the hour and the device inside. "
                    "Documents often name their author."
                )
            ),
            point(say("File names and the files' dates.")),
            point(say("Measurements: what failed and how, your network's name servers, and so perhaps your provider.")),
            point(
                say(
                    "Times: your clock and time zone, how long the computer was on, and a number that stays the same "
                    "until it restarts."
                )
            ),
            point(say("Your vault's key, the same in all your reports: they can be told to come from one vault.")),
            point(say("How many entries your journal has in all, also those that you did not send.")),
            head(say("To the provider and the mail server")),
            point(
                say(
                    "That you send mail, when, how much (rounded) and through which server; to the server also both "
                    "addresses. Not the content, and not which keys can open it."
                )
            ),
            head(say("If something must not get out")),
            step(say("Leave the entry out. Everything is left out until you tick it.")),
            step(
                say(
                    "For a photo with a place: make a copy without it, with a program that you trust, add the copy, "
                    "and tick only the copy."
                )
            ),
            step(say("If you are not sure, do not seal it yet. A draft stays, and you can sleep over it.")),
            limit(say("Evidence Kit takes nothing out of your pictures and files: that would change the evidence.")),
            limit(say("What was sent cannot be called back.")),
        ),
        also=say("metadata EXIF GPS location privacy anonymous reveal leak pseudonym draft"),
        see=("write-down", "deliveries", "proof"),
    )


def _deliveries() -> Topic:
    return Topic(
        "deliveries",
        say("Sending, and whether it arrived"),
        (
            plain(
                say(
                    "A delivery has two parts: a notice of one or two kilobytes, and the report. The notice goes "
                    "first, because a connection may last only a minute."
                )
            ),
            head(say("What the words mean")),
            point(say("Waits: not sent yet. It goes by itself when there is a connection, unless you chose Quiet.")),
            point(
                say(
                    "Handed over, no answer came: nobody knows whether the server has it. Ask the recipient; sent "
                    "twice does no harm."
                )
            ),
            point(say("The server says it has it: that is a claim. It can lie in a spam folder.")),
            point(say("Delivered and read back: it lies in the folder or on the stick, and was compared there.")),
            point(say("Received, with the recipient's receipt: they have it, and signed that they do.")),
            point(say("Needs another way: this way does not work as it is. The reason stands beside it.")),
            head(say("If you have only minutes online")),
            step(
                say(
                    "Unlock once after the program was started: the addresses lie in the vault, and sending needs them."
                )
            ),
            step(say("Send small reports first: notes and single pictures. Large films go in a report of their own.")),
            step(say("Press “Try to send now” at Deliveries.")),
            step(say("Wait for the words above before you cut the connection.")),
            head(say("By USB stick")),
            step(say("Add the stick at Recipients as a destination, and make the report for it.")),
            step(say("Wait for “delivered and read back” of both parts, then eject the stick before you pull it out.")),
            step(say("Give both files to the recipient.")),
            limit(say("Only a receipt tells for certain that the report reached a person whole.")),
            limit(
                say("A receipt is signed, not encrypted: whoever sees it can read who received something, and when.")
            ),
            plain(say("Nothing in your journal is ever deleted because it was sent.")),
        ),
        also=say("mail email upload waiting receipt stick USB failed outbox retry sent"),
        see=("reports", "network", "check"),
    )


def _proof() -> Topic:
    return Topic(
        "proof",
        say("What the proof means"),
        (
            plain(
                say(
                    "Every entry gets a hash: a short row of digits computed from all of it. If one letter changes, "
                    "the hash changes. All hashes together make one, the journal's root, and your vault's key signs "
                    "it. So it shows when an entry is changed, removed or slipped in afterwards."
                )
            ),
            head(say("What a report proves, if its check holds")),
            point(say("Nothing in it was changed since it was sealed.")),
            point(say("Whoever sealed it has the secret key of that vault.")),
            point(say("The entries stood in one journal, in this order, with exactly these pictures and files.")),
            head(say("What it does not prove")),
            limit(
                say(
                    "The hour. Times are what this computer's clock says. This version does not yet get time stamps "
                    "from outside, so it says “not yet stamped”. The order is proven, the hour is not."
                )
            ),
            limit(say("Who recorded it. The key is a pseudonym, and sealing without unlocking needs no passphrase.")),
            limit(say("That others saw the same. Whoever controls a computer can make it show anything.")),
            limit(say("Who caused a disruption, why, or that it was on purpose.")),
            limit(say("That a photo was taken then. It was put into the journal then, and can be older.")),
            limit(say("That nothing is left out. You chose what is in the report; the journal has more.")),
            limit(
                say(
                    "That the whole vault was not put back as it was last week, or made anew by its owner. Only what "
                    "is outside shows that: a report, a receipt, or a root that somebody else wrote down."
                )
            ),
            head(say("What makes it stronger")),
            step(say("Send the notice early: the recipient can witness when it came.")),
            step(say("Write down how far your clock is off, from the radio or a telephone announcement.")),
            step(say("Find others, in other places and with other providers, who record too.")),
            plain(
                say("A good way to say it: “recorded by one device, unchanged since; the times are by its own clock”.")
            ),
        ),
        also=say("hash signature timestamp time stamp tamper forged fake court authentic integrity checkpoint root"),
        see=("check", "reports"),
    )


def _check() -> Topic:
    return Topic(
        "check",
        say("For recipients: check a report"),
        (
            plain(
                say(
                    "You received a report. You need no vault: Check works before anything is set up. It happens on "
                    "this computer alone, and nothing is sent."
                )
            ),
            step(
                say(
                    "Save each mail as a file (.eml) with “Save as”. Do not copy its text, and do not forward it first."
                )
            ),
            step(say("Ask the sender for the fingerprint of their vault's key, over another way than the mail.")),
            step(say("Open Check, fill in the fingerprint, and drop the file there.")),
            step(say("Read the verdict, and then what is not proven.")),
            step(say("Unpack it into a new folder and open data/report.html there.")),
            step(say("Make a receipt and send it back: it is all that tells the sender that you have it.")),
            head(say("What the groups mean")),
            point(say("Does not hold: one line is enough. Use nothing of it, and keep the file as it came.")),
            point(say("Not proven: no fault. It says where the proof ends.")),
            point(say("A notice is not a report: it says that one should follow. Keep it.")),
            head(say("Protect the sender")),
            point(say("Reports hold names, faces, places in photos, and a key that ties a sender's reports together.")),
            point(say("Show copies without all that, and ask before you publish the key's fingerprint.")),
            point(say("A receipt shows your key and the hour, and is not encrypted. Send it in a safe way.")),
            limit(say("That a report holds does not make its files harmless. Open them with care, best offline.")),
            limit(say("Without the fingerprint from the sender, a report can hold and still come from a stranger.")),
            limit(say("data/stop.csv is filled in by a machine. Read it as a draft, not as an entry of any tracker.")),
            plain(
                say(
                    "Without Evidence Kit: HOW-TO-CHECK.txt in the report has the lines for gpg and sha256sum. It "
                    "comes from the sender too; compare it with that of a report that you trust."
                )
            ),
        ),
        also=say("verify verification receive received newsroom gpg receipt notice unpack"),
        see=("proof", "recipients"),
    )

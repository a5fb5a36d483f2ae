"""The guide on recording: what a shutdown is, how to document one safely, what to write down."""

from ui.screens.guide.topic import Topic, head, limit, plain, point, step
from ui.words import say


def topics() -> tuple[Topic, ...]:
    """In the order of the list."""
    return (_shutdown(), _document(), _write_down())


def _shutdown() -> Topic:
    return Topic(
        "shutdown",
        say("What a shutdown is, and what is not"),
        (
            plain(
                say(
                    "A shutdown is when somebody on purpose makes the internet or other electronic communication "
                    "unreachable, or so slow that it is useless, for certain people or a certain area. Often the aim "
                    "is to control what people can say and learn."
                )
            ),
            plain(
                say(
                    "It need not be everything. It can be mobile data alone, one provider, one city, some hours of "
                    "each night, single apps or sites, or a connection too slow for a picture."
                )
            ),
            head(say("First rule out what is near you")),
            point(say("A login page, as in hotels, cafés and schools: log in or accept the terms, then look again.")),
            point(say("The data balance is used up, or the bill is due: try another phone of the same provider.")),
            point(say("Only this computer is cut off: check cable, Wi-Fi, aeroplane mode and proxy. Try a phone.")),
            point(say("A power cut: it stops routers and masts too. Is there power next door?")),
            point(say("One site alone does not load: the site itself may be down. Try others, at home and abroad.")),
            plain(
                say(
                    "Write down what you ruled out, and how. If it was one of these, a note can still be useful: a "
                    "power cut and a shutdown can come together."
                )
            ),
            head(say("What Evidence Kit can tell")),
            point(
                say(
                    "“No connection beyond the provider”: your own network works, nothing beyond it answers. It can "
                    "be a shutdown; it can also be a fault of the provider."
                )
            ),
            point(
                say(
                    "“Connections at home work, those abroad do not”: places in your country answer, those in others "
                    "do not. It can be a shutdown; it can also be a fault of a cable."
                )
            ),
            point(
                say(
                    "It looks about every five minutes and does not believe one failure. So it can take some minutes "
                    "before it speaks. If you notice it earlier, do not wait: capture."
                )
            ),
            point(
                say(
                    "Observed means that this computer saw it and nothing else agrees yet, probable that several "
                    "rounds of measurement agree, confirmed that a second path showed it too."
                )
            ),
            limit(say("It does not see who did it, or why, or that it was on purpose. You add what you know.")),
            limit(say("It does not see whether others have the same. Several records from several places show that.")),
            limit(
                say("With a proxy or Tor set it sees through that alone. A dead proxy looks much like a dead network.")
            ),
        ),
        also=say("blackout outage cut off internet down no internet censorship blocked slow throttling portal"),
        see=("document", "write-down", "whom-to-tell"),
    )


def _document() -> Topic:
    return Topic(
        "document",
        say("Document a shutdown safely"),
        (
            head(say("Your safety comes first")),
            point(say("No record is worth your safety or that of another person. You can stop at any time.")),
            point(say("Do not go anywhere, film anybody or pass a checkpoint only for a better record.")),
            point(say("Recording can be forbidden where you are. Find out before, not afterwards.")),
            point(say("Ask people before you record what they say. Use no real names: “a nurse”, “a shop owner”.")),
            head(say("What helps")),
            step(
                say(
                    "Pages that do not load: “Capture a page” with a news site, a messenger's site, one from home and "
                    "one from abroad. Pages that still load help too."
                )
            ),
            step(
                say(
                    "The screen: close everything private first. All that is visible is kept: names in chats, window "
                    "titles, file names. If the desktop asks whether Evidence Kit may take the picture, allow it."
                )
            ),
            step(
                say(
                    "Photos and films: “Add files”. Bring a phone's photos over by cable; messengers change them. Good "
                    "are the provider's message, a phone without service, a notice on a wall, a dead card machine."
                )
            ),
            step(say("Notes: what you saw yourself, and what others told you, each in a note of its own.")),
            step(say("Do it again later: every few hours, and when the connection is back. That shows how long.")),
            head(say("In a hurry, or watched")),
            point(
                say(
                    "You need not unlock. What you capture while the vault is locked is sealed at once, and nobody can "
                    "read it, you included, until the vault is unlocked."
                )
            ),
            point(say("Ctrl+Shift+S captures the screen, Ctrl+Shift+P a page, Ctrl+Shift+N writes a note.")),
            point(say("Ctrl+L locks at once. Watching and sending go on.")),
            head(say("Think of this before you keep it")),
            point(say("Nothing in the journal can be deleted or changed. What goes into a report you choose later.")),
            point(say("Avoid faces, car plates, house numbers, and your own reflection.")),
            point(
                say(
                    "Photos often hold the exact place and the phone's make inside. Evidence Kit warns where it finds "
                    "a place, and keeps the photo as it is."
                )
            ),
            limit(say("No warning does not mean that there is no place in a file: films and documents can hold one.")),
            limit(
                say(
                    "The original photo on your disk or phone stays there, unprotected. Deleting it is your decision, "
                    "and deleting is not certain on modern disks."
                )
            ),
            limit(
                say(
                    "On desktops that use Wayland the desktop takes the picture of the screen and writes it to the "
                    "disk unprotected. Evidence Kit removes that file once the picture is kept; what was written may "
                    "be found on the disk later."
                )
            ),
            limit(say("Opening a page can be seen by your provider and by the page. Nothing opens by itself.")),
            limit(
                say(
                    "Whoever can use your computer account can seal captures too: that something is in your journal "
                    "does not prove that you recorded it."
                )
            ),
        ),
        also=say("record evidence screenshot photo film capture camera video danger safe protest"),
        see=("write-down", "seizure", "network"),
    )


def _write_down() -> Topic:
    return Topic(
        "write-down",
        say("What to write down"),
        (
            plain(
                say(
                    "Write on the same day. Keep apart what you saw yourself and what others told you. Exact words and "
                    "numbers help; “I do not know” helps too."
                )
            ),
            head(say("About the disruption")),
            point(
                say(
                    "When: the beginning, when you noticed, the end. Did it come and go? Every night? Compare this "
                    "computer's clock with the radio or a watch, and write down the difference."
                )
            ),
            point(say("Where: only as exact as is safe, a region or a city. Is it the same in the next town?")),
            point(say("Which networks: mobile data, home, office, satellite; which providers; which still work?")),
            point(
                say("How: all at once or bit by bit; nothing at all, very slow, or only some apps? Does a VPN work?")
            ),
            point(say("Calls and SMS: do they work, within the country and to abroad?")),
            point(
                say("Announcements: who said what, where and when, in the exact words; the reason and law they gave.")
            ),
            point(say("What else is happening: an election, an exam, a protest, fighting, a visit, a power cut.")),
            point(say("What you ruled out: a login page, the data balance, power, your own router. How?")),
            head(say("What it does to people")),
            point(say("Work: who cannot work, and what do they lose in a day?")),
            point(say("Health: ambulances, hospitals, medicine, people who cannot reach a doctor.")),
            point(say("Safety: who cannot warn, call for help, or find relatives?")),
            point(say("Money: banks, card machines, mobile money, wages, food.")),
            point(say("News: what can people still learn, and from whom? Which rumours go round?")),
            point(say("Schooling: lessons, exams and applications that are missed.")),
            head(say("When somebody tells you something")),
            step(say("Say who you are and what you want it for. Ask whether you may write it down.")),
            step(say("Ask how it may be used: told to a newsroom, published, shown to a court. They may say no.")),
            step(say("Choose a pseudonym together. Leave out what would lead to them: job, street, family.")),
            step(say("Write their own words, then read them back.")),
            limit(
                say("What you write goes out word for word in a report that holds it. Evidence Kit takes no names out.")
            ),
            limit(say("A way of writing can be recognised. Short and plain sentences tell less about you.")),
        ),
        also=say("note notes testimony witness interview questions checklist consent pseudonym"),
        see=("document", "reports"),
    )

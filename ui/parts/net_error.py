"""Chromium's names for why a page did not load, in words."""

from ui.words import say


def net_error_words(code: str) -> str:
    """What ERR_SOMETHING means for a person; the name itself where it is a rare one."""
    known = {
        "ERR_NAME_NOT_RESOLVED": say("The name of the site was not found."),
        "ERR_NAME_RESOLUTION_FAILED": say("The name of the site could not be looked up."),
        "ERR_DNS_TIMED_OUT": say("Looking up the name of the site took too long."),
        "ERR_INTERNET_DISCONNECTED": say("This computer has no connection."),
        "ERR_NETWORK_CHANGED": say("The network changed while the page was loading."),
        "ERR_NETWORK_ACCESS_DENIED": say("This computer does not let the page camera use the network."),
        "ERR_ADDRESS_UNREACHABLE": say("There is no way through the network to the site."),
        "ERR_CONNECTION_TIMED_OUT": say("The site did not answer in time."),
        "ERR_TIMED_OUT": say("The site did not answer in time."),
        "ERR_CONNECTION_REFUSED": say("The connection was refused."),
        "ERR_CONNECTION_RESET": say("The connection was broken off by force."),
        "ERR_CONNECTION_CLOSED": say("The connection was closed before an answer came."),
        "ERR_CONNECTION_ABORTED": say("The connection was broken off."),
        "ERR_CONNECTION_FAILED": say("No connection to the site came about."),
        "ERR_EMPTY_RESPONSE": say("The site closed the connection without saying anything."),
        "ERR_TOO_MANY_REDIRECTS": say("The site led in circles."),
        "ERR_SSL_PROTOCOL_ERROR": say("No encrypted connection came about: somebody on the way may meddle with it."),
        "ERR_CERT_AUTHORITY_INVALID": say("The site's certificate is from nobody who is trusted."),
        "ERR_CERT_COMMON_NAME_INVALID": say("The site's certificate belongs to another site."),
        "ERR_CERT_DATE_INVALID": say("The site's certificate is out of date, or this computer's clock is wrong."),
        "ERR_PROXY_CONNECTION_FAILED": say("Your proxy does not answer."),
        "ERR_SOCKS_CONNECTION_FAILED": say("Your proxy found no way to the site."),
        "ERR_TUNNEL_CONNECTION_FAILED": say("Your proxy found no way to the site."),
    }
    return known.get(code) or say("The browser's word for it is {code}.").format(code=code)


def is_of_the_proxy(code: str) -> bool:
    """Whether the failure tells of the person's own proxy rather than of the page."""
    return "PROXY" in code

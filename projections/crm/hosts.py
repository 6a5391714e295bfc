"""Which company a domain speaks of: the part of it that somebody registered, unless everybody may be under it."""

from collections.abc import Iterable
from urllib.parse import urlsplit

_LISTED = """
    126.com 163.com aliyun.com aol.com arcor.de bluewin.ch bol.com.br btinternet.com comcast.net fastmail.com free.fr
    freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com
    hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com icloud.com inbox.ru interia.pl laposte.net libero.it
    list.ru live.com live.fr live.nl mac.com mail.com mail.ru mailbox.org me.com msn.com naver.com o2.pl orange.fr
    outlook.com outlook.de outlook.fr posteo.de proton.me protonmail.com qq.com rediffmail.com rocketmail.com
    sbcglobal.net seznam.cz sfr.fr sina.com sky.com t-online.de terra.com.br tutanota.com uol.com.br verizon.net
    virgilio.it virginmedia.com wanadoo.fr web.de wp.pl yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk
    yahoo.com yahoo.com.br
    yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ymail.com zoho.com ziggo.nl
    about.me amazon.com azurewebsites.net bit.ly blogger.com blogspot.com business.site carrd.co ebay.com etsy.com
    facebook.com github.com github.io gitlab.io google.com herokuapp.com instagram.com jimdo.com jimdofree.com
    linkedin.com linktr.ee medium.com myshopify.com netlify.app notion.site pages.dev pinterest.com shopify.com
    squarespace.com substack.com tiktok.com tumblr.com twitter.com vercel.app webflow.io weebly.com wikipedia.org
    wix.com wixsite.com wordpress.com x.com xing.com yelp.com youtube.com
"""
SHARED = frozenset(_LISTED.split())
"""Domains under which anybody has a mailbox or a page, and that tell no companies apart."""
_SECOND = frozenset({
    "ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "ltd", "ne", "net", "nom", "or", "org", "plc", "sch",
})  # fmt: skip
"""What stands before the letters of a country without being anybody's."""


def registered(host: str) -> str | None:
    """The part of a host that somebody registered: umbra.co.uk of shop.umbra.co.uk. None for one that is shared, or
    that is none.

    There are more suffixes than are known here (publicsuffix.org); under those, a domain stands for less than it might.
    """
    labels = [each for each in host.casefold().rstrip(".").split(".") if each]
    country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND
    found = ".".join(labels[-3:] if country else labels[-2:])
    return found if len(labels) > 1 and found not in SHARED else None


def hosts_of(domains: Iterable[str], website: str | None = None) -> frozenset[str]:
    """The registered domains of a company, by its domains and the address of its website."""
    site = host(website) if website else None
    return frozenset(found for each in (*domains, *filter(None, [site])) if (found := registered(each)))


def host(address: str) -> str | None:
    """The host of an address of the web, however much of it is said; None where there is none."""
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname
    except ValueError:  # what stands in brackets and is no address
        return None


def host_of_address(email: str) -> str | None:
    """The registered domain of somebody's email address; None for a mailbox that anybody may have."""
    return registered(email.rpartition("@")[2])

"""Whether a fetched page is the article: the verdict that guards every revision.

Pure. Phrases count only on pages with little text: a long article may well speak of
CAPTCHAs, cookies and subscriptions.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import SplitResult, urlsplit

from monitor.model import Document, Verdict

# Characters of body below which a page is nobody's article ("Loading ...").
_EMPTY = 60
# A wall's own words seldom take more than this; the least article with walls' words does.
_WALL_LENGTH = 1_200
_STUB_LENGTH = 900
# With less than that, what the reader sees around the text is asked as well.
_SCRAPS_LENGTH = 300
# Real edits rarely take more than half; block pages and broken extraction take nearly all.
_COLLAPSE = 0.4
# A stored text shorter than this can't collapse in a way worth a verdict.
_COLLAPSE_FLOOR = 200
# Of 123 real articles none has more than a quarter of its text in links and teasers;
# of pages that list articles it is three quarters and more.
_INDEX = 0.5
_SCANNED = 400_000
# Bytes: challenge pages are smaller, and what articles of outlets are is far larger.
_BARE_SIZE = 20_000

_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)
_CHALLENGE_MARKS = re.compile(
    rb"_cf_chl_opt|cf-browser-verification|cf-challenge|cf_captcha_kind|id=[\"']challenge-(?:form|running"
    rb"|error)|px-captcha|geo\.captcha-delivery\.com|captcha-delivery\.com/captcha|_Incapsula_Resource"
    rb"|Incapsula incident ID|errors\.edgesuite\.net|ddos-guard/js-challenge|/_sec/cp_challenge"
    rb"|sec-if-cpt-container|awswaf\.com/[^\"']{0,200}challenge|aws-waf-token|sucuri_cloudproxy_js"
    rb"|distil_r_captcha|datadome-captcha|vercel[^<]{0,40}security checkpoint",
    re.IGNORECASE,
)
_CAPTCHA_WIDGETS = re.compile(
    rb"g-recaptcha|h-captcha|hcaptcha\.com|cf-turnstile|arkoselabs|friendlycaptcha",
    re.IGNORECASE,
)
_CHALLENGE_TITLE = re.compile(
    r"\s*(?:just a moment|attention required|access (?:to this page has been )?denied|are you (?:a robot|human)"
    r"|(?:robot|human|security|browser|bot) (?:check|verification|challenge)|verify(?:ing)? (?:you are|that you)"
    r"|pardon our interruption|one more step|security checkpoint|ddos-guard|checking your browser|please verify"
    r"|un instant|einen moment|sicherheitsprüfung|request (?:blocked|rejected|unsuccessful)|forbidden|blocked"
    r"|captcha)\b",
    re.IGNORECASE,
)
_CHALLENGE_WORDS = re.compile(
    r"verify (?:that )?you(?:'|’)?(?: a)?re (?:a |not a )?(?:human|robot)|not a robot|unusual (?:traffic|activity)"
    r"|automated (?:requests|access|queries)|checking (?:if the site connection is secure|your browser)"
    r"|enable (?:javascript|js) and (?:cookies|disable any ad blocker)|complete the (?:security|captcha) check"
    r"|bot (?:detection|protection)|why have i been blocked|you have been blocked|ray id|captcha"
    r"|(?:don't|do not) have permission to access",
    re.IGNORECASE,
)
_CONSENT_HOST = re.compile(
    r"^(?:consent|guce|cmp|privacy-gate|myprivacy|cookiewall)\.|\.consent\."
)
_CONSENT_PATH = re.compile(
    r"/(?:consent|cookie-?(?:wall|consent)|collectconsent|privacy-gate|zustimmung)\b",
    re.IGNORECASE,
)
_CONSENT_WORDS = re.compile(
    r"accept (?:all )?(?:cookies|and continue)|(?:your|we value your|manage) privacy|before you continue"
    r"|(?:we|our) (?:and our )?(?:\d+ )?(?:partners|vendors)|use of cookies|cookie (?:settings|policy|preferences)"
    r"|consent to (?:the|our)|zustimm|einwillig|mit werbung|werbefrei|datenschutzeinstellungen|pur-abo"
    r"|accepter (?:et|les cookies)|vos choix|continuer sans accepter|aceptar (?:y|las cookies)|accetta"
    r"|alle cookies|akkoord|godta|acceptera",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|signon|auth(?:enticate|orize)?|sso|oauth2?|register|accounts?/login|identity)(?:[/.?]|$)",
    re.IGNORECASE,
)
_LOGIN_WORDS = re.compile(
    r"(?:log|sign) ?in to (?:continue|read|your|access|view)|please (?:log|sign) ?in|forgot(?:ten)? (?:your )?password"
    r"|(?:must|need to) be logged in|create (?:an|a free) account|bitte (?:melden sie sich|anmelden|einloggen)"
    r"|connectez-vous|identifiez-vous|inicia(?:r)? sesi[oó]n|register (?:for free )?to (?:continue|read)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(rb"<input[^>]{1,300}type=[\"']?password", re.IGNORECASE)
_PAYWALL_WORDS = re.compile(
    r"subscribe (?:now )?to (?:continue|read|unlock|keep)|to (?:continue|keep) reading|continue reading (?:with|by|this)"
    r"|(?:article|content|story) is (?:only )?(?:for|available to|reserved for|exclusive to) (?:our )?(?:subscribers|members)"
    r"|already a (?:subscriber|member)|subscribers? only|for subscribers|unlock (?:this|the) (?:article|story)"
    r"|start your (?:free )?trial|you(?:'|’)ve (?:reached|read) your (?:monthly |free )?(?:article )?limit"
    r"|remaining free articles|mit .{2,20}\+? weiterlesen|jetzt (?:weiterlesen|abonnieren|testen)|abonnent"
    r"|réservé aux abonnés|il vous reste .{1,12}% de cet article|abonnez-vous|suscr[ií]bete|solo para suscriptores"
    r"|per continuare a leggere|riservato agli abbonati|prenumerera|abonneer",
    re.IGNORECASE,
)
_PAYWALL_MARKS = re.compile(
    rb"[\"']isAccessibleForFree[\"']\s*:\s*[\"']?false", re.IGNORECASE
)
_MISSING_TITLE = re.compile(
    r"\W*(?:(?:error\s*)?(?:404|410)\b|(?:the |this )?(?:page|article|story|content|post|url)(?: you (?:requested|are"
    r" looking for))? (?:was |is |could |can(?:'|no)?t? ?|has been )?(?:not (?:be )?found|no longer|does(?:n(?:'|’)t| not)"
    r" exist|not available|unavailable|removed|deleted)|(?:page |nothing |not )found|(?:sorry|oops|whoops)\b.{0,60}"
    r"(?:find|found|exist|missing|gone|available|wrong)|seite nicht gefunden|page (?:introuvable|non trouvée)"
    r"|p[aá]gina n(?:o|ão) encontrada|pagina non trovata|pagina niet gevonden|sidan (?:kunde inte|finns inte)"
    r"|страница не найдена|nie znaleziono)",
    re.IGNORECASE,
)
_MISSING_WORDS = re.compile(
    r"page (?:you(?:(?:'|’)re| are| were|(?:'|’)ve| have)? .{0,40})?(?:can(?:'|’|no)t? ?|could ?n(?:o|'|’)t |does ?n(?:o|'|’)t|was not|is not|no longer|not)"
    r" ?(?:be )?(?:found|exist|available|here)|(?:article|story|page|content) (?:has been|was|is) (?:removed|deleted|unpublished"
    r"|withdrawn|taken down|no longer available|not available|moved)|(?:no longer|not) (?:available|exists?) (?:on this site|at this"
    r" address|here)|broken link|check the (?:url|address|spelling)|404",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"<(script|style|noscript|template)\b.*?</\1\s*>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_HOME_PATH = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2,4})?/?)?(?:(?:index|home|default|start)(?:\.\w{2,5})?/?)?",
    re.IGNORECASE,
)
# "/news", "/world/middle-east": no number and no long name, so no article's own page.
_SECTION_PATH = re.compile(r"(?:/[a-z]+(?:-[a-z]+)?){1,4}/?", re.IGNORECASE)
# "bridge-closed-after-flood", "a-4711", "20261125": what names one article.
_SLUG = re.compile(r"[^/]*(?:-[^/]*-|\d{4})[^/]*")

Judgement = tuple[Verdict, str]


def judge(
    document: Document | None,
    *,
    status: int,
    requested_url: str,
    final_url: str,
    html: bytes,
    last_good_length: int | None,
) -> Judgement:
    """The verdict on a fetched page and the reason for it, in words.

    `last_good_length` is the length of the text of the article's last revision.
    """
    head = html[:_SCANNED]
    refused = _judge_status(status, head)
    if refused is not None:
        return refused
    requested, final = _split(requested_url), _split(final_url)
    moved = _judge_address(requested, final)
    if moved is not None:
        return moved
    text = document.text if document is not None else ""
    body = text[document.headline_end :].strip() if document is not None else ""
    wall = _judge_words(head, body, text)
    if wall is not None:
        return wall
    if document is not None and document.linked >= _INDEX:
        share = f"{document.linked:.0%} of the text"
        return Verdict.HOME, f"a list of other pages: {share} is links and teasers"
    if len(body) < _EMPTY:
        return Verdict.EMPTY, f"{len(body)} characters of text found"
    if _collapsed(len(text), last_good_length):
        return (
            Verdict.COLLAPSED,
            f"{len(text)} characters of text after {last_good_length}",
        )
    return Verdict.OK, f"{len(body)} characters of text"


def is_challenge(html: bytes) -> bool:
    """Whether a body is a bot wall, by its marks or its title."""
    head = html[:_SCANNED]
    return bool(_CHALLENGE_MARKS.search(head) or _CHALLENGE_TITLE.match(_title(head)))


def _judge_status(status: int, head: bytes) -> Judgement | None:
    if status in (404, 410):
        return Verdict.GONE, f"HTTP {status}"
    if 200 <= status < 300 and status not in (204, 205):
        return None
    if is_challenge(head):
        return Verdict.CAPTCHA, f"HTTP {status} with a bot challenge"
    return Verdict.ERROR, f"HTTP {status}"


def _judge_address(requested: SplitResult, final: SplitResult) -> Judgement | None:
    """Where a redirect led, if it led away from the article."""
    if (final.hostname, final.path, final.query) == (
        requested.hostname,
        requested.path,
        requested.query,
    ):
        return None
    host, path = final.hostname or "", final.path
    if _CONSENT_HOST.search(host) or _CONSENT_PATH.search(path):
        return Verdict.CONSENT, f"redirected to the consent page {host}{path}"
    if _LOGIN_PATH.search(path) and not _LOGIN_PATH.search(requested.path):
        return Verdict.LOGIN, f"redirected to the login page {host}{path}"
    if _is_home(final) and not _is_home(requested):
        return Verdict.HOME, f"redirected to the home page of {host}"
    if _is_section_above(requested, final):
        return Verdict.HOME, f"redirected to the section {host}{path}"
    return None


def _judge_words(head: bytes, body: str, text: str) -> Judgement | None:
    """What the page's own words and marks say, on pages with little text."""
    title = _title(head)
    if len(body) >= _WALL_LENGTH:
        return None
    marked = _CHALLENGE_MARKS.search(head) is not None
    if (marked or _CHALLENGE_TITLE.match(title)) and (
        len(body) < _EMPTY
        or _CHALLENGE_WORDS.search(f"{title} {text}")
        or _is_bare(head)
    ):
        return Verdict.CAPTCHA, f"a bot challenge: “{title}”"
    if _MISSING_TITLE.match(title) or _MISSING_TITLE.match(text):
        return Verdict.SOFT_404, f"the page says “{title or text[:60]}”"
    short = len(body) < _STUB_LENGTH
    visible = f"{text}\n{_visible(head)}" if len(body) < _SCRAPS_LENGTH else text
    if short and _MISSING_WORDS.search(text):
        return Verdict.SOFT_404, "the page says that the article is not there"
    if short and _PASSWORD.search(head) and _LOGIN_WORDS.search(visible):
        return Verdict.LOGIN, "a login form in place of the text"
    if short and (
        _PAYWALL_WORDS.search(text)
        or (_PAYWALL_MARKS.search(head) and _PAYWALL_WORDS.search(_visible(head)))
    ):
        return Verdict.PAYWALL, f"{len(body)} characters of text before a paywall"
    return _judge_scraps(head, body, visible)


def _judge_scraps(head: bytes, body: str, visible: str) -> Judgement | None:
    """Walls that leave hardly any text of their own."""
    if len(body) >= _SCRAPS_LENGTH:
        return None
    if _CAPTCHA_WIDGETS.search(head) and _CHALLENGE_WORDS.search(visible):
        return Verdict.CAPTCHA, "a CAPTCHA in place of the text"
    if len(_CONSENT_WORDS.findall(visible)) >= 2 and (
        len(body) < _EMPTY or _CONSENT_WORDS.search(body)
    ):
        return Verdict.CONSENT, "a consent notice in place of the text"
    return None


def _collapsed(length: int, last_good_length: int | None) -> bool:
    if last_good_length is None or last_good_length < _COLLAPSE_FLOOR:
        return False
    return length < _COLLAPSE * last_good_length


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _is_home(url: SplitResult) -> bool:
    return _HOME_PATH.fullmatch(url.path) is not None and not re.search(
        r"(?:^|&)(?:p|id|article|post)=", url.query
    )


def _is_section_above(requested: SplitResult, final: SplitResult) -> bool:
    """Whether a redirect led from an article up to a list that it may stand in."""
    above = final.path.rstrip("/") + "/"
    dropped = requested.path.removeprefix(above)
    return (
        not final.query
        and dropped != requested.path
        and _SECTION_PATH.fullmatch(final.path) is not None
        and any(_SLUG.fullmatch(part) for part in dropped.split("/"))
    )


def _title(head: bytes) -> str:
    found = _TITLE.search(head)
    text = unescape(found[1].decode("utf-8", "replace")) if found else ""
    return " ".join(text.split())


def _is_bare(head: bytes) -> bool:
    """A page of a few elements, as challenge pages are."""
    return len(head) < _BARE_SIZE


def _visible(head: bytes) -> str:
    """Roughly what a reader sees, furniture included."""
    text = head.decode("utf-8", "replace")
    return unescape(_TAG.sub(" ", _UNSEEN.sub(" ", text)))

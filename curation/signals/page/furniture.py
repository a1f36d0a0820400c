"""The words and phrases that stand around answers on pages, in threads, mails, shops and on hotlines.

>>> bool(FURNITURE.search("skip to main content")), stem("subscribed") in STOCK
(True, True)
"""

from __future__ import annotations

import re

from winnow.text.words import any_of, stem, word_set

# stems of what help desks, news sites and shops say below anything
STOCK = word_set("""
    contact support team custom customer service representative agent department helpdesk desk visit website web
    site page webpage homepage click link button subscrib subscription unsubscrib newsletter email e-mail mail inbox
    feedback thank thankyou appreciat pleas happy glad assist assistance hesitat free reach call phon telephon
    hotlin hour monday friday onlin faq form submit inquir inquiry enquiry enquir question query quer further
    information info more detail learn read log login sign signin signup register registr account password cooki
    privacy policy polic term condition right reserv copyright follow facebook twitter instagram linkedin youtub
    tiktok shar social media download app menu search navigation advertisement advert ad sponsor back top print
    updat latest stay tun publish articl blog post author comment reply welcom valu business day respond respons
    respon refer resourc dedicat availabl member staff chat live consent accept continu brows browser browsing
    setting disclaimer address receiv offer new trademark shop cart checkout ship guarant satisfaction choos soon
    touch drop friendly always content access friend leav full view fill complet below trust prid user help need
    join communit community profil upgrad premium trial notif step guid tip section footer header expert
    professional promot deal discount deliver order cod talk speak advisor adviser consultant office branch locat
    nearest store request next get started ring lik forget enter creat think tell helpful care agre us check find
    rat vote video catalogu redirect wait blocker disabl excus typo sav percent open time purpos provid name number
    ring people legal advic constitut substitut jurisdict solicitor lawyer attorney qualifi medical educational
    general individual case situation circumstance differ technician engineer assign log record train qualit
    editorial team process kind regard sincer cheer apply applicabl appl subject avail status reproduc reproduction
    written permission prohibit part publisher liabl liabilit accept error omission thread clos mark solution
    member regist forum rule scroll javascript enabl load expert doctor physician provider advertis open line
    purposes message convenien schedul appointment book report abus problem issue accurat accurac warrant
    responsibilit content document material intend inform hope
""")
# the furniture of pages, threads, mails, shops and hotlines, by its phrases; each may stand alone as a line
FURNITURE = any_of(
    r"^(?:skip|jump|back|return) (?:back )?to:? (?:the )?(?:main )?(?:content|navigation|top|menu|start|search|results"
    r"|home ?page|overview|forum)$|^(?:read|show|load|see|view|learn|find out|discover) (?:\d+ )?(?:more|all|less"
    r"|full)(?:$| (?:about|on|here|comments|replies|articles|posts|news|results|answers|stories)\b)",
    r"^(?:home|start|startseite|accueil|inicio|index|main|help|support)(?: ?[>»›→/|] ?[^>»›→/|.!?]{2,50}){2,}$"
    r"|\breview date:|^\W*(?:previous|prev|back|first)\W+1\W+2\b|\bend-to-end encrypt|\bcreative commons\b"
    r"|\bthis chat can|\badditional terms (?:may )?apply\b|\blicen[cs]ed under\b"
    r"|\bavailable under the (?:\w+ ){0,4}licen[cs]e",
    r"^page \d+ (?:of|/) \d+$|^(?:next|previous|prev|older|newer) (?:page|post|article|entry|topic|thread"
    r"|question)s?\b",
    r"^(?:toggle|skip|main|top) (?:navigation|menu|search)$|^(?:quick|related|useful|external|popular|recent"
    r"|similar) (?:links|articles?|posts?|questions|topics|content|pages|searches|stories|products|comments)(?:$| you"
    r"| for| on this)|^table of contents|^site ?map|^search (?:this site|results|for:)|^sort(?:ed)? by\b|^(?:select"
    r"|choose|change) (?:your )?(?:language|country|region|location)$|^please select your\b|^you are here\b"
    r"|^text size\b",
    r"^(?:in case of|in an|if (?:this|it) is|for) (?:an? )?(?:\w+ )?emergency\b.{0,30}\b(?:call|dial|go)\b"
    r"|^past performance (?:is|does)\b|\bno(?:t an?)? substitute for (?:professional|medical|legal)"
    r"|^the value of (?:your )?investments?\b|^member fdic\b|^equal (?:housing|opportunity)\b"
    r"|^the accompanying notes\b|^1 2 3\b",
    r"^\d+:\d\d ?/ ?\d+:\d\d$|^from wikipedia\b|\bpeople like this\b|^article \d+ of \d+|^go to page\b"
    r"|^tap (?:to (?:see|view|read|expand|load)|here)\b|^buy \d+,? get\b|^get your (?:free )?\w+ (?:now|today)"
    r"|\bwithout guarantee\b|^i have the same\b|^published online$|\btoo many requests\b|\bthe customer wrote\b"
    r"|^original message",
    # threads and tickets
    r"^(?:this |your )?(?:thread|topic|post|discussion|comments?|ticket|case|issue|request|conversation|incident"
    r"|question)s?(?: #?\d+)? (?:(?:has|have) been |was |were )?(?:now |automatically )?(?:closed|locked|archived"
    r"|resolved|solved|merged|deleted|removed|edited|marked|disabled|reopened|assigned|escalated|hidden|flagged"
    r"|duplicate)\b",
    r"^(?:last )?(?:edited|modified|updated|reviewed) (?:by (?:the |an? )?(?:mod|admin|user|op|author|editor)|on|\d)"
    r"|\blast (?:edited|modified|updated|reviewed|post|reply|activity|seen)\b|\bnext review\b|^merged (?:into|with)\b"
    r"|^moved to (?:the )?(?:\w+ )?(?:sub)?forum|^marked? (?:as|this)\b|^(?:assigned|escalated) to\b|^(?:status"
    r"|priority|assignee|owner|severity|category)(?: was| has been)? (?:changed|set|updated)\b|^(?:\w+ )?(?:status"
    r"|priority|assignee): ",
    r"^\(?visited \d+ times?\b|^(?:posted|asked|answered|commented|joined|published|viewed) (?:\d|by \S+(?:$| (?:[»>"
    r"|•·]|on\b))|in:|\w+ (?:years?|months?|days?|hours?|minutes?) ago)|^(?:filed under|posted in|tagged with)\b"
    r"|^tags: |^views?:? [\d.,]+|^\d+k? (?:views|comments|replies|likes|shares|followers)$|^(?:bump\w*|me too"
    r"|never ?mind|\+1)\b.{0,25}$|^same (?:here|problem|issue|question)\b|\bany (?:updates?|news|luck)( on this)?$"
    r"|^solved\W+thank|^user (?:has been |was |is )?(?:banned|suspended)|^moderator(?:'s)? note\b",
    r"^(?:hi|hello)?\W*(?:and )?welcome to (?:the |our )?(?:forum|board|community|site|group|channel)"
    r"|\bstay on topic\b|\b(?:forum|board|community|posting) (?:rules|guidelines)\b|^(?:reply|quote|permalink|bookmark"
    r"|upvote|report (?:post|abuse|this(?: \w+)?|ad)|copy link|add to favou?rites)$|\b(?:best|accepted) answer$"
    r"|\bno further (?:posts|replies|comments)\b",
    # mail
    r"^(?:von meinem|depuis mon|desde mi|inviato da|enviado desde) .{0,12}(?:iphone|ipad|samsung|handy|telefon|mobile)",
    r"^sent (?:from|via|with|using) (?:my|mail|mobile|yahoo|outlook|tapatalk|gmail|proton|an? (?:i?phone|mobile"
    r"|samsung|android))\b|^get outlook\b|\bout of (?:the )?office\b|\b(?:to unsubscribe|unsubscribe (?:here"
    r"|from th\w+|at any time))\b|\bin your browser\b|^you (?:are receiving|received|have received|are getting) this\b"
    r"|\bdo not reply\b|\bno longer wish to receive\b|\bautomat\w+ (?:message|e-?mail|reply|response|notification)\b"
    r"|\bnot monitored\b|\bbefore printing\b|\bintended (?:solely |only )?for the (?:addressee|recipient)"
    r"|\breceived (?:it|this \S+) in error\b",
    r"^(?:with )?(?:best|kind|warm|kindest|warmest) (?:regards|wishes)|^yours (?:sincerely|faithfully)"
    r"|\bthanks in advance\b|^cheers$|\bhave a (?:nice|great|good|lovely|wonderful) (?:day|weekend|evening|rest)\b"
    r"|\bhope (?:this|that|it) helps\b|^regards\b",
    # errors and barriers
    r"^(?:http )?error:? [45]0\d\b|^[45]0[0-4]\W+(?:not|page|error|forbidden|bad|internal|service|gateway|the)\b"
    r"|\b(?:page|file|site|content|article|video|link|offer) (?:you(?:'re| are| were) looking for|(?:was |is |could "
    r"|can)?not (?:be )?(?:found|available|displayed)|is no longer|(?:has )?expired)|\baccess (?:is |was )?denied\b"
    r"|\bwent wrong$|^oo?ps\b|\binternal server error\b|\bbad gateway\b|^(?:please )?try again later$"
    r"|\berror (?:has )?occurred\b|\btemporarily unavailable\b|\bscheduled maintenance\b|\bdown for maintenance\b"
    r"|\bsession (?:has )?(?:expired|timed out|ended)|\b(?:connection|request) timed out\b|\b(?:re)?captcha\b"
    r"|\bnot a robot\b|\bverify (?:that )?you(?:'re| are) (?:a )?human\b|\bchecking your browser\b|\byou are human\b"
    r"|^loading(?:$|\W*(?:comments|page|content|please|more)\b)|^(?:one moment )?please wait\b|\bbe back (?:soon"
    r"|shortly)\b|\bpage does not load\b",
    r"\b(?:enable|activate|turn on|allow|accept|reject|manage|use|uses) (?:all )?(?:java ?script|cookies"
    r"|preferences)\b|\bcookie (?:settings|policy|preferences|notice|consent|banner)\b|\byour browser (?:does|is|isn't"
    r"|version)\b|^(?:accept|reject|decline) all$|^enter the (?:characters|letters) (?:you see|in the)\b"
    r"|\badblock\w*\b|\bad ?blocker\b",
    # shops, paywalls and advertisements
    r"^add to (?:cart|basket|bag|wish ?list)\b|^free (?:shipping|delivery|returns) on\b|^(?:call|book|get"
    r"|start)\b.{0,20}\bfree (?:consultation|trial|newsletter|quote)\b|^(?:order|buy|shop|book|call|subscribe|register"
    r"|sign up|join|donate|apply|download|try|start|upgrade)\b.{0,30}\b(?:now|today)$|\d ?% off\b"
    r"|\bsponsored (?:content|posts?|by|links?)\b|^(?:advertisements?|advertorial|sponsored|promoted|anzeige)\b"
    r"|\barticle continues\b|\b(?:recommended|suggested|picked) for you\b|\byou (?:may|might) also (?:like|be)\b"
    r"|\bquestions you may\b|\b(?:people|customers|others|readers|users) also (?:ask|bought|viewed|liked?|search)"
    r"|^trending (?:now|topics|today)|^most (?:read|viewed|popular)(?:$| (?:articles|posts|stories|topics))",
    r"\bfree articles?\b.{0,20}$|\b(?:subscribers|members|registered users) only\b|^already (?:an? (?:member"
    r"|subscriber|customer|user)|have an account|registered)\b|^forgot(?:ten)? (?:your |my )?(?:password|username)$"
    r"|^my (?:account|orders|profile|basket|cart)$|^(?:log|sign) (?:in|out|up)(?:$| or\b| to (?:comment|reply|continue"
    r"|leave|read)\b| for our\b)|\bprices (?:include|exclude|are subject)\b|\bterms (?:and conditions "
    r"|& conditions )?apply\b|\bsubject to (?:change|availability)\b|\bwhile stocks last\b"
    r"|\bor create an? (?:free )?account\b|\bunlock this\b|\bmust be logged in\b|\blogged you out\b"
    r"|\bbeen logged out\b|^session expired\b|\bgo premium\b",
    # ratings and notices
    r"\b(?:found|find) (?:this|it|that)(?: \w+)? (?:helpful|useful)\b|\bwas this (?:\w+ )?(?:helpful|useful)\b|^(?:did"
    r"|does) (?:this|that|we) (?:\w+ )?(?:answer|help|solve)|\b(?:rate|reviews?) (?:this|our|us|your)\b|\b(?:brief"
    r"|short|quick|minute) survey\b|^leave (?:us )?(?:your |an? )?(?:feedback|review|comment|reply|message)\b"
    r"|\bcomments are (?:closed|disabled|off)\b|\brequired fields\b|\bnot be published\b|^your feedback\b|\b(?:of"
    r"|to) (?:5|five|10|ten) stars?$",
    r"\ball rights reserved\b|©|\(c\) (?:19|20)\d\d|\bcopyright (?:19|20)|\bnot (?:(?:a substitute for|intended as"
    r"|constitute|be taken as|to be taken as) )?(?:legal|financial|investment|medical|tax|professional) advice\b"
    r"|\bnot been evaluated\b|\bpast performance\b|\bresults (?:may|will) vary\b|\bat your own risk\b|\b(?:errors"
    r"|typos)(?: and omissions)? excepted\b|\bwithout (?:prior )?notice$|\bwithout warranty\b|\bwarranty void\b"
    r"|\battorney-client\b|\bviews expressed\b|^(?:vat|company registered|registered office)\b|^(?:photo(?:graph)?s?"
    r"|images?|source)(?: by|:| credit| courtesy)|\bgetty images\b|\bnot a (?:lawyer|doctor|physician|solicitor)\b"
    r"|^powered by (?:wordpress|\w+bb|vbulletin|discourse|shopify|zendesk|drupal|joomla|smf|xenforo|invision"
    r"|blogger)\b|^(?:theme|style) by \w+$|^time ?zone\b|^made with love\b|\bthis article is a stub\b",
    # hotlines and offices
    r"\b(?:agents|advis[eo]rs|operators|lines|representatives|colleagues) are (?:currently |all )?busy\b"
    r"|\bplace in (?:the|our) queue\b|\bin the queue\b|\bcalls? (?:is|may|are|will|has)\b.{0,20}\b(?:recorded"
    r"|important|answered|monitored|logged)|^press (?:\d|one|two|zero|hash|star) (?:for|to)\b|\bhold the line\b"
    r"|^please hold\b|\bstay on the line\b|\banything else (?:i|we) can\b",
    r"\byour (?:patience|understanding)\b|^your (?:\w+ )?(?:order|message|enquiry|inquiry|request|feedback|call"
    r"|place)\b.{0,20} (?:has been|was|is) (?:received|important|being|logged|registered|processed|assigned)\b"
    r"|\bapologi[sz]e for (?:any|the) (?:inconvenience|delay)|^thank(?:s| you) for (?:your|calling|contacting|visiting"
    r"|reading|choosing|shopping)\b|\bcurrently offline\b|\bget back to you\b|\b(?:open|submit"
    r"|raise) a (?:new )?(?:ticket|case)\b|^customer notified\b",
    r"^find (?:a|your|us|our)\b.{0,25}\b(?:near|branch|store|nearest)|^book (?:an?|your) free\b",
    r"^download (?:the |our |as )?(?:free )?(?:pdf|app|brochure|now|here)(?:$|:| (?:now|today|here|for|from)\b)"
    r"|^(?:watch|listen to|play) (?:the|this|our) (?:video|article|podcast|episode|audio)\b|^\d+ min(?:ute)?s? read\b"
    r"|^print (?:this|page|version|article)\b|^share (?:this|on|via|with)\b|\bfollow us\b|\b(?:like|find"
    r"|visit) us on\b|^subscribe\b|\bour newsletter\b|\bstay tuned\b|^scan the qr code to\b|\bwe(?:'re| are) hiring\b"
    r"|^(?:read|see) also\b|^click (?:here|below)\b|\btips,? (?:and|&) tricks\b|\bdownload will start\b|\bnever miss\b",
)
# when somebody is there: no furniture where that is what was asked
HOURS = any_of(
    r"^(?:opening|office|business|visiting|service|consultation) (?:hours|times)\b|^(?:we are |our \w+ is )?(?:open"
    r"|closed) (?:daily|on (?:public|bank|sun|sat|week|mon)|from|between|mon|seven|24)|\bclosed on (?:public|bank"
    r"|sundays|weekends)|^mon(?:day)?s? ?(?:-|–|to|through) ?(?:thu|fri|sat|sun)",
)
ASKS_WHEN = re.compile(r"\b(?:when|time|times|hours|late|early|open|closed|days?)\b")
# who asks how to do something of their own is told in words of buttons
ASKS_HOW = re.compile(r"\b(?:i|me|my|we|our)\b")
# words of buttons, notices, threads, offers and hotlines: a few lines of nothing else are furniture
BUTTONS = (
    {stem(word) for word in STOCK}
    | STOCK
    | {
        stem(word)
        for word in word_set("""
    tap expand collapse enlarge zoom overview external jump retrieved archive source history view rss feed tell send
    sent whatsapp login logout reply newbie senior junior posts reputation op work working same problem issue solved
    close off-topic duplicate migrated protected wiki locked title changed wrong moved spam deleted removed mobile
    typos origin original message scanned viruses print printed printing privileged confidential intended auto-reply
    leave away delivery recipients failed ticket create chat chatting number hold holding menu minutes landline
    hours lunch visit satisfaction priority trust quote e-book limited offer sale ends buy sell stock usually ships
    item stars reviews compare prices basket proceed checkout empty ads amazon associate qualifying purchases paid
    partner partnership affiliate premium show hidden registered error unavailable bad request url server broken
    database connection inactive inactivity slow verify prove human flash player play turn privacy necessary notice
    legal accessibility condition warranty unauthorised unauthorized copying prohibited belong respective owners
    declare conflict interest reprinted medically published version valid document id rev fig figure without
    directions choose select option category submit cancel ok saved drag drop file files result found chosen
    increase font size dark mode translate translated machine voted poll schedule demo stand centre admin moderator
    lock edited modified updated forum subforum rule guidelines thread topic post today now year month day week hour
    ago second busy moment queue operator automatic automatically resolved escalated assigned level tier
    notification pending status await logged session expired refresh reload load loading access denied forbidden
    robot captcha characters secure protection style theme powered hosted designed developed maintenance back
    temporarily oops went something try exist looking attachment delete addressee monitored mailbox unread draft
    folder subject sender forward video audio podcast listen watch episode transcript caption volume pdf brochure
    leaflet flyer order cart bag wishlist voucher coupon gift save off cheap best bestseller popular trending
    recommended similar related suggested likes dislike followers profile avatar signature badge rank joined guest
    user username forgot remember keep stay connect network channel tweet retweet pin hashtag group event calendar
    rsvp booking reservation opening closed holiday bank public weekend entrance parking floor lift nearest branch
    located map maps google route purposes general professional opinions expressed views necessarily reflect
    guaranteed complete accuracy liable damage risk imprint vat company ltd inc gmbh rights photo picture courtesy
    credit author editor editorial staff writer columnist tags tagged filed label categories previous next newer
    older first last page pages sort filter newest oldest relevance toggle main skip scroll swipe press key enter
    type search find go people free encyclopedia answer question require satisfied valued value rated cost call
    calls everybody sorry added seen reported flagged already another hearing experience advise obligation owner
    name created bug approved rejected confirmed processed received processing correspondence reference merged
    bumped featured exclusive bonus winner contest sweepstakes survey hi hello dear cheers everyone folks guys mod
    edit permission allowed
""")
    }
)
# first words of buttons
ORDERS = word_set("""
    skip jump go back read show load see view learn find get take play watch listen write join choose select add
    copy print download submit continue open close toggle search share follow like leave send sent subscribe sign
    log register login accept reject manage enable click tap press scroll report mark edit delete save cancel expand
    collapse compare proceed schedule book order buy contact visit translate increase change enter rate vote try
""")
# of BUTTONS, the words that a few words on any matter have
COMMON = frozenset(
    stem(word)
    for word in word_set("""
    year month day week hour ago second minute minutes today now first last next public people working work without
    weekend lunch human person free cost price general back down off level name number damage risk condition play
    table file event group help need think step individual different case doctor physician provider medical
    treatment value previous continue detail content result report service product order limit similar related
    popular complete change show provide position rate increase source history original map expert professional
    company limited vote receive end same stay address number reference correspondence
""")
)
# items of menus: two or more beside each other make one
MENU = word_set("""
    home about us careers press contact imprint privacy terms legal cookies help faq sitemap blog jobs login logout
    register search news support shop products services next previous prev first last top back like share comment
    follow subscribe reply quote report print e-mail email tweet pin save edit delete flag permalink map directions
    parking views tags article articles topics profile settings account downloads events gallery partners policy
    centre center popular
""")

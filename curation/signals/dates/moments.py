"""What English says of the moment of writing: days named from it, what was just done, what is awaited."""

from __future__ import annotations

from curation.signals.wordings import Wording
from winnow.text.calendar import FEASTS, MONTH_NUMBERS, MONTHS, SEASONS, VERBS, WEEKDAYS, any_name
from winnow.text.units import NUMBER_WORDS
from winnow.text.words import any_of

ABBREVIATED = any_name((form for form in MONTH_NUMBERS if form not in MONTHS), but=MONTHS)
MONTH = rf"(?:{any_name(MONTHS)}|{any_name(SEASONS)}|fall|(?:{ABBREVIATED})\b\.?)"
DATE = (
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:(?:early|late|mid|the end of) ?-?)?(?:{MONTH}[ ,]*)?(?:\d{{1,2}}(?:st|nd"
    rf"|rd|th)?,? )?(?:of )?(?:19|20)\d\d|\d{{1,2}}[./](?:\d{{1,2}}[./])?(?:19|20)\d\d)"
)
FEW = r"(?:(?:few|couple of|two|three|four|several|\d+) )?"
DATED = any_of(
    rf"\bas (?:of|at) (?:{DATE})",
    r"\b(?:status|updated|revised|reviewed|accessed|retrieved|valid|current|correct|accurate|stand|checked"
    r"|verified)\b[ :]{1,2}"
    rf"(?:(?:as of|as at|on|in|until|through|to|since|from):? )?{DATE}",
    r"\b(?:will|is going to|(?:is|are) (?:expected|scheduled|set|due|planned|slated) to|is to) (?:[\w']+ ){0,5}"
    rf"(?:in|by|on|for|during|until|from) (?:the )?{DATE}\b",
    rf"\b(?:quoted|rates|prices|figures|fees) (?:(?:are|is) from|as of|as at) {DATE}",
    rf"\b(?:plans?|intends?|wants?|aims?) to (?:[\w']+ ){{0,5}}(?:in|by|from) (?:the )?{DATE}\b",
    r"\b(?:applies|valid|true|holds) (?:only )?(?:to|for) (?:the )?(?:\w+ )?(?:year|season|term) (?:19|20)\d\d\b",
    rf"\b(?:from|starting|as of|effective) {DATE},? (?:[\w']+ ){{0,6}}(?:will|is going to|are going to"
    r"|(?:is|are) (?:set|due|scheduled|expected|planned) to)\b",
    r"\b(?:currently|presently|now|at (?:present|the moment|this moment)|right now)[, ]+(?:[\w']+ ){0,6}(?:19"
    r"|20)\d\d\b",
    r"\b(?:valid|applies|apply|true|holds?) (?:only )?(?:for|in|during|until) (?:the )?(?:(?:19|20)\d\d\b|season)",
    r"\b(?:the )?(?:upcoming|forthcoming|soon-to-be-released) (?:\w+ ){0,2}(?:19|20)\d\d\b",
)
SEASON = (
    rf"(?:year|month|week|weekend|fortnight|quarter|semester|fall|{any_name((*SEASONS, *FEASTS))}"
    rf"|{any_name(MONTHS, but=VERBS)})"
)
DAY = rf"(?:{any_name(WEEKDAYS)})"
ONE_TO_TEN = list(NUMBER_WORDS)[1:11]
N = (
    rf"(?:(?:another|about|around|roughly|just|only|less than|under|the next) )?(?:an?|{any_name(ONE_TO_TEN)}|twelve"
    r"|few|a few|(?:a )?couple(?: of)?|several|half an?|\d+)"
)
SPAN = rf"{N} (?:more |short )?(?:hours?|days?|weeks?|weekends?|fortnights?|months?)"
# what happens once and is heard of: to laws, prices, products, offices, people in them
NEWS = (
    r"(?:abolished|agreed|amended|announced|appointed|approved|arrived|banned|become|begun|broken|cancelled|changed"
    r"|closed|come|confirmed|cut|doubled|dropped|elected|ended|entered|extended|fallen|finished|fixed|gone|hit|halted"
    r"|imposed|increased|introduced|issued|joined|launched|left|lifted|lowered|merged|moved|named|opened|overhauled"
    r"|passed|postponed|published|put|raised|reached|redesigned|rejected|released|removed|renamed|reopened|repealed"
    r"|replaced|resigned|risen|rolled|shipped|signed|started|stepped|suspended|switched|taken|unveiled|updated"
    r"|upgraded|voted|won)"
)
# of which it is said that they aren't there yet
AWAITED = (
    r"(?:decided|announced|approved|released|published|confirmed|set|named|appointed|launched|fixed|scheduled|ratified"
    r"|signed|settled|resolved|finali[sz]ed|agreed|implemented|ruled|passed|shipped|started|opened|arrived|peaked)"
)
RELEASE = r"(?:version|release|build|update|patch|hotfix|edition|firmware|model|upgrade|sprint|nightly)"
# the state of things on that day
CIRCUMSTANCE = (
    r"(?:lockdown|heat ?wave|crisis|outage|pandemic|epidemic|outbreak|strikes?|shortages?|wave|drought|war|conflict"
    r"|measures|restrictions|backlog|disruptions?|emergency|incident|downturn|recession|storm|snow|closure"
    r"|construction|renovations?|works|maintenance|sale|campaign|talks|negotiations|tensions|election|lawsuit"
    r"|migration|demand|weather|head of|director|owner|leader|holder|management|legislature)"
)
# wordings, each with letters of which a text must have some: most texts have few of them
RELATIVE = [Wording.of(hints, pattern) for hints, pattern in (
    ("as of ", rf"\bas of (?:this writing|now|today|yesterday|tonight|last|late|early|mid|this (?:week|month|year)"
     rf"|q[1-4]|{DAY}|{SEASON})\b"),
    ("this writing|press time", r"\bat (?:this writing|press time)\b"),
    ("time of |time this ", r"\b(?:at (?:the )?time of (?:this )?(?:writing|publication|publishing|posting|printing"
     r"|going to press|post|answer|answering|reply)|(?:at the )?time this (?:\w+ )?(?:was|is) (?:being )?(?:written"
     r"|published|posted))\b"),
    (" was ", r"\bwhen (?:this|the) (?:(?:article|page|text|answer|entry|guide|leaflet|faq|post|document) )?was"
     r" (?:written|published|posted)\b"),
    ("updated|reviewed|revised|modified", r"\b(?:last|recently) (?:updated|reviewed|revised|modified)\b(?: on)?:?(?= "
     r"|$)"),
    ("upcoming|forthcoming|impending", rf"\b(?:the |our |its |their )?(?:upcoming|forthcoming"
     rf"|impending) (?:\w+ ){{0,2}}(?:{RELEASE}|season|election)\b|\b(?:the|our|its|their|this|his|her) (?:upcoming"
     rf"|forthcoming|impending) \w+|\b(?:is|are) (?:forthcoming|upcoming|impending|imminent)\b"),
    (" ago", rf"\b{SPAN} ago\b|\b(?:minutes|moments?|not long) ago\b"),
    ("today's ", r"\btoday's (?:\w+ )?(?:prices?|rates?|weather|date|news|meeting|session|vote|match|game|announcement"
     r"|release|decision|update|forecast|special|deal|figures|paper|issue|lesson|class|episode|article|post"
     r"|lecture)\b"),
    ("it's |it is |today is |tomorrow is ", rf"\b(?:it's|it is|today is|tomorrow is) (?:already |only |still )?(?:{DAY}"
     rf"|{SEASON})\b"),
    ("day", rf"\bsince (?:last )?{DAY}\b|\b(?:this|last|next|coming|until|since) {DAY}\b"),
    ("day", rf"\b(?:starting|effective|beginning|as of|from) {DAY}\b(?! ?(?:to|through|thru|until|till|-|–))"),
    ("day's ", rf"\b{DAY}'s (?:\w+ )?(?:meeting|vote|hearing|game|match|election|announcement|session|release|debate"
     rf"|decision|ruling|storm|summit|deadline|budget)\b"),
    (" this ", r"\b(?:earlier|later|late|early) this (?:year|month|decade|week|morning|afternoon|evening)\b"),
    ("coming ", rf"\b(?:the|this) coming {SEASON}\b"),
    ("ce last |ce this ", rf"\bsince (?:last|this) {SEASON}'s\b"),
    ("out of stock|sold out", r"\b(?:out of stock|sold out) (?:until|till|at)\b"),
    ("coming ", r"\b(?:coming|following) (?:weeks|months)\b|\bcoming days\b"),
    (" another |the next |a further ",
     r"\b(?:is|are|applies|apply|remains?|stays?|runs?|lasts?|valid|open|closed|available"
     r"|staffed)\b[^.!?]{0,30} for (?:another|the next|a further) (?:\w+ )?(?:hours?|days?|weeks?|months?)\b(?!\?)"),
    ("over |during ",
     r"\b(?:over|during) (?:easter|christmas|the (?:bank |public |festive )?(?:holidays?|season|weekend))\b"
     r"[^.!?]{0,60}\b(?:only|closed|open|staffed|reduced|unavailable)\b"),
    ("on holiday|on leave|on vacation|on sick|on maternity|on paternity|on parental|on annual",
     r"\bon (?:(?:sick|maternity|paternity|parental"
     r"|annual) )?(?:holiday|leave|vacation)\b[^.!?]{0,20}\b(?:until|till|this week|next week|at the moment)\b"),
    ("at present ",
     r"\bat present,? (?:the|our) (?:average )?(?:waiting|wait|queue|price|rate|fee|office|branch|line|hotline"
     r"|delivery|processing)\b"),
    ("price|rate|score|balance|temperature|fee",
     r"\b(?:current|latest|today's) (?:\w+ )?(?:price|rate|score|balance|temperature"
     r"|fee) (?:is|stands at|sits at|of)\b[^.!?]{0,40}\b(?:but|until|as of|and (?:rising|falling))\b"),
    ("of my writing|time of writing|of this writing", r"\bas of (?:my|the time of|this) writing\b"),
    ("day", rf"\b(?:goes|go|going) (?:up|down) (?:on|next|this|from|by) {DAY}\b"),
    ("in stock", r"\b(?:left|remaining) in stock\b"),
    (" due ", rf"\b(?:is|are) due (?:on )?(?:this |next )?{DAY}\b"),
    ("in recent ", r"\bin recent (?:days|weeks|months)\b"),
    ("this |last |next ", rf"(?<!the )\b(?:this|last|next|this (?:coming|past)) {SEASON}\b(?!['\u2019])"),
    ("next term|last term|this term|this season|last season|next season", r"(?<!the )\b(?:next (?:term|season)|(?:since"
     r"|until) (?:last|next) (?:term|season)|this (?:term|season) only)\b"),
    # whose subject is this year's; advice speaks of it further on: "compare last year's bill"
    ("'s ", rf"(?:^|[.!?:] ?)(?:this|last|next) {SEASON}'s\b"),
    ("current |present |incumbent |newly elected ", r"\b(?:the )?(?:current|present|incumbent"
     r"|newly elected) (?:\w+ )?(?:president|minister|chancellor|governor|mayor|ceo|champions?|record|record holder"
     r"|monarch|secretary|chair|chairman|chairwoman|coach|captain|editor|ambassador|pope|king|queen|tenant|squad"
     r"|line-?up|issue|exhibition|menu|forecast)\b"),
    ("current |ongoing |present |continuing |coming ", rf"\b(?:the|this|our|an?) (?:current|ongoing|present|continuing"
     rf"|coming) (?:[\w-]+ )?(?:{CIRCUMSTANCE}|academic year|school year|season|semester|winter|summer)\b"),
    ("current |present ", r"\b(?:in|given|due to|because of|under) the (?:current|present) (?:situation|circumstances"
     r"|climate|conditions|tax year|academic year|school year|season)\b"),
    ("recent ", r"\b(?:a|the|its|our|this) (?:very )?recent (?:update|change|decision|ruling|law|release|announcement"
     r"|election|merger|amendment|reform|vote|outage|incident|price \w+)\b"),
    ("the past |the last ", r"\b(?:in|since|over) the (?:past|last) (?:few|couple(?: of)?|two|three|several) (?:days"
     r"|weeks|months)\b(?! of)"),
    ("just |newly ", rf"\b(?:has|have|was|were|'s|'ve) (?:only just |just |newly )(?:been )?{NEWS}\b|\bjust (?:came out"
     rf"|went up|went down|now\b)|\bi(?:'ve)? just (?:checked|tried|called|looked|tested|asked)\b"),
    ("right now|these days|nowadays|until further notice|for the time being|so far this |immediate", r"\b(?:right now|t"
     r"hese days|nowadays|until further notice|for the time being|so far this \w+|effective immediately"
     r"|with immediate effect)\b"),
    (" now", rf"\bfor (?:{SPAN}|days|weeks|months) now\b"),
    ("now", r"\b(?:any (?:day|minute|moment|time|week|hour) now|(?:up to|until|till) now|now that (?:the|we|our)\b"
     r"|(?:are|is) now (?:open|closed|hiring|on sale|accepting (?:orders|applications)))\b"),
    ("for now|the moment|the present", r"\bfor (?:now|the moment|the present)(?=[,.;:!)]|$)"),
    (" stand|speak|i write|to press", r"\bas (?:things|matters|it|they) (?:now |currently |presently )?stands?\b"
     r"|\bas (?:we speak|i write)\b|\bgo(?:ing|es) to press\b"),
    ("soon|shortly|corner|tuned|this space|limited time|limited period|stocks last|supplies last|pipeline|offing",
     r"\b(?:coming|launching|released|available|back|open|out|follow) (?:very |again |online )?(?:soon"
     r"|shortly)(?=[.,;:!)]|$)|\b(?:just )?a?round the corner\b(?= ?[,.;:!)])|\bstay tuned\b|\bwatch this space\b"
     r"|\bfor a limited (?:time|period)\b|\bwhile (?:stocks?|supplies) lasts?\b|\bin the (?:pipeline|offing)\b"),
    ("breaking|just in|news|latest", r"^(?:breaking|latest|news)[\w ]*[:!]|^just in[:!]|\bthis just in\b"),
    ("in the last |in the past ", r"\b(?:in|over|within) the (?:last|past) (?:\d+|two|three|few) (?:hours|days"
     r"|weeks) alone\b"),
    ("end of q|by q|in q", r"\b(?:by|before|in|until) (?:the )?(?:end of )?q[1-4](?=[.,;!]|$)"),
    (" now ", r"\b(?:is|are|he's|she's) now (?:aged )?\d+\b|\b(?:has|have) now (?:reached|passed|risen|fallen|grown"
     r"|started|begun|resigned|died|retired|reopened|closed)\b"),
    ("so far", r"(?:^|[.!?] )so far,? \d|\bno \w+ so far\b"),
    ("just ", r"\bjust (?:announced|released|launched|unveiled|introduced|published)\b(?! (?:that|by|before|after)\b)"),
    ("rolling ", r"\b(?:is|are|'re|'m|am) (?:currently |now |still )?rolling (?:this |it )?out\b"),
    ("stands at ", r"\bnow stands at\b"),
    ("a record ", r"\ba record (?:low|high)\b(?! of)"),
    ("holidays|happy |merry ", r"\b(?:happy (?:holidays|new year|easter)|merry christmas)\b"),
    ("back on ", rf"\b(?:we're|we are|we'll be|i'm|i am) back on (?:{DAY}|{MONTH}|the \d)"),
    ("stand heute|stand: |stand vom ", r"\bstand(?: heute|: \d| vom \d)"),
    ("degrees", r"\bit(?:'s| is) (?:currently |now )?(?:\S+ )?degrees\b"),
    ("last ", r"\blast time (?:i|we) (?:checked|looked)\b|\b(?:i|we) last (?:checked|looked)\b"
     r"|\bat (?:the )?last count\b"),
    ("day only|week only|weekend only|month only|only today", r"\b(?:one|this|to) ?(?:day|week|weekend|month) only\b"
     r"|\bonly today\b"),
    ("too early|early days|to be seen", r"\b(?:too early to (?:say|tell|know)|it's early days|remains to be seen)\b"),
    ("from now on|this very ", r"\bfrom now on\b|\bthis very (?:week|day|month|year|moment)\b"),
    (" since ", rf"\bit(?:'s| is| has been) (?:now |already |only |just ){SPAN} since\b"),
    ("as from|effect from|effective ", rf"\b(?:as from|with effect from|effective(?: from)?) (?:\d|(?:{SEASON}"
     rf"|{DAY})\b(?! \d))"),
    ("tba|tbc|tbd|to be announced|to be confirmed|will follow|to follow", r"\b(?:tba|tbc|tbd)\b|\b(?:yet|still|date"
     r"|details|is|are) to be (?:announced|confirmed)\b|\b(?:details|information|updates?|announcement) (?:will"
     r"|to) follow\b"),
    ("today|yesterday|this morning|last night", r"\b(?:updated|checked|reviewed|published|posted"
     r"|revised) (?:\w+ )?(?:today|yesterday|this morning|last night)\b"),
    ("today", r"\b(?:open|closed|down|unavailable|off|cancelled|delayed|out|shut|announced|released|confirmed|published"
     r"|launched|introduced|voted|reported|day|week|down|ill|away) (?:\w+ )?today\b(?!')|\btoday (?:because|due|only"
     r"|until|at \d)|\b(?:later|earlier|from|until|till|starting|since|before) today\b|^today\b(?!')"),
    ("this morning|this afternoon|this evening|tonight|midnight", r"\b(?:since|until|till|from|by|through|later|earlier"
     r"|late) (?:this (?:morning|afternoon|evening)|tonight|midnight tonight)\b|\b(?:was|were|been|has|had"
     r"|have) (?:\w+ ){1,4}this (?:morning|afternoon|evening)\b"),
    ("today:|tonight:|morning:|afternoon:|evening:|yesterday:|last night:", r"\b(?:today|tonight|this (?:morning"
     r"|afternoon|evening)|yesterday|last night):"),
    ("the next |the coming ", rf"\b(?:in|within) the (?:next|coming) {FEW}(?:hours?|days?|weeks?|months?)\b"),
    (" from now| from today", rf"\b(?:{FEW}(?:days|weeks|months)|{SPAN}) from (?:now|today)\b"),
    ("' time|'s time", rf"\bin {SPAN}' time\b|\bin an? (?:hour|day|week|fortnight|month|year)'s time\b"),
    ("writing this |typing this |type this|posting this ",
     r"\b(?:writing|typing|posting) this (?:in|on|at|from|while)\b"
     r"|\bas i type this\b"),
    # how an answer begins: "In this tax year, …", "According to this week's figures, …"
    ("this |last |next |the current |the present |the new |the coming |season",
     r"^(?:(?:in|under|during|for|after|since|following|according to|until|from|by|with|due to|because of|given|at) "
     rf"(?:[\w'-]+ ){{0,3}}|(?=this (?!is |was |means |includes )))(?:(?:last|next) {SEASON}(?:'s)?"
     rf"|this (?:[\w-]+ ){{0,2}}(?:{SEASON}|term|season|beta)(?:'s)?|the (?:current|present|new|coming)"
     rf" (?:[\w-]+ ){{0,2}}(?:{SEASON}|term|government|administration|minister|legislation|leadership|season|beta"
     r"|version|release|edition|rates?|rules?|figures|tariff)(?:'s)?)"
     r"(?: [\w'-]+){0,3}[,:]|^(?:in|for|during) the (?:19|20)\d\d[/-]\d\d (?:season|edition|year)\b"
     rf"|^for the next {FEW}(?:days|weeks|months)\b"),
    ("back in |run-up|temporary ", r"^back in (?:19|20)\d\d\b|^in the run-up to (?!an?\b|any\b)|^temporary (?:notice"
     r"|arrangements?|rules?|hours)\b"),
    ("now", r"\bas the \w+ (?:now|currently) stands?\b|\bwhere (?:it|they) (?:is|are|stands?) now\b"),
    (" was ", r"\b(?:that|this|it) was (?:the (?:rule|case|law|price|rate|fee|policy|position|situation)|true"
     r"|correct|so|right) in (?:early |late )?(?:19|20)\d\d\b|\bit was when i \w+"),
    (" still ", r"\b(?:is|are) still (?:going through|before (?:the )?(?:court|parliament|congress|senate)"
     r"|in (?:committee|negotiations?|talks|draft))\b"),
    ("after next", r"\b(?:week|month|year|weekend) after next\b"),
    ("state of |any day|any minute|any moment|current level|present level|current rate|when i ",
     r"\bthe state of (?:play|affairs)\b|\bchange any (?:day|minute|moment)\b|\bat (?:its|their) (?:current|present)"
     r" (?:level|rate)s?\b|\bwhen i (?:worked|lived|studied|applied) (?:there|here|for|at)\b"),
    ("month of|week of|year of", r"\bin (?:the|its|our) (?:\w+ )?(?:first|second|third|fourth|fifth|sixth|last) (?:week"
     r"|month|year) of the (?:trial|pandemic|lockdown|strike|crisis|war|pilot|outbreak|season)\b"),
    ("midnight|tonight|tomorrow", r"\b(?:ends?|expires?|closes?) (?:at midnight|tonight|tomorrow)\b"),
    ("live ", r"\blive (?:ticker|blog|updates?|feed|coverage)\b|\bgo(?:es)? live (?:at (?:midnight"
     r"|noon|\d)|tonight|tomorrow|this|next|on \d)"),
    ("because of the current |due to the current ", r"\b(?:because of|due to) the current (?:\w+ )?(?:rules"
     r"|regulations?|guidelines|situation|staffing|workload)\b"),
    (" today", r"\b(?:rate|price|temperature|weather|forecast|score|index) today\b"),
    (" now", r"\b(?:is|are) (?:\w+ )?(?:on sale|out|available|live|streaming|showing) now\b|\b(?:on sale|out) now[!.]"
     r"|\bin (?:cinemas|stores|theat(?:re|er)s|shops) now\b"),
    ("online|viewing|watching|browsing", r"\b\d+ (?:users?|guests?|members?|visitors?|people|viewers?) (?:are )?"
     r"(?:currently|now) (?:online|viewing|watching|browsing)\b|\b\d+ (?:users?|guests?|members?"
     r"|visitors?) (?:are )?online\b"),
    ("day's ", rf"\b(?:ahead of|before|after|following|during) {DAY}'s \w+"),
    ("stock", r"\bwhile (?:\S+ ){0,3}stocks? lasts?\b"),
    ("early bird|early-bird|black friday|cyber monday", r"\bearly[- ]bird\b|\b(?:black friday|cyber monday) (?:deals?"
     r"|sales?|offers?)\b"),
    ("before the end ", r"\b(?:sign up|register|order|book|subscribe|enrol+) (?:now |today )?before the end of (?:the"
     r"|this) (?:week|month|year)\b"),
    ("next update|tatus: ", r"\bnext update (?:in|at|on|is|will)\b|\bstatus: (?:in progress|investigating|ongoing"
     r"|under review|awaiting)\b"),
    ("fortnight", rf"\b(?:in|within) the (?:next|coming) {FEW}fortnights?\b"),
    ("currently |presently ", r"\b(?:we|we're|we are|i'm|i am|(?:our|the) \w+ (?:is|are)) (?:currently|presently)"
     r" (?:seeing|receiving|facing|dealing with|suffering|recruiting"
     r"|looking for|working on|building|testing|planning)\b"),
    ("update|edit", r"(?:^|[.!?\n] ?)(?:update|edit)(?: \(|, |:| \d)"),
    ("latest |newest |most recent ", r"\bthe (?:latest|newest|most recent) \w+, the \w+|\bis (?:currently )?(?:the|our"
     r"|their) (?:latest|newest|most recent) (?!(?:of|in|study|studies|research|case|review|common)\b)\w+"),
    ("this evening|this morning|this afternoon", r"\bthis (?:evening|morning|afternoon)(?=[.,;!]|$)"),
    ("(current", r"\(current(?:ly)?\)"),
    ("newest |latest |most recent |next |current |last ", rf"\b(?:newest|latest|most recent) {RELEASE}\b|\b(?:the|our"
     rf"|its|this) (?:next|current|latest|newest|last) (?:\w+ )?(?:version|release|build|update|patch|firmware)\b"),
    ("current |new |incoming |outgoing ", r"\b(?:the )?(?:current|new|incoming|outgoing) (?:government|administration"
     r"|cabinet|coalition|minister|parliament|management|board|tariff|season)\b(?= (?:\w+ ){0,2}(?:plans?|wants?"
     r"|intends?|expects?|announced|is|has|will|takes))"),
    ("yet", rf"\b(?:has|have|is|are|been)(?: not|n't) (?:\w+ )?yet (?:been )?{AWAITED}\b|\b(?:has|have|is"
     rf"|are) yet to (?!be (?:known|identified|determined|established|understood|elucidated|discovered|found"
     rf"|billed))\w+|\b(?:not|n't) (?:been )?{AWAITED} yet\b|\b(?:nothing|nobody|no one|none) (?:[\w']+ ){{1,4}}yet\b"
     rf"|\bno (?:\w+ ){{1,4}}yet(?=[.,;!]|$)|(?:n't|\bnot) (?:out|available|ready|live|open|supported|over|finished"
     rf"|complete|public|arrived) yet(?=[.,;!]|$)|\b(?:we|officials|authorities|experts|the \w+) (?:\w+n't|(?:do|did"
     rf"|have|has|is|are) not) (?:\w+ ){{1,3}}yet(?=[.,;!]|$)"),
    ("so far", r"(?<!found )(?<!seen )\bso far(?=[.!]|$)"
     r"|\bso far (?:in (?:19|20)\d\d|this (?:year|month|week|season))\b"),
    ("left|remain|to go", rf"\b(?:only|just|still) (?:{N}|a handful of|[a-z]+)? ?(?:\w+ )?(?:places?|spots?|seats?"
     rf"|tickets?|slots?|rooms?|copies|copy|units?|spaces?|vacanc(?:y|ies)|appointments?|days?|weeks?|hours?"
     rf"|months?) (?:are |is )?(?:left|remain(?:s|ing)?|to go)\b"),
    ("left|remain|away|to go", rf"\b{N} (?:days|weeks|months) (?:(?:away|to go)(?=[.,;!]|$)|(?:left|remaining"
     rf"|to go) (?:until|to|before)\b)"),
    ("back |away |leave |off |office ", rf"\b(?:is|are|i'm|will be) (?:back|away|off|on leave"
     rf"|out of (?:the )?office) (?:\w+ ){{0,3}}(?:on|until|till|from|next|in) (?:{DAY}|{SEASON})\b"),
    ("sold out|hurry|last chance", r"\b(?:almost|nearly|already) sold out\b|\bhurry\b[,!:]|\bso hurry\b"
     r"|\blast chance to\b"),
    ("enter|reached|in its |in their ", r"\b(?:enter(?:s|ed)|reached|is in|are in) (?:its|their) (?:first|second|third"
     r"|fourth|fifth|\d+(?:st|nd|rd|th)) (?:straight |consecutive )?(?:wave|day|week|round)\b"),
    ("beta|alpha|nightly|-rc| rc", r"\b(?:in|the|public|open|closed) (?:public |open |closed )?(?:beta|nightly"
     r"|alpha)(?:[.,;!]| (?:is|was|phase|stage|program|test|from|of the day))|\b\d+\.\d+[-. ]?(?:beta|alpha"
     r"|rc ?\d?)\b"),
    ("version |release | v.| v1| v2| v3| v4| v5| v6| v7| v8| v9", r"\b(?:new|latest|current|introduced|upcoming|on|at"
     r"|running|using|until|since|before) (?:version|release|v\.?) ?\d+\b|\b(?:version|release) \d+(?:\.\d+)* (?:is"
     r"|will|was|came|comes|has|ships)\b"),
    ("arrives|ships|launches|lands|comes out|will be|due|coming", r"\b[a-z]* ?\d+(?:\.\d+)* (?:arrives|ships|launches"
     r"|lands|comes out|will be (?:out|released|launched)|is (?:out now|due out|coming (?:soon|out)))\b"),
)]  # fmt: skip
# said of any time as well, so that they count only in a file that seldom says them
ADVERB_HINTS = (
    "present|moment|this time|recently|lately|of late|meantime|currently|yesterday|tomorrow|tonight|last night"
    "|this morning|this afternoon|not yet"
)
ADVERB = [Wording.of(ADVERB_HINTS, any_of(
    r"(?:^|[.!?:;(] ?|\n)(?:at (?:present|the moment|this time)|presently|recently|lately|of late|in the meantime)\b",
    r"\bat (?:present|the moment|this moment)(?=[.;!)]|$)",
    r"\b(?:currently|presently|yesterday|tomorrow|tonight|last night|this morning|this afternoon|not yet)\b",
))]  # fmt: skip

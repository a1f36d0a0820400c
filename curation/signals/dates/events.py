"""What English says of one event in time, unless it speaks of anyone's: "the desk is closed until Monday"."""

from __future__ import annotations

from curation.signals.dates.moments import CIRCUMSTANCE, DAY, NEWS, ONE_TO_TEN, SPAN, N
from curation.signals.wordings import Wording
from winnow.text.calendar import FEASTS, MONTHS, SEASONS, any_name
from winnow.text.words import any_of

# what ends, begins or changes once
EVENT = (
    r"(?:opens?|reopens?|starts?|begins?|closes?|ends?|expires?|launch(?:es)?|arrives?|comes? (?:out|back|in)"
    r"|go(?:es)? (?:live|up|down|on sale|offline|online|out)|takes? (?:effect|office|place|over)|moves? to|(?:comes?"
    r"|enters?) into (?:force|effect)|is back|are back|returns?|retires?|resumes?|leaves?|changes?|meets?|decides?"
    r"|votes?|runs? out|kicks? off|ships?|lands?|drops?|rises?|plays?|is playing|are playing|steps? down|runs? until"
    r"|is running)"
)
ONE_OFF = (
    r"(?:our|new|offer|sale|strike|lockdown|promotion|code|registration|enrol?ment|applications?|exhibition|trial"
    r"|hearing|ban|rule|rules|law|renovations?|construction|repairs?|works|closure|election|vote|campaign"
    r"|deadline|survey|pilot|beta|tickets?|prices?|rates?|fees?|portal|site|website|server|system|app|team|committee"
    r"|board|court|parliament|government|ministers?|judge|bridge|road|bonus|budget"
    r"|competition|auction|conference|festival|tour|show|series|film|album|episode|draft|bill|merger|manager|mr|mrs|ms"
    r"|dr|prof)"
)
FUTURE = (
    r"(?:will|'ll|won't|is to|are to|to be \w+ed|going to|may|might|should (?:be (?:back|finished|ready|done|here"
    r"|over|fixed)|get|arrive)|expects?|expected|plans?|planned|hopes?|due"
    r"|awaited|scheduled|slated|intends?)"
)
MOMENT = (
    rf"(?:(?:the (?:\w+ ){{1,2}}of )?(?:early |late |mid-?|the |\d+ )?(?:{any_name((*MONTHS, *SEASONS, *FEASTS))}"
    rf"|new year|{DAY}|weekend|holidays)\b(?! months)(?! (?:mornings?|(?:\d\d?(?:st|nd|rd|th)?,? |of )?\d{{4}}"
    rf"|(?:and|or|to|through|until) {DAY})))"
)
# said of one event, unless the sentence speaks of anyone's: "your card arrives in three days"
BE = r"(?:is|are|am|'s|'re|'m|isn't|aren't|has been|have been)"
# of offices, services, products: how they are for a while
STATE = (
    r"(?:open|closed|shut|down|out|off|offline|online|unavailable|free|full|booked|sold|suspended|blocked|halted"
    r"|paused|waived|based|housed|located|relocated|disabled|limited|live|back|over|pending|ongoing|at large|at \d"
    r"|leading|ranked|(?:first|second|third|last)\b(?!-)|in (?:beta|progress|talks|development|force|office|power|his"
    r"|her|its|their)|on (?:version|sale|hold|strike|leave)|under \w+|not (?:out|available|open|working|fixed|ready"
    r"|back)|being (?!tested|studied|investigated|conducted|evaluated|developed|explored|researched)\w+|to be \w+ed)\b"
)
# the same with no adverb to say so
UNUSUAL = (
    r"(?:being (?:migrated|renovated|rebuilt|redesigned|rewritten|upgraded|phased out|rolled out|moved|refurbished"
    r"|accepted|sold|revised|updated|prepared|drafted|debated|negotiated|repaired|voted on|finali[sz]ed|audited|built"
    r"|set up|recalled|translated|investigated by)|under (?:construction|renovation|maintenance)|out of (?:office|order"
    r"|service|use)|on (?:(?:parental|maternity|sick|annual) )?(?:leave|strike|vacation)|sold out|down for"
    r"|short-staffed|understaffed|fully booked|under ?way|in the (?:process|middle) of (?!the\b)\w+|(?:eagerly )?"
    r"awaited"
    r"|awaiting (?!your)\w+|pending(?=[.,;!]|$)|on (?:its|the|their) way(?=[.,;!]|$)|behind schedule|ahead of schedule"
    r"|on track to|running late|planning to|preparing to|considering \w+ing|aiming to|due (?:out|back|any)|(?:expected"
    r"|set|poised|slated|due|scheduled) to (?:open|close|start|launch|announce|resign|retire|reopen|resume|arrive"
    r"|expire|be (?:released|announced|published|completed|approved|launched|signed|replaced|introduced)))"
)
ONCE = [Wording.of(hints, pattern) for hints, pattern in (
    ("current|present|temporar| now| still|already|moment", rf"\b{BE} (?:currently|presently|temporarily|now|still"
     rf"|already|at present|at the moment) {STATE}(?! patients)|\b(?:currently|presently|temporarily) {STATE}"
     rf"|\bthere is still no\b"),
    ("being |under|out of | on |sold out|down for|booked|staffed|process of|middle of|await|pending|schedule|late"
     "|planning |preparing |considering |aiming |due |expected to |set to |poised |slated ",
     rf"{BE} (?:currently |temporarily |now |still |also |all |widely )?{UNUSUAL}\b"),
    ("been ", r"\b(?:has|have) been (?:(?:down|closed|out|offline|unavailable|on strike|missing|ill|away|open"
     r"|running) (?:since|for)|postponed|cancell?ed|extended|suspended|rescheduled|called off|put on hold|lifted"
     r"|scrapped|pushed back|brought forward)\b"),
    ("we're |we are |i'm ", r"\b(?:we're|we are|i'm) (?:experiencing|seeing|having (?:problems|trouble|issues)"
     r"|migrating|hiring|moving|renovating|waiting for|looking into|out of|on version|running|testing)\b"),
    ("ongoing|way|in progress|continuing|expected|due|scheduled|planned|outstanding|imminent|down|slow", r"\b(?:recruit"
     r"ment|talks|negotiations|investigations?|repairs|renovation|trial|study|decision|vote|verdict|ruling|announcement"
     r"|results?|data|judgment|release|report|fix|patch|update|successor|statement|hearing|approval"
     r"|replacement) (?:\w+ ){0,4}(?:is|are) (?:still )?(?:ongoing|under ?way|in progress|continuing|expected|due"
     r"|scheduled|planned|outstanding|imminent)\b|\b(?:phones?|lines?|servers?|website|site|systems?|app|service"
     r"|network|portal) (?:is|are|has been|have been) (?:\w+ )?(?:down|slow)\b"),
    ("in a |in an |in the |in another |in half |in several |in about |in just |in less |in 1|in 2|in 3|in 4|in 5|in 6"
     "|in 7|in 8|in 9" + "".join(f"|in {number} " for number in ONE_TO_TEN),
     rf"\b{EVENT} (?:\w+ ){{0,3}}in (?:{SPAN}|{N} minutes)\b"),
    ("deadline is |launch is |event is |election is |hearing is |opening is ",
     rf"\b(?:deadline|launch|event|election|hearing|opening) is in {SPAN}\b"),
    ("closed for ", r"\bclosed for (?:renovations?|refurbishment|repairs?|maintenance|stocktaking"
     r"|the (?:day|week|season))\b"),
    (" now before ", r"\b(?:is|are|bill|case|motion) now before (?:the )?\w+"),
    ("31|30|29|28|27|26|25|24|23|22|21|20|1|2|3|4|5|6|7|8|9",
     rf"\b{ONE_OFF} {EVENT} (?:on )?\d{{1,2}}(?:st|nd|rd|th)? (?:{any_name(MONTHS)})\b(?! \d)"),
    ("done|complete|finished|ready|booked|sold", r"\bis (?:now |already |currently )?\d+ ?(?:%|percent|per cent) "
     r"(?:done|complete[d]?|finished|ready|booked|sold)\b"),
    ("while the |while our |while this ", rf"\bwhile (?:the|our|this) (?:\w+ )?(?:{CIRCUMSTANCE}|helpdesk|office|branch"
     r"|server|website|system|shop|store) (?:continues?|goes on|go on|lasts?|persists?|is (?:closed|down|away)|are"
     r" (?:closed|down))\b"),
    ("expected to |due to |set to |scheduled to ", r"\b(?:is|are) (?:expected|due|set|scheduled) to (?:comment|announce"
     r"|speak|vote|rule|testify|resign)\b"),
    ("expects |expecting |await", r"\b(?:expects?|expecting|awaits?|awaiting) (?:an? |the |new |more |our |next )*"
     r"(?:deliver(?:y|ies)|shipments?|stock|suppl(?:y|ies)|decision|ruling|announcement)\b"),
    ("about to ", rf"\b(?:is|are) about to (?:be \w+|{EVENT})\b"),
    ("recently ", rf"\brecently (?:been )?{NEWS}\b"),
    ("until the |till the |since the |y the |at the ", r"\b(?:until|till|since) the (?:very )?(?:end|beginning|start"
     r"|middle) of (?:the |this )?(?:week|month|quarter|year|season|semester|term|summer|day)\b|\b(?:will|to|plans?"
     r"|should) (?:[\w'-]+ ){1,8}(?:by|at) the end of (?:the|this) (?:week|month|quarter|year|season|semester)\b"),
    ("soon|shortly|before long", r"\b(?:will|'ll|going to|plans? to|hopes? to|expects? to|intends? to|coming|ending"
     r"|opening|starting|closing|more|see you|back) (?:[\w'-]+ ){0,8}(?:soon|shortly|before long)(?=[.,;:!)]|$)"
     r"|\b(?:will|'ll|should) (?:soon|shortly) (?:be )?\w+"),
    (" soon| shortly", r"\b(?:is|are|'s|'re) \w+ing (?:[\w'-]+ ){0,5}(?:soon|shortly)(?=[.,;:!)]|$)"),
    ("demand|volume|interest|workload", r"\bdue to (?:the )?(?:\w+ )?(?:high|increased|unprecedented|exceptional|heavy"
     r"|strong) (?:\w+ )?(?:demand|volumes?|interest|workload)\b"),
    ("strike|outage|lockdown|pandemic|heat|storm|snow|shortage|renovation|maintenance|migration|merger|restruct",
     r"\b(?:due to|because of|owing to|during|throughout|until|since|once|as soon as) the (?:\w+ )?(?:strikes?|outage"
     r"|lockdown|pandemic|heat ?wave|storm|snow|shortage|renovations?|maintenance|migration|merger|restructuring)\b"),
    ("trading at |trades at ", r"\b(?:trading|trades) at [£$€]?\d"),
    ("latest ", r"\bthe latest (?:polls?|figures|numbers|data|estimates?|surveys?) (?:show|put|suggest|say|is|are)"),
    ("the past |the last ", r"\b(?:over|in|during|since) the (?:past|last) (?:week|month|quarter|weekend)\b(?! of)"),
    ("recent ", r"\b(?:in (?:the )?light of|due to|because of|given|following|after) (?:the )?recent (?:events?"
     r"|developments?|changes?|attacks?|incidents?|storms?|outage|news|announcement|decision|ruling|election)\b"),
    ("interim |acting |caretaker |outgoing |incoming ", r"\b(?:the|our|an?) (?:interim|acting|caretaker|outgoing"
     r"|incoming) (?:director|head|president|minister|manager|ceo|chair\w*|mayor|coach|government|secretary|editor"
     r"|principal)\b"),
    ("rest of the |rest of this |remainder of ", r"\bfor the (?:rest|remainder) of (?:the|this) (?:day|week|month|year"
     r"|season|semester)\b"),
    ("moment|at present|point in time", r"\bat (?:(?:the|this) (?:present )?moment|present"
     r"|this point in time)\b(?! (?:of|when|that|in|on|at|the|where)\b)"),
    (" yet", r"(?:n't|\bnot|\bnever) (?:(?!known|clear|understood|identified)\w+ ){1,6}yet(?=[.,;!]|$)"),
    ("in a few |in a couple ", r"\bin a (?:few|couple of) (?:hours|days|weeks|months)\b"),
    ("within ", r"\b(?:will|could|should|expected to) (?:\w+ ){1,6}within (?:hours|days|weeks|months)\b"),
    ("until |till ", r"\b(?:until|till) (?:the|our|a) (?:new )?(?:vaccine|crisis|merger|takeover|reform|fix|patch"
     r"|update"
     r"|situation|government"
     r"|minister|law|bill|election|court|investigation|repairs?|server|website|restrictions?|ban|release|replacement"
     r"|successor|version)\b"),
    (" is ", r"\b(?:sale|offer|strike|competition|vote|registration|voting|match|game) is (?:still |now )?(?:on|open"
     r"|running|over)(?=[.!,;]|$)"),
    ("no ", r"\bno (?:\w+ )?(?:date|decision|announcement|agreement|verdict|successor|fix|timeline|winner) (?:has been"
     r"|is|was) (?:set|made|taken|announced|reached|found|fixed|given|named|available)\b"),
    ("won't be ", r"\bwon't be (?:\w+ )?(?:until|before)\b"),
    ("by then", r"\b(?:should|will|'ll) (?:[\w'-]+ ){1,4}by then\b"),
    ("currently |presently |at present|moment", r"\b(?:currently|presently) (?:unavailable|closed|open|down"
     r"|on (?:version|sale|hold|strike|leave)|out|offline|running|experiencing|hiring|in (?:beta|progress|talks|office"
     r"|power|his|her|its|their)|undergoing|(?:first|second|third|last)\b(?!-)|leading|ranked|waiting"
     r"|(?:stands? )?at \d)|\b(?:currently|presently|at present|at the moment),? (?:[\w']+ ){0,6}(?:[£$€]?\d[\d.,]*"
     rf"|{any_name(ONE_TO_TEN[1:])}) ?(?:%|percent|per cent|euros?|dollars?|pounds?|weeks?|days?|months?"
     r"|hours?|minutes?|users?|members?)"),
    ("current ", r"\bthe current (?:\w+ ){0,2}(?:rate|price|fee|balance|version|record|waiting time|wait|number) (?:is"
     r"|stands at|of) [£$€]?(?:\d|v)"),
    ("the 1|the 2|the 3|the 4|the 5|the 6|the 7|the 8|the 9",
     r"\b(?:until|till|to|on|by) the \d+(?:st|nd|rd|th)(?=[.,;!]|$)"),
    ("new ", r"\b(?:our|the) new (?:[\w'-]+ ){1,3}(?:starts?|begins?|takes? (?:over|office|effect)|go(?:es)? live"
     r"|opens?|launches|joins?|comes? into)\b"),
)]  # fmt: skip
# of a day or a month without its year, as a file may speak of them by habit
MOMENT_HINTS = (
    f"{any_name((*MONTHS, *SEASONS, *FEASTS), but=('may',))}|nday|sday|iday|rday|weekend|today"
    "|in may|of may|by may|from may|til may|ill may|ly may|te may|mid-may|ce may|re may"
)
SCHEDULED = [Wording.of(MOMENT_HINTS, any_of(
    rf"\b{FUTURE} (?:[\w'-]+ ){{0,8}}?(?:in|on|by|from|before|until|till|after|over|during|for) {MOMENT}",
    rf"\b{ONE_OFF} (?:[\w'-]+ ){{0,4}}?{EVENT} (?:[\w'-]+ ){{0,5}}?(?:in|on|by|from|before|until|till|after|over)"
    rf" {MOMENT}",
    r"\b(?:closed|open|valid|available|extended|postponed|delayed|moved|rescheduled|pushed|forward|suspended|leave"
    r"|accepted|running|runs|lasts|away|offered|reduced|booked|full)"
    rf" (?:(?!{DAY})[\w'-]+ ){{0,5}}?(?:until|till|through|to|from|before) {MOMENT}",
    rf"\b(?:reopens?|resumes?|go(?:es)? live|comes? out|takes? office|moves?) (?:[\w'-]+ ){{0,5}}?(?:in|on|by)"
    rf" {MOMENT}",
    rf"\b(?:was|were|has been|have been) (?:\w+ )?{NEWS} (?:[\w'-]+ ){{0,5}}?on {DAY}\b",
    rf"\bsince {MOMENT}",
    r"\b(?:isn't|aren't|is|are|was|were|has|have|won't|will) (?:(?!used|known|still|most|common|also)[\w'-]+ ){1,5}"
    r"today\b(?!')",
))]  # fmt: skip

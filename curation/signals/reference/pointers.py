"""The wordings by which a question points to a text, a picture, a talk or a thing that isn't there.

>>> ELSEWHERE.search("what does the highlighted line mean?").group()
'the highlighted line'
"""

from __future__ import annotations

from winnow.text.words import any_of

THING = (
    r"(?:passage|text|paragraph|article|table|figure|image|picture|diagram|chart|graph|code|example|statement|question"
    r"|answer|section|document|list|sentence|data|information|case|scenario|condition|method|options?|mentioned|step"
    r"|message|reply|response|e-?mail|letter|comment|post|point|line|page|slide|chapter|exercise|task|item|part"
    r"|conversation|discussion|instructions?)"
)
SEEN = (
    r"(?:passage|text|paragraph|article|table|figure|image|picture|diagram|chart|excerpt|extract|abstract|snippet"
    r"|attachment|screenshot|(?:graph|photo|photograph|poem|story|speech|lecture|dialogue|cartoon|infographic|clip"
    r"|transcript)(?! (?:(?:of|by|called|about)\b|[A-Z'\"“‘])))"
)
SAID = (
    r"(?:mentioned|described|shown|listed|discussed|stated|given|referred to|noted|named|printed|displayed|pictured"
    r"|quoted|cited|outlined|explained|highlighted|marked|depicted|specified)"
)
ELSEWHERE = any_of(
    r"\bthe (?:above|aforementioned|aforesaid|foregoing)[- ][a-z]+|\bsame (?:question|thing|problem|issue|message"
    r"|error)\b(?! as)",
    rf"\b(?:the )?(?:previous(?:ly)? mentioned|preceding|previous)[- ](?:\w+ ){{0,2}}{THING}\b",
    r"\bthe [a-z]+ (?:(?:that|which) )?(?:[iI]|we|you|he|she|they) (?:just |already |have |had |'ve )?(?:posted"
    r"|attached|showed|shared|mentioned|uploaded|pasted|forwarded|linked|quoted|drew|circled|highlighted)\b",
    r"\b(?:years?|months?|periods?|quarters?|values?|amounts?|prices?|figures?|items?|numbers?|ones?|words?"
    r"|names?) (?:shown|displayed|pictured|depicted|illustrated|highlighted|circled|underlined|listed|given)(?=[?.,]"
    r"|$)",
    r"\b(?:(?:statements?|options?|gaps?|blanks?|diagrams?|graphs?|pictures?|images?|slides?|sketch|tubes?|samples?"
    r"|passages?) (?:no\.? |number )?(?:\d{1,3}|[IVX]{1,4}|[A-H])|(?:box(?:es)?|lines?|paragraphs?|footnotes?|columns?"
    r"|rows?) (?:no\.? |number )?\d{1,3})(?=[?.,)]|$| (?:is|are|was|were|in|on|and|or|to|mean|say|cause|do|does"
    r"|incorrect|correct|true|false|above|below)\b)",
    r"\bthe (?:left|right)(?:-hand (?:[a-z]+)| (?:column|box|panel|margin|picture|image|graph))\b",
    r"\b(?:marked|label+ed|indicated|highlighted|denoted|ticked|circled) (?:with|by) (?:the|an?) (?:\w+ )?(?:arrow"
    r"|asterisk|star|cross|tick|x|dot|circle|letter|line)\b",
    r"\bthe \w+ (?:(?:that|who|which) )?(?:[iI]|we) (?:spoke|talked|wrote|saw|met|called|rang|chatted|dealt) (?:(?:to"
    r"|with|about|at) )?(?:yesterday|earlier|last|before|on the phone|this morning|today|you)\b",
    r"\b(?:on|in|from) (?:my|the|your) (?:screenshot|attachment|scan|upload|printout|screen ?grab|recording)\b",
    r"\b(?:attached|pasted|copied|posted|quoted|reproduced|printed|inserted|linked) (?:below|above|here)\b",
    r"\byou (?:gave|told|sent|showed|prescribed|recommended|suggested|quoted|promised) (?:him|her|me|us"
    r"|them)\b.*\b(?:last|before|earlier|yesterday)\b",
    r"\b(?:take|use|have|give|buy|put|mix|wear|combine|eat|drink|keep) (?:these|those|both)(?= (?:together|with|at|for"
    r"|in|on|before|after|every|and)\b|[?.])",
    r"\bthe (?:one|ones) (?:in|on|shown|above|below)\b(?! the)|\bmy (?:answer|solution|attempt|calculation)\b"
    r"|\bthe (?:previous|last|above|original) (?:poster|commenter|user|speaker|reply|answer|comment|caller)\b",
    r"\byour \w+ (?:from|of) (?:yesterday|last|this|earlier)\b|\bthe \w+ you (?:just )?(?:gave|explained|listed|showed"
    r"|suggested|recommended|wrote|said|posted|mentioned|typed|quoted|described|linked|named)\b",
    r"\bof the (?:study|experiment|survey|story|poem|novel|author|speaker|investigation|interview|lawsuit|appeal"
    r"|dispute|battle|ceremony|essay|film|movie|speech)[?.]?$",
    r"\bthe (?:underlined|highlighted|circled|shaded|marked|selected) (?:lines?|rows?|columns?|cells?|parts?|values?"
    r"|numbers?|boxes|box|field)\b",
    r"\blines? \d+ of the\b|\b(?:in|from|at|of|by) the (?:video|audio|podcast|infobox|lecture|slideshow|worksheet"
    r"|handout|triangle|cartoon|infographic|map|timeline|exhibit)(?=[?.,]|$)|\baccording to the (?:infobox|map"
    r"|timeline|report|invoice|receipt)\b",
    r"\bthe \w+ (?:\w+(?:ed|ing) )?(?:on|at|in) the (?:left|right|top|bottom|foreground|background|middle"
    r"|corner)(?=[,?.]|$)",
    r"\bthe (?:old |young |little )?(?:girl|boy|man|woman|lady|guy|couple|twins|suspect|defendant|claimant|plaintiff"
    r"|appellant|accused)(?:'s)? (?:when|did|do|does|find|get|see|feel|wear|wore|carry|react|respond|reply|decide|die"
    r"|live|leave|go|become)\b",
    r"\b(?:the|this) patient's (?:most likely|likely|diagnosis|chief|blood|age|symptoms|history|next|condition)\b",
    r"\bthe (?:\w+ )?(?:\w+s|people|men|women|children) (?:shown|listed|pictured|depicted|displayed)(?=[?.,]|$| (?:is"
    r"|are|was|were|has|have|does|do)\b)",
    r"\byou (?:change|improve|fix|think|correct|edit|rate|grade)\b.*\bmy (?:essay|draft|code|homework|paragraph"
    r"|sentence|poem|manuscript|text|answer)\b|\bthat (?:remark|comment|noise|sentence|joke)(?=[?.,]|$)",
    r"\bas (?:mentioned|described|stated|said|shown|explained|discussed|noted|written|listed|agreed) (?:in (?:my|your"
    r"|our|the)|by you|on the|over the|during)\b|\b(?:my|your|our) (?:previous|last|earlier|first) (?:mails?|letters?"
    r"|calls?|messages?|e-?mails?|posts?|questions?|tickets?)\b",
    rf"\bthe (?:circumstances|facts|events|conditions|reasons|figures|steps|rules|results) {SAID}\b|\bthe (?:two|three"
    rf"|four|five|main|only|other) \w+ {SAID}\b|\bA, B,? (?:or|and) C\b|\bof that (?:year|month|day|period"
    rf"|decade)(?=[?.]|$)",
    r"\byou(?:'re| were| are) (?:talking|speaking|asking) about\b|\byou (?:meant|had in mind)\b",
    r"^who (?:won|lost|scored|attended|called|wrote)(?: in| at)? (?:the|this|that) (?:match|game|race|meeting|vote|bet"
    r"|duel|final|contest|debate)\b[?.]?$|^what (?:was|were|is|did) (?:the (?:outcome|result|purpose|topic"
    r"|subject) of )?the (?:meeting|survey|experiment|match|game|interview|debate|vote|hearing|incident|call)(?: find"
    r"| show| say| decide)?[?.]?$",
    r"\b(?:shown|shaded|colou?red|marked|circled|highlighted|underlined|outlined|label+ed|drawn|printed"
    r"|written) in (?:green|red|blue|yellow|black|bold|italics?|gr[ae]y|orange|purple|pink|dark|light|colou?r"
    r"|pencil)\b",
    r"\bthe (?:man|woman|boy|girl|lady|guy|child|person|people|men|women|children) (?:in|with|on|wearing|holding"
    r"|standing|sitting|behind|next to|doing|say|saying|talking|likely|probably|mean|want|trying)\b",
    r"\b(?:that|this) (?:season|game|match|episode|chapter|election|race|battle|meeting|incident|trip|scene)[?.]?$"
    r"|\bin this (?:case|scenario|example|instance|situation|passage|story|picture|image)[?.]?$",
    r"\b(?:in|of|from|to|on|by|about|with|does|do|did|is|are) (?:the|this|that) (?:code|given|provided|above|below"
    r"|accompanying|adjacent|opposite|short|next|whole|entire|reading|source|math|attached|enclosed|original"
    rf"|previous|preceding|second|first|third|last) {SEEN}\b",
    r"\b(?:[iI]|we) (?:posted|sent|showed|shared|attached|described|pasted|uploaded) (?:\w+ )?(?:earlier|before|above"
    r"|yesterday|you|here|last)\b|\bas [iI] (?:said|wrote|mentioned)\b|\bin part \(?[a-e1-9]\)?[?.]?$",
    rf"\b(?:{SAID}|as) (?:above|earlier|previously|before)\b|\bthe above[?.]?$|\b(?:as|see|than) (?:above|below)\b"
    rf"|\b{SAID} (?:below|here|there|on the (?:left|right))\b",
    # a reader's questions on a text, and references by number
    r"\bthe (?:authors?|narrator|writer|poet|protagonist|main character)(?:'s)?\b(?! (?:(?:of|who|behind|in an?)\b"
    r"|[A-Z]))",
    r"\bthe (?:speaker|lecturer|professor|interviewee|reviewer|presenter)(?:'s (?:main|point|tone|attitude|argument"
    r"|view|opinion|purpose)| (?:say|said|respond|react|reply|recommend|suggest|mean|argue|claim|feel|think|address"
    r"|conclude|mention|believe|want|describe|refer|imply|talk))",
    r"\b(?:to|in|from|at|on|of|with|by|after|before|do|skip|solve|answer|read|explain|understand) (?:the )?(?:step"
    r"|question|exercise|problem|number|line|option|point|item|page|paragraph|figure|table|task|slide|example|sentence"
    r"|stanza|verse) (?:no\.? )?(?:\d+[a-e]?|[a-e]|one|two|three|four|five|six|seven|eight|nine|ten)(?=[?.]|, |$)",
    r"\bthe \w+ (?:on|at) the (?:left|right|top|bottom)(?=[,?.]|$)|\b(?:attached|enclosed)[?.]$",
    r"\b(?:the|this|that|your|my) (?:attached|enclosed) \w+|\b(?:your|my|the) (?:last|previous|earlier) (?:message"
    r"|reply|response|e-?mail|letter|comment|post)\b",
    r"\b(?:see|refer to|look at) (?:the )?(?:attached|enclosed|below|above|(?i:exhibit|figure|table|appendix))\b",
    r"\b(?:to|in|from|at|on|of|with|explain|by) (?i:question|exercise|problem|exhibit|lines?|paragraph|figure|slide"
    r"|notes?|footnote|row|column|stanza|verse|item|appendix|cell|frame) \d+\b",
    r"^(?:regarding|concerning|about|re|following|further to|referring to|in (?:reply|response|answer) to"
    r"|with reference to|thanks? (?:you )?for) (?:the|your|our|my) (?:last |recent |kind )?(?:letter|e-?mail|message"
    r"|call|reply|post|comment|answer|note|invoice)\b",
    # what was said somewhere: "within the stated period", "of these patients"
    r"\bthe (?:stated|indicated|quoted|cited|depicted|pictured|said) [a-z]+",
    r"^(?:what|which) (?:percentage|proportion|share|fraction|number|part|percent|majority|half) of (?:these|those"
    r"|the) [a-z]+s\b(?! (?:who|that|with|of|in|on|from|for|at)\b)(?!.*\b[A-Z])",
    r"\b(?:using|from|use) (?:the|this|these) (?:table|graph|chart|diagram|figure|map|data|passage|text|picture|image"
    r"|results|clues)(?=,| to |[?.]|$)|\bthe one (?:after|before|next to|below|above|under|behind) (?:that|this|it)\b",
    r"\b(?:from|on|in) the (?:last|previous|next) (?:page|post|thread)\b(?! of)|\bthe (?:first|second|third|fourth"
    r"|last) ingredient\b|\bfield \d+[a-z]?(?=[?.,]|$)|^[^\d]*\bon that (?:day|date|night)\b(?!.*\d)",
    r"^which (?:graph|diagram|picture|figure|image|map|table|chart|photo) (?:shows?|represents?|best|correctly|matches"
    r"|illustrates)\b",
    r"\byour (?:first|second|last|other|previous|earlier) (?:suggestion|idea|proposal|option|solution|example|tip"
    r"|method|plan|recommendation)\b|\bwhat (?:we|i|you) just (?:did|said|discussed|wrote|made|built)\b",
    r"\bthe ones? (?:on|at|in) the (?:left|right|top|bottom|middle|picture|photo)\b|\bin the (?:blank|gap)s?(?=[?.,]"
    r"|$)|\bin the (?:top|bottom|left|right|middle) (?:row|column|line|corner|box|cell)\b",
    r"\b(?:in|on|from) the (?:letter|leaflet|flyer|screenshot)\b(?! (?:of|from|that|to|[iI]|you|we|which)\b)",
    r"\b(?:by|of) the (?:text|passage|extract)(?=[?.,]|$)|\bthe answer to (?:number|question|no\.?|exercise|problem"
    r"|part)\b|^why (?:was|did|is)[^?]*the (?:second|third|last|other) time[?.]?$",
    r"\bthe (?:first|second|third|last|other) (?:speaker|witness|caller|candidate|applicant)\b",
    r"\bthe (?:blue|red|green|white|black|yellow|big|small|large|long|short|cheaper|smaller|bigger"
    r"|larger) ones?(?=[?.,]|$| or\b)|\b\w+s above(?=[?.,]|$| (?:is|are|was|were|which|that|do|does)\b)|\b(?:the"
    r"|which) answer choices?\b",
    r"\bthe (?:first|second|third|last|other) experiment\b|\bones? enclosed\b|\b(?:the|this) (?:answer key"
    r"|case study)\b|\byou (?:only |just )?listed\b|\bin the (?:sentence|abstract|extract|transcript)(?=[?.]|$"
    r"| (?:differ|mean|say|refer)\b)",
    r"\bthe [a-z]+ in (?:red|green|blue|yellow|black|bold|italics?|brackets|quotation marks)\b",
    r"\b(?:with|in|of|for) my (?:code|script|query|formula|regex|proof|calculation|solution|attempt)(?=[?.,]|$)",
    r"\b(?:in|from|under|by|of) (?:section|chapter|clause|annex|appendix) \d+(?:\.\d+)*(?=[?.,]|$)",
    r"\bthe (?:previous|last|other|first) one(?=[?.,]|$)|\bthe following (?:short |long |whole )?(?:article|passage"
    r"|paragraph|text|excerpt|extract|poem|story|snippet|e-?mail|letter|dialogue)\b(?! [a-z]+s\b)|\b(?:happened"
    r"|released?|won|did|published)\b.*\bthe following (?:year|month|season)(?=[?.]|$)",
    r"\bon the (?:map|diagram|chart|graph|picture|photo|image|slide|timeline)(?= (?:does|do|is|are)\b|[?.,]|$)"
    r"|\byou (?:can )?see here\b|\byour colleague (?:told|said|suggested|mentioned|promised)\b|\bthe (?:correct "
    r"|right )?answer (?:is )?[A-E]\b|\bthe (?:defendant|plaintiff|appellant|claimant|accused|suspect) in this (?:case"
    r"|trial|lawsuit)\b|\b[a-z]+ you (?:sent|posted|attached|shared) (?:yesterday|earlier|before|last)(?=[?.,]|$)",
    r"\bdid the (?:nurse|doctor|teacher|driver|officer|judge|captain|customer|patient|witness|student|clerk|guard"
    r"|mother|father|sister|brother|son|daughter|stranger|visitor) (?:say|tell|ask|reply|decide|find|see|hear|leave"
    r"|bring|give|hide|want|do)\b",
    r"\bthe [a-z]+ below\b(?! (?:the|a|an|all|average|normal|zero|sea|freezing|which)\b)",
    # a part of an exercise, a picture, a recording; orders for a text that should follow
    r"\byour (?:answer|reply|response) to\b|\b(?:part|question|problem) \([a-h]\)(?!:)",
    r"\b(?:[Oo]ption|[Cc]hoice) [A-E]\b|\bA, B, C,? (?:or|and) [D-E]\b",
    r"\bthe (?:last|first|second|third|next|final) (?:step|part|point|line|paragraph|sentence|bit|example|slide"
    r"|bullet)\b(?! (?:of|in|to|for|is)\b)|\b(?:in|on|from|for|of|by) the \w+ (?:shown|depicted|pictured|illustrated"
    r"|provided)(?=[?.,]|$)",
    r"^how (?:many|much) (?:are|is|were|was|do|did) (?:left|remaining|there|it|they|that|those|missing|over)\??$",
    r"^\(?(?:part|question|q|no)\.? ?\(?(?:[a-h]|\d{1,2})\)? ?[:.)]|^\((?:continued|cont\.?|cont'd)\)",
    r"\bthe (?:\w+ )?(?:underlined|highlighted|shaded|circled|bold(?:ed|face)?|italici[sz]ed|missing) (?:word|words"
    r"|phrase|sentence|part|term|text|area|region|section|letter|item)s?\b|\blabell?ed [A-Z\d]\b",
    r"\bfill in the (?:blanks?|gaps?)\b(?!.*_)",
    r"\b(?:listen to|watch) the (?:recording|audio|video|clip|tape|dialogue|conversation|lecture)\b",
    rf"\bthe (?:scenario|situation|case|passage|diagram|experiment|study|facts|argument) {SAID}(?=[,.?]|$)",
    r"^\D*\b(?:in|during|for|at|by) that (?:quarter|year|period|month|week|decade|region|stage)\b(?!.*\d)",
    # an order for what should follow; "evidence suggests that:" is a sentence to complete
    r"^(?!the |in |on |at )(?:(?!is |are |was |were |of )[a-z]+ ){1,4}(?:this|these|the following"
    r"|the) (?:\w+ ){0,3}(?!(?:that|because|when|by|if|as|is|are|was|were|to|of|on|in|through|from|with"
    r"|for) ?:)\w+ ?:$",
    rf"\bthe (?:next|following) {THING}[?.]?$|(?<!which of )\bthe following[?.]?$",
    r"^(?:is|are) the following \w+ \w+[?.]?$|\b(?:as|than) (?:before|the ones? (?:before|above|below))[?.]?$",
    r"^(?:is|are|does|do|did|would|will|can|could) the same(?:\?| (?:apply|true|hold|go|be|happen|work|possible|for"
    r"|the case|thing)\b)",
    r"^(?:how|can|could|should|may|do|does|would|will)(?: (?:do|can|could|should|would|[iI]|we|you|they|he|she|one|to"
    r"|also))* do the same\b(?! as)",
    r"\b(?:which|either|neither|both|one|any|each) of (?:the|these|those) (?:two|three|four|five)\b(?! \w+s\b|.* or )"
    r"|\b(?:these|those) (?:two|three|four|five)\b(?! \w+s\b|.* or )",
    # what was said is missing: "If not, why not?"
    r"^(?:and |but |or )?if (?:so|not|yes|no)(?=[,?.]|$| (?:why|what|how|which|where|when|who)\b)|^(?:and |but "
    r"|so )?(?:why|how|what|when|where|who) not\b\??$",
    rf"\b(?:according to|based on|in|from|per|does|do|of) (?:the|this|that) (?:{SEEN}|context|document)\b",
    r"\b(?:according to|based on|going by|judging (?:by|from)|given|in light of|considering) (?:the|this|that|these"
    r"|those) (?:conversation|discussion|interview|e-?mails?|messages?|scenario|review|notes?|exchange|thread|log|chat"
    r"|leaflet|brochure|flyer|poster|syllabus|catalogue|call|recording|ad|advertisement|notice|memo|schedule|map"
    r"|timeline|letter|report|results|data|information|facts|clues?|description|instructions?|study|experiment|options"
    r"|choices|input|prompt)(?=[,?.]|$| (?:so far|what|which|who|why|how|where|when|is|are|did|does|do|can|could|would"
    r"|should|will|it|he|she|they|we|you|above|below|given|provided|shown)\b)",
    rf"\b(?:the|this|that) {SEEN} (?:above|below|says?|describes?|means?|shows?)\b",
    r"\b(?:the|this|that|these) (?:former|latter|first|second|third|last|other|same) (?:one|ones|option|case|point"
    r"|item|part)\b",
    r"\bin the (?:\w+ )?(?:example|figure|paragraph|passage|text|table) (?:above|below)\b|^and then\?",
    r"\bin the (?:first|second|third|fourth|last) (?:paragraph|line|sentence|section|chapter|column|row)\b",
    r"\bthe (?:former|latter)\b|\bthe (?:first|left|former|upper) or the (?:second|right|latter|lower)(?=[?.,]|$)"
    r"|^(?:and |so |but |ok |okay )?(?:what|how) about (?:it|that|this|them|those|these|the other)\b",
    r"^and (?:the|that|this|those|these) \w+(?: \w+)?\?|\b(?:as|like) (?:[iI]|we|you) (?:said|mentioned|asked"
    r"|discussed|told)\b",
    r"\b(?:you|he|she|they) (?:just )?(?:said|mentioned|told me)\b|\bdid you mean\b",
    r"^what (?:happen\w*|comes?|came|follow\w*|else) (?:next|then|after (?:that|this)|afterwards)\b",
    # "And for businesses?": half a question, whose other half stood before it
    r"^(?:and|but|or|what about|how about) (?:(?:if|for|in|with|on|at|by|when|without|to|as|what"
    r"|how) )?(?:\w+ ){0,3}\w+\?$",
    r"\bthe [a-z]+ above\b(?! (?:the|a|an|all|average|normal|zero|sea)\b)|\bbetween (?:the two|both|them)\b"
    r"|\bthe two\?$",
    r"\bwhat (?:does|do|did|is) (?:this|that|these|those) (?:\w+ ){1,2}mean(?:t|ing)?\b",
    rf"^(?:please )?(?:explain|describe|summari[sz]e|interpret|discuss|translate) (?:the|this|that) {SEEN}[.?]?$",
)

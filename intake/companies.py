"""Lists what people call companies, where the register calls them otherwise, or others, too."""

from typing import Final

#: One company, and nothing else that anybody would mean here.
_SURE = """
amazon.com AMZN; nvidia NVDA; apple AAPL; tesla TSLA; microsoft MSFT; amazon AMZN; netflix NFLX; palantir PLTR;
gamestop GME; game stop GME; intel INTC; broadcom AVGO; coinbase COIN; oracle ORCL; qualcomm QCOM; micron MU;
salesforce CRM; boeing BA; pfizer PFE; moderna MRNA; walmart WMT; costco COST; starbucks SBUX; spotify SPOT;
airbnb ABNB; shopify SHOP; facebook META; meta META; meta platforms META; instagram META; disney DIS;
walt disney DIS; ford F; ford motor F; general motors GM; toyota TM; honda HMC; ferrari RACE; stellantis STLA;
rivian RIVN; lucid LCID; lucid motors LCID; nio NIO; xpeng XPEV; li auto LI; jpmorgan JPM; jp morgan JPM; jpm JPM;
j.p. morgan JPM; jpmorgan chase JPM; bank of america BAC; bofa BAC; citigroup C; citibank C; wells fargo WFC;
goldman sachs GS; goldman GS; morgan stanley MS; charles schwab SCHW; schwab SCHW; blackrock BLK; blackstone BX;
american express AXP; amex AXP; mastercard MA; visa V; paypal PYPL; capital one COF; us bancorp USB;
robinhood HOOD; sofi SOFI; affirm AFRM; interactive brokers IBKR; microstrategy MSTR; marathon digital MARA;
riot platforms RIOT; exxon XOM; exxon mobil XOM; exxonmobil XOM; chevron CVX; conocophillips COP; occidental OXY;
schlumberger SLB; halliburton HAL; bp BP; royal dutch shell SHEL; petrobras PBR; nextera NEE; enphase ENPH;
solaredge SEDG; first solar FSLR; sunrun RUN; plug power PLUG; advanced micro devices AMD; amd AMD; tsmc TSM;
taiwan semiconductor TSM; asml ASML; applied materials AMAT; lam research LRCX; texas instruments TXN;
analog devices ADI; marvell MRVL; arm holdings ARM; super micro SMCI; supermicro SMCI; super micro computer SMCI;
dell DELL; ibm IBM; cisco CSCO; hewlett packard HPQ; western digital WDC; seagate STX; adobe ADBE; servicenow NOW;
snowflake SNOW; crowdstrike CRWD; cloudflare NET; datadog DDOG; mongodb MDB; okta OKTA; zscaler ZS;
palo alto networks PANW; palo alto PANW; fortinet FTNT; sentinelone S; twilio TWLO; atlassian TEAM; workday WDAY;
intuit INTU; docusign DOCU; dropbox DBX; zoominfo GTM; uber UBER; lyft LYFT; doordash DASH; instacart CART;
snapchat SNAP; pinterest PINS; roblox RBLX; electronic arts EA; take-two TTWO; roku ROKU; warner bros WBD;
warner brothers WBD; warner bros discovery WBD; comcast CMCSA; verizon VZ; at&t T; t-mobile TMUS; tmobile TMUS;
nike NKE; lululemon LULU; home depot HD; lowe's LOW; lowes LOW; best buy BBY; macy's M; macys M; kohl's KSS;
kroger KR; dollar general DG; dollar tree DLTR; etsy ETSY; ebay EBAY; chewy CHWY; carvana CVNA; alibaba BABA;
pinduoduo PDD; jd.com JD; baidu BIDU; sea limited SE; mercadolibre MELI; mcdonald's MCD; mcdonalds MCD;
chipotle CMG; domino's DPZ; yum brands YUM; coca-cola KO; coca cola KO; coke KO; pepsi PEP; pepsico PEP;
procter & gamble PG; procter and gamble PG; johnson & johnson JNJ; johnson and johnson JNJ; j&j JNJ; colgate CL;
kraft heinz KHC; mondelez MDLZ; beyond meat BYND; philip morris PM; altria MO; tyson foods TSN; eli lilly LLY;
lilly LLY; merck MRK; abbvie ABBV; amgen AMGN; gilead GILD; regeneron REGN; bristol myers BMY; bristol-myers BMY;
novo nordisk NVO; novo NVO; astrazeneca AZN; novartis NVS; sanofi SNY; novavax NVAX; biontech BNTX;
unitedhealth UNH; unitedhealthcare UNH; cvs CVS; abbott ABT; medtronic MDT; intuitive surgical ISRG;
thermo fisher TMO; danaher DHR; united airlines UAL; american airlines AAL; delta air lines DAL;
delta airlines DAL; southwest airlines LUV; jetblue JBLU; ups UPS; fedex FDX; united parcel service UPS;
lockheed LMT; lockheed martin LMT; raytheon RTX; northrop grumman NOC; northrop NOC; general dynamics GD;
general electric GE; honeywell HON; caterpillar CAT; john deere DE; deere DE; 3m MMM; union pacific UNP;
rocket lab RKLB; virgin galactic SPCE; joby JOBY; archer aviation ACHR; ast spacemobile ASTS;
intuitive machines LUNR; carnival cruise CCL; royal caribbean RCL; marriott MAR; hilton HLT; booking.com BKNG;
expedia EXPE; las vegas sands LVS; mgm MGM; draftkings DKNG; fanduel FLUT; amc AMC; amc entertainment AMC;
blackberry BB; nokia NOK; sony SONY; sap SAP; unilever UL; c3.ai AI; c3 ai AI; soundhound SOUN; upstart UPST;
opendoor OPEN; peloton PTON; coreweave CRWV; iren IREN; nebius NBIS; ionq IONQ; rigetti RGTI; d-wave QBTS;
quantumscape QS; chargepoint CHPT; hims and hers HIMS; hims & hers HIMS; duolingo DUOL; grab holdings GRAB;
trade desk TTD; the trade desk TTD; applovin APP; vertiv VRT; celsius holdings CELH; reddit inc RDDT;
fox corp FOXA; rocket mortgage RKT; newmont NEM; freeport mcmoran FCX; cleveland cliffs CLF; alcoa AA; nucor NUE;
dow chemical DOW; dupont DD; linde LIN; oklo OKLO; nuscale SMR; cameco CCJ
"""
#: Names of several shares or companies, and everyday words: always asked about. The likeliest comes first.
_OPEN = """
google GOOGL GOOG; alphabet GOOGL GOOG; berkshire BRK.B BRK.A; berkshire hathaway BRK.B BRK.A; fox FOXA FOX;
news corp NWSA NWS; under armour UAA UA; lennar LEN LEN.B; united UAL UNH UPS; delta DAL; american AAL AXP;
southwest LUV; target TGT; gap GAP; block XYZ; square XYZ; unity U; match MTCH; zoom ZM; snap SNAP; chase JPM;
citi C; shell SHEL; progressive PGR; root ROOT; compass COMP; carnival CCL; booking BKNG; dow DOW; dominos DPZ;
hershey HSY; discover COF; waste management WM; hims HIMS; celsius CELH; strategy MSTR; riot RIOT;
marathon MARA MPC; rocket RKT RKLB; archer ACHR; arm ARM; sea SE; plug PLUG; yum YUM; lam LRCX;
general electric vernova GEV; wells WFC; morgan MS JPM; johnson JNJ; schwab bank SCHW; virgin SPCE; warner WBD;
paramount PSKY; marvell technology MRVL; toast TOST; chewy inc CHWY; trump media DJT; truth social DJT;
sunrun inc RUN; reddit stock RDDT
"""


def _table(text: str) -> dict[str, list[str]]:
    rows = (each.split() for each in " ".join(text.split()).split(";"))
    found: dict[str, list[str]] = {}
    for words in rows:
        symbols = [each for each in words if _is_symbol(each, words)]
        found[" ".join(words[: len(words) - len(symbols)])] = symbols
    return found


def _is_symbol(word: str, words: list[str]) -> bool:
    return word.isupper() and word != words[0]


#: Symbol by name, in small letters.
COMPANIES: Final = {name: symbols[0] for name, symbols in _table(_SURE).items()}
SEVERAL: Final = _table(_OPEN)

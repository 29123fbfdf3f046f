"""Knows the cities that press releases and addresses name, by their state: "Boston, MA" is no mention of Mastercard."""

_CITIES = {
    "AK": "anchorage, fairbanks, juneau",
    "AL": "auburn, birmingham, decatur, huntsville, mobile, montgomery, tuscaloosa",
    "AR": "bentonville, fayetteville, fort smith, little rock, lowell, rogers, springdale",
    "AZ": "chandler, flagstaff, gilbert, glendale, mesa, phoenix, scottsdale, tempe, tucson",
    "CA": "anaheim, bakersfield, berkeley, burbank, carlsbad, cupertino, el segundo, foster city, fremont, fresno, "
    "irvine, long beach, los angeles, los gatos, menlo park, milpitas, mountain view, newport beach, novato, oakland, "
    "palo alto, pasadena, pleasanton, redwood city, riverside, sacramento, san diego, san francisco, san jose, "
    "san mateo, san rafael, santa ana, santa barbara, santa clara, santa monica, south san francisco, sunnyvale",
    "CO": "aurora, boulder, broomfield, centennial, colorado springs, denver, englewood, fort collins, golden, "
    "greenwood village, littleton, longmont, louisville, westminster",
    "CT": "danbury, farmington, greenwich, hartford, new britain, new haven, norwalk, stamford, stratford, westport",
    "DC": "washington",
    "DE": "dover, newark, rehoboth beach, wilmington",
    "FL": "boca raton, clearwater, coral gables, fort lauderdale, fort myers, gainesville, jacksonville, jupiter, "
    "melbourne, miami, naples, orlando, palm beach, pensacola, st. petersburg, tallahassee, tampa, west palm beach",
    "GA": "alpharetta, atlanta, augusta, columbus, duluth, macon, marietta, norcross, savannah",
    "HI": "hilo, honolulu",
    "IA": "cedar rapids, davenport, des moines, iowa city, sioux city, west des moines",
    "ID": "boise, idaho falls, meridian, nampa",
    "IL": "abbott park, bloomington, chicago, deerfield, evanston, lake forest, moline, naperville, northbrook, "
    "oak brook, peoria, rockford, rosemont, schaumburg, springfield",
    "IN": "bloomington, columbus, elkhart, evansville, fort wayne, indianapolis, south bend, warsaw",
    "KS": "kansas city, lawrence, olathe, overland park, topeka, wichita",
    "KY": "bowling green, covington, frankfort, lexington, louisville",
    "LA": "baton rouge, lafayette, lake charles, monroe, new orleans, shreveport",
    "MA": "andover, bedford, billerica, boston, burlington, cambridge, framingham, lexington, lowell, marlborough, "
    "natick, needham, newton, norwood, springfield, waltham, watertown, wellesley, wilmington, woburn, worcester",
    "MD": "annapolis, baltimore, bethesda, columbia, frederick, gaithersburg, germantown, hanover, hunt valley, "
    "rockville, silver spring",
    "ME": "augusta, bangor, portland, westbrook",
    "MI": "ann arbor, auburn hills, battle creek, benton harbor, dearborn, detroit, grand rapids, kalamazoo, lansing, "
    "livonia, midland, novi, southfield, troy",
    "MN": "bloomington, duluth, eden prairie, minneapolis, minnetonka, plymouth, richfield, rochester, saint paul, "
    "st. paul",
    "MO": "chesterfield, columbia, jefferson city, kansas city, saint louis, springfield, st. louis",
    "MS": "biloxi, gulfport, hattiesburg, jackson, laurel, meridian, ridgeland, tupelo",
    "MT": "billings, bozeman, butte, great falls, helena, missoula",
    "NC": "asheville, cary, chapel hill, charlotte, durham, greensboro, high point, mooresville, raleigh, wilmington, "
    "winston-salem",
    "ND": "bismarck, fargo, grand forks",
    "NE": "lincoln, omaha",
    "NH": "concord, hampton, manchester, nashua, portsmouth",
    "NJ": "basking ridge, camden, englewood cliffs, hoboken, jersey city, kenilworth, new brunswick, newark, "
    "parsippany, princeton, rahway, raritan, summit, teaneck, trenton",
    "NM": "albuquerque, las cruces, santa fe",
    "NV": "carson city, henderson, las vegas, reno",
    "NY": "albany, armonk, brooklyn, buffalo, corning, long island city, melville, new york, new york city, purchase, "
    "rochester, syracuse, tarrytown, white plains, yonkers",
    "OH": "akron, canton, cincinnati, cleveland, columbus, dayton, dublin, findlay, mayfield heights, toledo",
    "OK": "edmond, norman, oklahoma city, tulsa",
    "OR": "beaverton, bend, eugene, hillsboro, portland, salem, wilsonville",
    "PA": "allentown, bethlehem, conshohocken, erie, exton, harrisburg, hershey, horsham, king of prussia, lancaster, "
    "malvern, philadelphia, pittsburgh, radnor, reading, scranton, wayne, york",
    "RI": "cranston, newport, pawtucket, providence, woonsocket",
    "SC": "charleston, columbia, fort mill, greenville, myrtle beach, spartanburg",
    "SD": "rapid city, sioux falls",
    "TN": "brentwood, chattanooga, cookeville, franklin, goodlettsville, knoxville, memphis, nashville",
    "TX": "arlington, austin, corpus christi, dallas, el paso, fort worth, frisco, houston, irving, midland, plano, "
    "richardson, round rock, san antonio, spring, sugar land, the woodlands",
    "UT": "draper, lehi, midvale, ogden, park city, provo, salt lake city, south jordan",
    "VA": "alexandria, arlington, ashburn, chantilly, charlottesville, falls church, glen allen, herndon, mclean, "
    "newport news, norfolk, reston, richmond, roanoke, tysons, vienna, virginia beach",
    "VT": "burlington, montpelier, waterbury",
    "WA": "bellevue, bothell, everett, kirkland, olympia, redmond, seattle, spokane, tacoma, vancouver",
    "WI": "appleton, brookfield, green bay, kenosha, madison, menomonee falls, milwaukee, oshkosh, racine, waukesha",
    "WV": "charleston, huntington, morgantown, wheeling",
    "WY": "casper, cheyenne, jackson, laramie",
}
_KNOWN = {state: frozenset(cities.split(", ")) for state, cities in _CITIES.items()}


def is_city_of(state: str, place: str) -> bool:
    """Whether the place, of which the first words may belong to what is before it, is a city there."""
    words = place.casefold().split()
    return any(" ".join(words[first:]) in _KNOWN.get(state, ()) for first in range(len(words)))

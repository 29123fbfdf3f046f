"""Recognises German, French and Spanish, word by word, to offer the sentence in English. It is never read by itself."""

import re

_TABLES = {
    "German": """
        hole=get hol=get gib=give zeig=show zeige=show sammle=collect lade=pull such=find suche=find
        bitte=please mir=me mal= die=the der=the das=the den=the dem=the ein=a eine=a von=from vom=from
        aus=from zu=about zum=about zur=about über=about ueber=about für=for fuer=for mit=with und=and
        auf=on bei=on im=in am=on letzten=last letzte=last letzter=last tage=days tagen=days tag=day
        woche=week wochen=weeks monat=month monate=months monaten=months jahr=year jahre=years heute=today
        gestern=yesterday morgen=tomorrow um=at uhr= seit=since ab=since bis=to nachrichten=news
        meldungen=news neuigkeiten=news schlagzeilen=headlines beiträge=posts beitrage=posts dringend=urgent
        wichtig=high neueste=latest neuesten=latest aktuelle=latest aktuellen=latest stimmung=sentiment
        zusammenfassung=summary dann=then jahresberichte=10-K quartalsberichte=10-Q berichte=filings
        diese=this diesen=this dieser=this besten=best letzte=last nächsten=next täglich=daily taeglich=daily
        jeden=every jede=every stündlich=hourly keine=no kein=no nicht=not nur=only ohne=without außer=except
        ausser=except abend=evening nachmittag=afternoon vormittag=morning montag=monday dienstag=tuesday
        mittwoch=wednesday donnerstag=thursday freitag=friday samstag=saturday sonntag=sunday januar=January
        februar=February märz=March mai=May juni=June juli=July oktober=October dezember=December
        was=what läuft=running laeuft=running gerade=now stopp=stop stoppe=stop halte=stop beende=stop alles=everything
        abbrechen=cancel pausiere=pause fehlgeschlagen=failed hilfe=help nochmal=again
    """,
    "French": """
        récupère=get recupere=get donne=give montre=show cherche=find moi=me les=the le=the la=the des=about
        de=of du=of un=a une=a sur=about pour=for avec=with et=and dans=on derniers=last dernières=last
        dernieres=last dernier=last dernière=last jours=days jour=day semaines=weeks semaine=week
        mois=months ans=years aujourd'hui=today hier=yesterday demain=tomorrow à=at depuis=since
        actualités=news actualites=news nouvelles=news articles=articles messages=posts urgent=urgent
        puis=then résumé=summary sentiment=sentiment svp=please chaque=every pas=no sans=without sauf=except
        lundi=monday mardi=tuesday mercredi=wednesday jeudi=thursday vendredi=friday samedi=saturday
        dimanche=sunday janvier=January février=February mars=March avril=April mai=May juin=June
        juillet=July août=August septembre=September octobre=October novembre=November décembre=December
    """,
    "Spanish": """
        busca=find dame=get muestra=show recoge=collect las=the los=the el=the la=the de=of del=of un=a
        una=a sobre=about para=for con=with y=and en=on últimos=last últimas=latest ultimos=last
        ultimas=latest último=last días=days dias=days día=day semanas=weeks semana=week meses=months
        años=years hoy=today ayer=yesterday mañana=tomorrow manana=tomorrow a=at desde=since noticias=news
        titulares=headlines publicaciones=posts mensajes=posts urgente=urgent luego=then resumen=summary
        sentimiento=sentiment favor=please por= cada=every sin=without excepto=except lunes=monday
        martes=tuesday miércoles=wednesday jueves=thursday viernes=friday sábado=saturday domingo=sunday
        enero=January febrero=February marzo=March abril=April mayo=May junio=June julio=July agosto=August
        septiembre=September octubre=October noviembre=November diciembre=December
    """,
}
_WORDS = {
    language: {word.partition("=")[0]: word.partition("=")[2] for word in table.split()}
    for language, table in _TABLES.items()
}
#: Words that are English, too, and so tell nothing.
_ENGLISH_TOO = frozenset(
    "was die den am im bei mit du pour les an un un la des ans a messages articles urgent en con".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
#: They count to 24: "um 6 Uhr" is 06:00.
_HOUR = re.compile(r"\b(?P<hour>\d{1,2}) ?(?:h|uhr)\b", re.IGNORECASE)
_PART_OF_TODAY = re.compile(r"\b(?:heute(?= (?:abend|nachmittag)))", re.IGNORECASE)
_LAST = re.compile(r"\b(?:the )?last (\d+) (days|weeks|months|years)", re.IGNORECASE)


def language_of(text: str, unknown: list[str]) -> str | None:
    """The language that words of which the rules made nothing are of; None if that cannot be told."""
    left = [each.lower() for words in unknown for each in _WORD.findall(words)]
    hits = {
        language: sum(each in table for each in left) + sum(each.lower() in table for each in _WORD.findall(text)) / 100
        for language, table in _WORDS.items()
        if any(each in table and each not in _ENGLISH_TOO for each in left)
    }
    best = max(hits, key=lambda each: hits[each], default=None)
    return best if best and int(hits[best]) * 2 >= len(left) else None


def in_english(text: str, language: str) -> str:
    """Word by word; what the table does not know stays."""
    table = _WORDS[language]
    plain = _HOUR.sub(lambda found: f"{found['hour']:0>2}:00", _PART_OF_TODAY.sub("this", text))
    said = _WORD.sub(lambda found: table.get(found[0].lower(), found[0]), plain)
    return " ".join(_LAST.sub(r"last \1 \2", said).split())

"""What offices write in coded cells: words for the canonical values, in German and English, split by ``|``."""

from typing import Final

SEX: Final = {
    "f": "w|weiblich|Frau|female|f|fem|weibl",
    "m": "m|männlich|Herr|male|mann|maennl|mask",
    "d": "d|divers|diverse",
    "x": "x|ohne Angabe|k A|keine Angabe|unbekannt|o A|unknown",
}
CHANNEL: Final = {
    "visit": "Besuch|Hausbesuch|aufsuchend|vor Ort|Unterkunft|visit|home visit|HB",
    "office": "Büro|Sprechstunde|Beratungsstelle|Amt|persönlich|office|in person|Termin im Büro|Beratung",
    "phone": "Telefon|telefonisch|Tel|Anruf|phone|call",
    "video": "Video|Videogespräch|Videokonferenz|online|Zoom|video call",
    "message": "Nachricht|WhatsApp|SMS|E-Mail|Mail|Messenger|message|chat",
    "letter": "Brief|schriftlich|Post|Anschreiben|letter",
}
PURPOSE: Final = {
    "contact": "Kontakt|Kontaktaufnahme|contact",
    "casework": "Betreuung|Fallarbeit|Beratung|casework",
    "transfer": "Weitergabe|Übermittlung|Datenweitergabe|transfer",
    "statistics": "Statistik|Auswertung|statistics",
}
STATE: Final = {
    "proposed": "vorgeschlagen|Vorschlag|proposed",
    "registered": "angemeldet|Anmeldung|registriert|registered|zugewiesen|eingeladen",
    "waiting": "Warteliste|wartet|wartend|waiting|waiting list",
    "started": "läuft|begonnen|gestartet|teilnehmend|in Teilnahme|aktiv|laufend|started|active|ongoing|nimmt teil",
    "completed": "abgeschlossen|bestanden|beendet|absolviert|erfolgreich|completed|finished|regulär beendet",
    "dropped": "abgebrochen|Abbruch|dropped|dropped out|ausgeschieden|vorzeitig beendet",
    "cancelled": "storniert|abgesagt|Absage|zurückgezogen|nicht angetreten|cancelled|canceled|withdrawn",
}
MODE: Final = {
    "onsite": "Präsenz|vor Ort|in Präsenz|onsite|on site|classroom",
    "online": "online|virtuell|digital|E-Learning|Fernunterricht|remote",
    "hybrid": "hybrid|gemischt|Blended Learning|blended|Kombination",
}
ROLE: Final = {
    "participation_manager": "Teilhabemanagement|Teilhabemanagerin|Teilhabemanager|THM|participation manager|case manager",
    "coach": "Coach|Jobcoach|Coaching|Lerncoach",
}
PARTNER_KIND: Final = {
    "commune": "Kommune|Gemeinde|Stadt|Stadtverwaltung|commune|municipality",
    "provider": "Träger|Bildungsträger|Anbieter|provider",
    "volunteers": "Ehrenamt|Ehrenamtliche|Flüchtlingsinitiative|Helferkreis|Verein|volunteers",
}
DECISION: Final = {
    "accept": "angenommen|ja|zugestimmt|annehmen|accepted|accept",
    "reject": "abgelehnt|nein|ablehnen|rejected|reject",
    "unclear": "offen|unklar|zurückgestellt|unclear",
}
BY_COLUMN: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("participants", "sex"): SEX,
    ("contacts", "channel"): CHANNEL,
    ("consents", "purpose"): PURPOSE,
    ("enrolments", "state"): STATE,
    ("offers", "mode"): MODE,
    ("staff", "role"): ROLE,
    ("network_contacts", "partner_kind"): PARTNER_KIND,
    ("network_contacts", "format"): {
        "onsite": "vor Ort|Besuch|persönlich|Präsenz|visit",
        "video": "Video|online|digital|Telefon",
    },
    ("decisions", "decision"): DECISION,
    ("needs", "priority"): {
        "1": "hoch|dringend|high|A|sehr hoch",
        "2": "mittel|normal|medium|B",
        "3": "niedrig|gering|low|C",
    },
}
BY_VOCABULARY: Final[dict[str, dict[str, str]]] = {
    "residence_status": {
        "GEST_55": "Aufenthaltsgestattung|Gestattung|Gestattung § 55|Gestattung § 55 AsylG|§ 55 AsylG|BüMA|asylum seeker|AG|gestattet",
        "DULD_60A_1": "§ 60a Abs 1|Duldung § 60a Abs 1|§ 60a I",
        "DULD_60A_2_1": "§ 60a Abs 2 S 1|Duldung § 60a Abs 2 S 1|§ 60a Abs 2 Satz 1|§ 60a II 1|Duldung § 60a Abs 2 Satz 1 AufenthG",
        "DULD_60A_2_3": "Ermessensduldung|§ 60a Abs 2 S 3|Duldung § 60a Abs 2 S 3|§ 60a Abs 2 Satz 3|§ 60a II 3",
        "DULD_60B": "§ 60b|Duldung § 60b|Duldung light|Duldung § 60b AufenthG",
        "DULD_60C": "Ausbildungsduldung|§ 60c|Duldung § 60c|Duldung § 60c AufenthG",
        "DULD_60D": "Beschäftigungsduldung|§ 60d|Duldung § 60d|Duldung § 60d AufenthG",
        "DULD_UNB": "Duldung|geduldet|§ 60a|Duldung § 60a|Duldung § 60a AufenthG|tolerated|toleration",
        "AE_25A": "§ 25a|Aufenthaltserlaubnis § 25a|AE § 25a",
        "AE_25B": "§ 25b|Aufenthaltserlaubnis § 25b|AE § 25b",
        "AE_25_3": "§ 25 Abs 3|Aufenthaltserlaubnis § 25 Abs 3|Abschiebungsverbot",
        "AE_25_1_2": "§ 25 Abs 1|§ 25 Abs 2|anerkannt|Flüchtlingseigenschaft|subsidiärer Schutz|Aufenthaltserlaubnis § 25 Abs 2",
        "AE_104C": "§ 104c|Chancen-Aufenthalt|Chancenaufenthaltsrecht",
        "AE_24": "§ 24|Aufenthaltserlaubnis § 24",
        "AE_SONST": "Aufenthaltserlaubnis|AE|residence permit",
        "NE": "Niederlassungserlaubnis|settlement permit",
        "FIKTION_81": "Fiktionsbescheinigung|§ 81",
        "ANKUNFT_63A": "Ankunftsnachweis|§ 63a",
        "UNBEKANNT": "unbekannt|unklar|unknown|keine Angabe|k A",
    },
    "offer_kind": {
        "IK_ALLG": "Integrationskurs|allg Integrationskurs|IK|Integrationskurs allgemein|integration course",
        "IK_ALPHA": "Alphabetisierung|Alphakurs|Alpha|Alphabetisierungskurs",
        "IK_JUGEND": "Jugendintegrationskurs|Jugendkurs",
        "IK_FRAUEN": "Frauenkurs|Frauenintegrationskurs",
        "BSK_B1": "BSK B1|Berufssprachkurs B1",
        "BSK_B2": "BSK B2|Berufssprachkurs B2|Berufssprachkurs",
        "BSK_C1": "BSK C1|Berufssprachkurs C1",
        "SPRACH_SONST": "Sprachkurs|Deutschkurs|sonstiger Sprachkurs|language course|German course",
        "ASA_FLEX": "AsA flex|AsA|Assistierte Ausbildung|Assistierte Ausbildung flexibel",
        "ABH": "abH|Ausbildungsbegleitende Hilfen",
        "EQ": "EQ|Einstiegsqualifizierung",
        "BVB": "BvB|Berufsvorbereitung",
        "AUSB": "Ausbildung|betriebliche Ausbildung|apprenticeship",
        "HSA": "Hauptschulabschluss|HSA|Schulabschluss",
        "COACH": "Coaching|Einzelcoaching|Jobcoaching|coaching",
        "QUALI_BB": "Qualifizierung|berufsbegleitende Qualifizierung|Weiterbildung|qualification",
        "TAFF": "TAFF|Teilzeitberatung|Beratung Teilzeit",
        "THM": "Teilhabemanagement|THM",
    },
    "module": {
        "F1": "Förderbaustein 1|Baustein 1|FB 1|FB1|Coaching",
        "F2": "Förderbaustein 2|Baustein 2|FB 2|FB2|Qualifizierung",
        "F3": "Förderbaustein 3|Baustein 3|FB 3|FB3",
        "F4": "Förderbaustein 4|Baustein 4|FB 4|FB4",
        "F5": "Förderbaustein 5|Baustein 5|FB 5|FB5|Innovationsfonds",
        "F6": "Förderbaustein 6|Baustein 6|FB 6|FB6|Teilhabemanagement",
        "REGEL": "Regelangebot|Regel|regulär|BAMF|Jobcenter|Agentur für Arbeit|bestehendes Angebot|regular",
    },
    "cefr": {"A0": "keine|ohne|Anfänger|none", "ALPHA": "Alphabetisierung|Alpha"},
    "nationality": {
        "AFG": "Afghanistan|afghanisch|afg|Afghan", "ALB": "Albanien|albanisch", "DZA": "Algerien|algerisch",
        "AGO": "Angola", "ARM": "Armenien|armenisch", "AZE": "Aserbaidschan|aserbaidschanisch", "ETH": "Äthiopien|äthiopisch",
        "BGD": "Bangladesch|Bangladesh", "BIH": "Bosnien und Herzegowina|bosnisch", "CIV": "Côte d'Ivoire|Elfenbeinküste|ivorisch",
        "DEU": "Deutschland|deutsch", "ERI": "Eritrea|eritreisch", "GMB": "Gambia|gambisch", "GEO": "Georgien|georgisch",
        "GHA": "Ghana|ghanaisch", "GIN": "Guinea|guineisch", "IND": "Indien|indisch", "IRQ": "Irak|irakisch|Iraq",
        "IRN": "Iran|iranisch", "CMR": "Kamerun|kamerunisch|Cameroon", "COD": "DR Kongo|Kongo|Demokratische Republik Kongo",
        "XKX": "Kosovo|kosovarisch", "LBN": "Libanon|libanesisch|Lebanon", "LBR": "Liberia", "LBY": "Libyen|libysch", "MLI": "Mali|malisch",
        "MAR": "Marokko|marokkanisch|Morocco", "MKD": "Nordmazedonien|mazedonisch|Mazedonien", "MDA": "Moldau|Moldawien|Republik Moldau",
        "MNG": "Mongolei", "NER": "Niger", "NGA": "Nigeria|nigerianisch", "PAK": "Pakistan|pakistanisch",
        "RUS": "Russland|russisch|Russische Föderation", "SEN": "Senegal|senegalesisch", "SRB": "Serbien|serbisch",
        "SLE": "Sierra Leone", "SOM": "Somalia|somalisch", "LKA": "Sri Lanka", "SDN": "Sudan|sudanesisch", "SYR": "Syrien|syrisch|Syria|Arabische Republik Syrien",
        "TJK": "Tadschikistan|tadschikisch", "TGO": "Togo|togoisch", "TUN": "Tunesien|tunesisch", "TUR": "Türkei|türkisch|Turkey",
        "UKR": "Ukraine|ukrainisch", "VNM": "Vietnam|vietnamesisch", "XXA": "staatenlos|stateless",
    },
}  # fmt: skip
BOOLEAN: Final = {
    "ja": "ja|j|yes|y|wahr|true|vorhanden|erforderlich|x|✓|nötig",
    "nein": "nein|n|no|falsch|false|nicht nötig|keine|-|nicht vorhanden",
}

"""Words of addresses: short forms and what they stand for, states, fillers."""

from resolution.standardise.text import words

STREET_WORDS = {
    "ST": "STREET", "STR": "STREET", "RD": "ROAD", "AVE": "AVENUE", "AV": "AVENUE", "AVN": "AVENUE",
    "LN": "LANE", "DR": "DRIVE", "DRV": "DRIVE", "CT": "COURT", "CRT": "COURT", "PL": "PLACE",
    "PLC": "PLACE", "SQ": "SQUARE", "BLVD": "BOULEVARD", "BD": "BOULEVARD", "BVD": "BOULEVARD",
    "CRES": "CRESCENT", "CR": "CRESCENT", "CRESC": "CRESCENT", "CL": "CLOSE", "GDNS": "GARDENS",
    "GDN": "GARDEN", "GRN": "GREEN", "GR": "GROVE", "GRV": "GROVE", "HTS": "HEIGHTS",
    "HWY": "HIGHWAY", "PKWY": "PARKWAY", "PKY": "PARKWAY", "PK": "PARK", "TER": "TERRACE",
    "TERR": "TERRACE", "TCE": "TERRACE", "CIR": "CIRCLE", "CIRC": "CIRCLE", "CCT": "CIRCUIT",
    "WY": "WAY", "ESP": "ESPLANADE", "PDE": "PARADE", "TRL": "TRAIL", "EST": "ESTATE",
    "BLDG": "BUILDING", "BLD": "BUILDING", "HSE": "HOUSE", "APT": "APARTMENT", "APPT": "APARTMENT",
    "FLT": "FLAT", "FLR": "FLOOR", "RM": "ROOM", "STE": "SUITE", "MT": "MOUNT", "FT": "FORT",
    "PO": "PO", "UPR": "UPPER", "LWR": "LOWER", "GT": "GREAT", "NR": "NEAR", "OPP": "OPPOSITE",
    "VLG": "VILLAGE", "TWP": "TOWNSHIP", "STRASSE": "STRASSE", "UL": "ULITSA", "RTE": "ROUTE",
    "N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST", "NE": "NORTHEAST", "NW": "NORTHWEST",
    "SE": "SOUTHEAST", "SW": "SOUTHWEST",
}  # fmt: skip
# At the start of a name these are no streets: ST JOHNS ROAD, DR MARTIN LUTHER KING WAY.
LEADING_WORDS = {"ST": "SAINT", "DR": "DOCTOR", "AV": "AVENUE", "AVE": "AVENUE"}
FILLERS = words(
    "UNKNOWN|NONE|NA|N A|NULL|NOT KNOWN|NOT PROVIDED|NO FIXED ABODE|NFA|NO ADDRESS|UNK"
    "|NOT STATED|TBC|NO FIXED ADDRESS|HOMELESS|OF NO FIXED ABODE",
    "|",
)
FILLER_POSTCODES = words("00000 000000 0000 99999 999999 12345 XX XXX XXXX AA11AA A11AA")

# ruff: noqa: RUF001
"""Letters, names and family names of scripts that do not write every sound."""

from resolution.standardise.text import words

ARABIC_FOLDED = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ێ": "ي", "ک": "ك",
    "ة": "ه", "ە": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ؤ": "و", "ۆ": "و", "ئ": "ي", "ے": "ي",
    "ګ": "گ", "ټ": "ت", "ډ": "د", "ړ": "ر", "ښ": "ش", "ږ": "ژ", "ڼ": "ن", "ٹ": "ت", "ڈ": "د",
    "ڑ": "ر", "ں": "ن", "ء": "",
}  # fmt: skip
ARABIC_LETTERS = {
    "ا": "A", "ب": "B", "ت": "T", "ث": "TH", "ج": "J", "ح": "H", "خ": "KH", "د": "D", "ذ": "DH",
    "ر": "R", "ز": "Z", "س": "S", "ش": "SH", "ص": "S", "ض": "D", "ط": "T", "ظ": "Z", "ع": "A",
    "غ": "GH", "ف": "F", "ق": "Q", "ك": "K", "ل": "L", "م": "M", "ن": "N", "ه": "H", "و": "U",
    "ي": "I", "پ": "P", "چ": "CH", "ژ": "ZH", "گ": "G", "ڤ": "V",
}  # fmt: skip

# Common names, letters folded as above, the article left out.
ARABIC_NAMES = {
    "محمد": "MOHAMMAD", "احمد": "AHMAD", "محمود": "MAHMOUD", "حامد": "HAMED", "حمد": "HAMAD",
    "علي": "ALI", "حسن": "HASAN", "حسين": "HUSSEIN", "عمر": "OMAR", "عثمان": "OTHMAN",
    "ابوبكر": "ABUBAKR", "بكر": "BAKR", "خالد": "KHALID", "وليد": "WALID", "سعيد": "SAID",
    "سعد": "SAAD", "سعود": "SAUD", "سلمان": "SALMAN", "سليمان": "SULEIMAN", "سالم": "SALEM",
    "سليم": "SALIM", "سلام": "SALAM", "صالح": "SALEH", "صلاح": "SALAH", "ابراهيم": "IBRAHIM",
    "اسماعيل": "ISMAIL", "اسحاق": "ISHAQ", "يوسف": "YOUSEF", "يعقوب": "YAQOUB", "موسي": "MUSA",
    "عيسي": "ISA", "داود": "DAWOUD", "هارون": "HAROUN", "يحيي": "YAHYA", "زكريا": "ZAKARIA",
    "ادريس": "IDRIS", "نوح": "NUH", "ادم": "ADAM", "مصطفي": "MUSTAFA", "مرتضي": "MORTAZA",
    "رضا": "REZA", "جعفر": "JAFAR", "كاظم": "KAZEM", "صادق": "SADEQ", "باقر": "BAQER",
    "مهدي": "MAHDI", "هادي": "HADI", "تقي": "TAQI", "نقي": "NAQI", "عباس": "ABBAS",
    "قاسم": "QASEM", "اكبر": "AKBAR", "اصغر": "ASGHAR", "امير": "AMIR", "كريم": "KARIM",
    "رحيم": "RAHIM", "رحمن": "RAHMAN", "رحمان": "RAHMAN", "عزيز": "AZIZ", "حميد": "HAMID",
    "مجيد": "MAJID", "رشيد": "RASHID", "راشد": "RASHED", "رزاق": "RAZZAQ", "رازق": "RAZEQ",
    "جبار": "JABBAR", "ستار": "SATTAR", "قادر": "QADER", "ناصر": "NASER", "نصر": "NASR",
    "نصير": "NASIR", "منصور": "MANSOUR", "مسعود": "MASOUD", "طارق": "TARIQ", "طاهر": "TAHER",
    "ماجد": "MAJED", "فهد": "FAHD", "فيصل": "FAISAL", "فارس": "FARES", "فريد": "FARID",
    "جمال": "JAMAL", "جميل": "JAMIL", "كمال": "KAMAL", "كامل": "KAMEL", "نبيل": "NABIL",
    "بلال": "BILAL", "زيد": "ZAID", "زياد": "ZIAD", "حمزه": "HAMZA", "طلحه": "TALHA",
    "انس": "ANAS", "مالك": "MALIK", "بشير": "BASHIR", "بشار": "BASHAR", "حافظ": "HAFEZ",
    "اسد": "ASAD", "اسامه": "OSAMA", "ايمن": "AYMAN", "ياسر": "YASSER", "عرفات": "ARAFAT",
    "صدام": "SADDAM", "قصي": "QUSAY", "عدي": "UDAY", "معمر": "MUAMMAR", "قذافي": "GADDAFI",
    "حيدر": "HAIDAR", "عادل": "ADEL", "عامر": "AMER", "عمار": "AMMAR", "باسم": "BASSEM",
    "هشام": "HISHAM", "هاشم": "HASHEM", "وسام": "WISSAM", "غلام": "GHULAM", "غني": "GHANI",
    "نور": "NOOR", "نجيب": "NAJIB", "لطيف": "LATIF", "شريف": "SHARIF", "شفيق": "SHAFIQ",
    "توفيق": "TAWFIQ", "فاروق": "FAROUQ", "انور": "ANWAR", "اشرف": "ASHRAF", "مبارك": "MUBARAK",
    "حبيب": "HABIB", "عارف": "AREF", "خليل": "KHALIL", "جليل": "JALIL", "خان": "KHAN",
    "جان": "JAN", "گل": "GUL", "شاه": "SHAH", "ميرزا": "MIRZA", "مير": "MIR", "الله": "ALLAH",
    "دين": "DIN", "عبدالله": "ABDULLAH", "فاطمه": "FATIMA", "عايشه": "AISHA", "خديجه": "KHADIJA",
    "زينب": "ZAINAB", "مريم": "MARYAM", "ليلي": "LEILA", "زهرا": "ZAHRA", "زهراء": "ZAHRA",
    "سكينه": "SAKINA", "اسما": "ASMA", "حليمه": "HALIMA", "امينه": "AMINA", "سميه": "SUMAYA",
    "سميره": "SAMIRA", "نادي": "NADI", "ناديه": "NADIA", "هدي": "HUDA", "هند": "HIND",
    "رقيه": "RUQAYA", "سارا": "SARA", "ساره": "SARA", "شيرين": "SHIRIN", "نسرين": "NASRIN",
    "مينا": "MINA", "رانيا": "RANIA", "مني": "MUNA", "سعاد": "SUAD", "نوره": "NOURA",
    "مصري": "MASRI", "شامي": "SHAMI", "بغدادي": "BAGHDADI", "تكريتي": "TIKRITI",
    "حسيني": "HOSSEINI",
    "موسوي": "MOUSAVI", "احمدي": "AHMADI", "محمدي": "MOHAMMADI", "كريمي": "KARIMI",
    "رحيمي": "RAHIMI", "رضايي": "REZAEI", "حيدري": "HEIDARI", "نوري": "NOORI", "لادن": "LADEN",
    "ظواهري": "ZAWAHIRI", "خميني": "KHOMEINI", "خامنه اي": "KHAMENEI", "روحاني": "ROUHANI",
    "پروين": "PARVIN", "فرهاد": "FARHAD", "بهرام": "BAHRAM", "داريوش": "DARIUSH",
    "كوروش": "KOUROSH",
    "رستم": "ROSTAM", "سهراب": "SOHRAB", "مهسا": "MAHSA", "جواد": "JAVAD", "احسان": "EHSAN",
    "بن": "BIN", "ابن": "IBN", "بنت": "BINT", "ابو": "ABU", "ام": "UM", "ال": "AL", "عبد": "ABD",
}  # fmt: skip

# Family names of two characters; any other Chinese family name is the first one alone.
HAN_DOUBLE_FAMILY = words(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 司徒 令狐 夏侯 端木"
)
# As their bearers write them, where that is not letter by letter.
KOREAN_FAMILY = {
    "김": "KIM", "이": "LEE", "박": "PARK", "최": "CHOI", "정": "JUNG", "강": "KANG", "조": "CHO",
    "윤": "YOON", "장": "JANG", "임": "LIM", "한": "HAN", "오": "OH", "서": "SEO", "신": "SHIN",
    "권": "KWON", "황": "HWANG", "안": "AHN", "송": "SONG", "류": "RYU", "유": "YOO", "전": "JEON",
    "홍": "HONG", "고": "KO", "문": "MOON", "양": "YANG", "손": "SON", "배": "BAE", "백": "BAEK",
    "허": "HEO", "노": "ROH", "남": "NAM", "심": "SHIM", "하": "HA", "곽": "KWAK", "우": "WOO",
    "주": "JOO", "구": "KOO", "민": "MIN", "나": "NA", "진": "JIN", "지": "JI", "엄": "EOM",
}  # fmt: skip

"""How numbers that identify are compared: documents, personal numbers, case references."""

from models.match_model.comparisons.level import Comparison, Level

DOCUMENT = Comparison(
    name="document",
    null_sql="len(document_numbers_l) = 0 or len(document_numbers_r) = 0",
    shows="document_text",
    needs="document_numbers",
    # people hold several documents one after another, so different numbers say little
    bounds=(-1.5, 21.0),
    levels=(
        Level("same document number",
              "list_has_any(document_numbers_l, document_numbers_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)",
              0.6, 4e-7, fixed_u=True),
        Level("same document number, another name",
              "list_has_any(document_numbers_l, document_numbers_r)",
              0.05, 6e-6, fixed_u=True, fixed_m=True),
        Level("document number one character off",
              "and_then(list_has_any(number_parts_l, number_parts_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r),"
              " nearly_same(document_numbers_l, document_numbers_r))", 0.08, 1e-5, fixed_u=True),
        Level("other document numbers", "ELSE", 0.32, 0.99999),
    ),
)  # fmt: skip

PERSON_NUMBER = Comparison(
    name="person_number",
    null_sql="len(person_numbers_l) = 0 or len(person_numbers_r) = 0",
    shows="person_number_text",
    needs="person_numbers",
    # numbers given once for life: two different ones speak against one person
    bounds=(-6.0, 21.0),
    levels=(
        Level("same personal number",
              "list_has_any(person_numbers_l, person_numbers_r)"
              " and list_has_any(sounds_l, sounds_r)",
              0.8, 4e-7, fixed_u=True, fixed_m=True),
        Level("same personal number, another name",
              "list_has_any(person_numbers_l, person_numbers_r)",
              0.05, 4e-7, fixed_u=True, fixed_m=True),
        Level("personal number one character off",
              "and_then(list_has_any(number_parts_l, number_parts_r)"
              " and list_has_any(sounds_l, sounds_r),"
              " nearly_same(person_numbers_l, person_numbers_r))", 0.1, 1e-5, fixed_u=True,
              fixed_m=True),
        Level("other personal numbers", "ELSE", 0.05, 0.99999, fixed_m=True),
    ),
)  # fmt: skip

REFERENCE = Comparison(
    name="case_reference",
    null_sql="len(case_refs_l) = 0 or len(case_refs_r) = 0",
    shows="reference_text",
    needs="case_refs",
    # one case can hold a family, and one person can have many cases
    bounds=(-0.5, 14.0),
    levels=(
        Level("a case reference in common",
              "list_has_any(case_refs_l, case_refs_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)",
              0.45, 2e-5, fixed_u=True),
        Level("a case reference in common, another name: perhaps a family",
              "list_has_any(case_refs_l, case_refs_r)", 0.05, 2e-5, fixed_u=True, cap=0.5),
        Level("other case references", "ELSE", 0.5, 0.99998),
    ),
)  # fmt: skip

"""How phones, e-mail addresses and addresses are compared."""

from models.match_model.comparisons.level import Comparison, Level

PHONE = Comparison(
    name="phone",
    null_sql="len(phone_numbers_l) = 0 or len(phone_numbers_r) = 0",
    shows="phone_text",
    needs="phone_numbers",
    # families share phones and people change them
    bounds=(-1.0, 6.0),
    levels=(
        Level("a phone number in common",
              "list_has_any(phone_numbers_l, phone_numbers_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)",
              0.4, 5e-5),
        Level("a phone number in common, another name",
              "list_has_any(phone_numbers_l, phone_numbers_r)", 0.05, 1e-4, cap=1.0),
        Level("other phone numbers", "ELSE", 0.55, 0.99985),
    ),
)  # fmt: skip

EMAIL = Comparison(
    name="email",
    null_sql="len(email_addresses_l) = 0 or len(email_addresses_r) = 0",
    shows="email_text",
    needs="email_addresses",
    bounds=(-1.0, 9.0),
    levels=(
        Level("an e-mail address in common",
              "list_has_any(email_addresses_l, email_addresses_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)", 0.5, 2e-5),
        Level("an e-mail address in common, another name",
              "list_has_any(email_addresses_l, email_addresses_r)", 0.05, 2e-5, cap=6.0),
        Level("e-mail address nearly the same",
              "and_then(names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r),"
              " nearly_same(email_addresses_l, email_addresses_r))", 0.08, 2e-5),
        Level("same name before the @", "list_has_any(email_names_l, email_names_r)", 0.07, 1e-4),
        Level("other e-mail addresses", "ELSE", 0.35, 0.9998),
    ),
)  # fmt: skip

ADDRESS = Comparison(
    name="address",
    null_sql="(len(address_keys_l) = 0 or len(address_keys_r) = 0)"
    " and (len(postcodes_l) = 0 or len(postcodes_r) = 0)"
    " and (len(places_l) = 0 or len(places_r) = 0)",
    shows="address_text",
    needs="address_text",
    # people move, and whole families live at one address
    bounds=(-1.5, 10.0),
    levels=(
        Level("same address", "list_has_any(address_keys_l, address_keys_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)",
              0.45, 1e-4, tf="address", tf_weight=0.7),
        Level("address nearly the same",
              "and_then(names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r),"
              " nearly_same(address_keys_l, address_keys_r))", 0.1, 1e-4),
        Level("same postcode", "list_has_any(postcodes_l, postcodes_r)"
              " and names_meet(given_sound_l, sounds_l, given_sound_r, sounds_r)",
              0.15, 2e-4, tf="postcode", tf_weight=0.7),
        Level("same address, another name: perhaps a household",
              "list_has_any(address_keys_l, address_keys_r)", 0.05, 1e-3, cap=1.0),
        Level("same postcode, another name", "list_has_any(postcodes_l, postcodes_r)",
              0.05, 2e-3, cap=2.0),
        Level("postcode one character off", "list_has_any(postcode_parts_l, postcode_parts_r)",
              0.05, 3e-3),
        Level("same town", "list_has_any(places_l, places_r)", 0.1, 0.03),
        Level("another address", "ELSE", 0.15, 0.967),
    ),
)  # fmt: skip

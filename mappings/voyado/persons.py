"""A person from the register that Voyado asks, as the SPI's customer."""

from __future__ import annotations

from bridge import model
from bridge.model import Customer, SearchKey, SearchKeyType
from mappings.voyado.protocol import Json

PARAMETERS = {
    SearchKeyType.PERSONAL_ID: "socialSecurityNumber",
    SearchKeyType.MOBILE: "phoneNumber",
}
PERSON = {
    "name_first": "firstName",
    "name_last": "lastName",
    "phone": "phoneNumber",
    "mobile": "mobilePhoneNumber",
    "gender": "gender",
    "birthday": "birthDay",
}
ADDRESS = {
    "address": "street",
    "address2": "careOf",
    "zip": "zipCode",
    "city": "city",
    "country_id": "country",
}


def found(person: Json, key: SearchKey) -> list[Customer]:
    """Return the person, or nobody: "no hit" may also come as somebody without a name.

    Who is no longer in the register has moved away or died, and is not added.
    """
    if person.get("unregisteredFromOnlineRegisterInformation"):
        return []
    named = {ours: person.get(theirs) or None for ours, theirs in PERSON.items()}
    if not (named["name_first"] or named["name_last"]):
        return []
    if named["gender"]:
        named["gender"] = str(named["gender"]).casefold()
    if named["birthday"]:
        named["birthday"] = str(named["birthday"])[:10]
    named[key.key_type] = key.key
    place = {ours: person.get(theirs) or None for ours, theirs in ADDRESS.items()}
    return [Customer(**named, invoice_address=model.Address(**place))]

// The function node of the flow: the same translation in JavaScript.
const colors = { 0: "green", 1: "orange", 2: "red" };
const channels = { email: "email", post: "mail", sms: "sms" };

function benefit(given) {
    if ("percent" in given) return { type: "cart_percent", value_int: given.percent };
    if ("cents" in given) return { type: "cart_amount", value_money: (given.cents / 100).toFixed(2) };
    if ("password" in given) return { type: "offer", value_string: given.password };
    return { type: "manual" };
}

function promotion(offer) {
    return {
        promotion_id: offer.id,
        promotion_type: benefit(offer.benefit),
        name: offer.label,
        redeemed: Boolean(offer.spentOn),
        description: offer.details || undefined,
        date_redeemed: offer.spentOn || undefined,
    };
}

const { contact, offers } = msg.payload;
msg.headers = { "content-type": "application/json" };
msg.payload = {
    customer_id: contact.id,
    member_number: contact.cardNo,
    email: contact.email,
    name_first: contact.givenName,
    name_last: contact.familyName,
    mobile: contact.cell,
    delivery_address: {
        address: contact.shipTo.street,
        zip: contact.shipTo.postcode,
        city: contact.shipTo.town,
        country_id: contact.shipTo.country,
    },
    accepts_communication: Object.keys(channels).filter((c) => contact.optIn[c]).map((c) => channels[c]),
    status: { color: colors[contact.standing], text: contact.standingNote || "" },
    promotions: offers.map(promotion),
};
return msg;

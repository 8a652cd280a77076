// What Sitoo's bridge needs in Vendure's configuration: custom fields, a checker for a
// shipping method, and API keys that are quick to check.  In vendure-config:
//
//     plugins: [SitooPlugin, ...]
//     authOptions: { tokenMethod: ['bearer', 'api-key'], ... }
//
// Leave out the fields that you have already, or will not use, and name yours in the
// bridge's configuration.  New fields need a database migration.

const { createHash, timingSafeEqual } = require('node:crypto');
const {
    LanguageCode,
    PluginCommonModule,
    ShippingEligibilityChecker,
    VendurePlugin,
} = require('@vendure/core');

const text = (name, more) => ({ name, type: 'string', nullable: true, public: false, ...more });
const choices = (...values) => ({ options: values.map((value) => ({ value })) });

const customFields = {
    Customer: [
        text('memberNumber'),
        text('personalId'),
        text('company'),
        text('companyId'),
        text('landline'),
        text('gender', choices('male', 'female', 'undisclosed')),
        text('birthday'),
        text('homeStore'),
        text('consents', { list: true }),
        text('communication', { list: true, ...choices('email', 'sms', 'mail') }),
    ],
    Promotion: [
        // What it is at the till; empty for promotions of the web shop only.
        text('sitooKind', choices('promotion', 'bonus_check')),
        // The id of the only customer that it is for; empty for everybody.
        text('sitooOwner'),
    ],
    Order: [
        // Whatever has one was made by the bridge, for a redeem.
        text('sitooReference'),
    ],
};

// A key is 256 random bits, which nobody can guess: it needs no bcrypt, which takes a
// fifth of a second for each part of each request.  Keys that were made before this
// plugin came are checked as before.
const digest = (key) => createHash('sha256').update(key).digest();
const quick = (before) => ({
    hash: async (key) => digest(key).toString('hex'),
    check: async (key, hash) =>
        /^[0-9a-f]{64}$/.test(hash)
            ? timingSafeEqual(digest(key), Buffer.from(hash, 'hex'))
            : before.check(key, hash),
});

// The orders of redeems need a shipping method that costs nothing, and that nobody else
// may choose.
const onlyForRedeems = new ShippingEligibilityChecker({
    code: 'sitoo-redeem',
    description: [{ languageCode: LanguageCode.en, value: 'Redeems at a till only' }],
    args: {},
    check: (ctx, order) => Boolean(order.customFields.sitooReference),
});

class SitooPlugin {}

VendurePlugin({
    imports: [PluginCommonModule],
    compatibility: '^3.7.0',
    configuration: (config) => {
        for (const [entity, fields] of Object.entries(customFields)) {
            config.customFields[entity] = [...(config.customFields[entity] ?? []), ...fields];
        }
        const keys = config.authOptions.adminApiKeyStrategy;
        keys.hashingStrategy = quick(keys.hashingStrategy);
        config.shippingOptions.shippingEligibilityCheckers ??= [];
        config.shippingOptions.shippingEligibilityCheckers.push(onlyForRedeems);
        return config;
    },
})(SitooPlugin);

module.exports = { SitooPlugin };

// The shop's Vendure: `node shop.js seed` fills a database, `node shop.js serve PORT`
// serves one, on a free port if it is 0, and says `ready PORT` once it listens.
//
// DATABASE is a file of sql.js's, which is read as it starts and, when served, never
// written; or `postgresql:` and the directory of its socket.  NODE_PATH is where Vendure
// is installed.

const { DefaultLogger, LogLevel, bootstrap } = require('@vendure/core');
const { populate } = require('@vendure/core/cli');
const { SitooPlugin } = require(process.env.PLUGIN);

const [task, port] = process.argv.slice(2);
const seeding = task === 'seed';
const database = process.env.DATABASE;

const config = {
    apiOptions: {
        hostname: '127.0.0.1',
        port: Number(port ?? 0),
        adminApiPath: 'admin-api',
        shopApiPath: 'shop-api',
    },
    authOptions: {
        tokenMethod: ['bearer', 'api-key'],
        superadminCredentials: { identifier: 'superadmin', password: process.env.PASSWORD },
        cookieOptions: { secret: 'of-the-shop' },
    },
    dbConnectionOptions: {
        synchronize: seeding,
        ...(database.startsWith('postgresql:')
            ? { type: 'postgres', host: database.slice(11), username: 'shop', database: 'shop' }
            : { type: 'sqljs', location: database, autoSave: seeding }),
    },
    paymentOptions: { paymentMethodHandlers: [] },
    customFields: {
        Customer: [
            { name: 'roast', type: 'string', nullable: true },
            { name: 'extras', type: 'string', list: true, nullable: true },
            { name: 'milk', type: 'string', nullable: true },
        ],
    },
    plugins: [SitooPlugin],
    logger: new DefaultLogger({ level: LogLevel.Error, timestamp: false }),
};

const shop = {
    defaultLanguage: 'en',
    defaultZone: 'Europe',
    countries: [
        { name: 'Sweden', code: 'SE', zone: 'Europe' },
        { name: 'Finland', code: 'FI', zone: 'Europe' },
    ],
    taxRates: [{ name: 'Standard Tax', percentage: 25 }],
    shippingMethods: [{ name: 'Pick-up', price: 0 }],
    paymentMethods: [],
    collections: [],
};

async function run() {
    if (seeding) {
        const app = await populate(() => bootstrap(config), shop);
        await app.close();
        process.exit(0);
    }
    const app = await bootstrap(config);
    console.log(`ready ${app.getHttpServer().address().port}`);
}

run().catch((error) => {
    console.error(error);
    process.exit(1);
});

// The shop's Directus: `node shop.mjs seed` makes the tables of an empty database,
// `node shop.mjs serve PORT` serves one, on a free port if it is 0, and says
// `ready PORT` once it listens.
//
// PACKAGES is where Directus is installed; the rest of the environment is Directus's own.

const [task, port] = process.argv.slice(2);
const dist = `${process.env.PACKAGES}/@directus/api/dist`;

if (task === 'seed') {
    process.argv.splice(2, process.argv.length, 'bootstrap');
    await import(`${dist}/cli/run.js`);
} else {
    const { createServer } = await import(`${dist}/server.js`);
    const server = await createServer();
    server.listen(Number(port), '127.0.0.1', () => {
        console.log('ready', server.address().port);
    });
}

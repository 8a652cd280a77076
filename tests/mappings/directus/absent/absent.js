// Stands for packages of Directus's that the tests have no use for.  What Directus takes
// of one while it starts is a function that nobody calls.

const nothing = () => undefined;

module.exports = { list: nothing, sendDataToProcessId: nothing };

// First in a test package, in place of the application's own main script. A package loads nothing from Electron's folder, so what an
// older Electron lacks has to come along: the loader beside STOCKPOT_TEST_RELAY fills it in, then loads the script that it is told.
const { dirname, join } = require('node:path');

const relay = process.env.STOCKPOT_TEST_RELAY;
process.env.STOCKPOT_TEST_NODE_RELAY = relay;
process.env.STOCKPOT_TEST_RELAY = join(__dirname, 'relay.cjs').replace('app.asar', 'app.asar.unpacked');
process.argv.splice(1, 0, join(__dirname, 'out', 'main', 'index.cjs'));
require(join(dirname(relay), 'loader.js'));

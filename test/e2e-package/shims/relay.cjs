// Plain Node cannot look into an archive: it is given the unpacked copy of the entry.
process.argv[2] = process.argv[2].replace('app.asar/', 'app.asar.unpacked/');
require(process.env.STOCKPOT_TEST_NODE_RELAY);

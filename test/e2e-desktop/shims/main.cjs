// Loaded before the application in tests: fills in what an older Electron lacks. A newer one is left as it is.
const fs = require('node:fs');
const path = require('node:path');
const { app, session } = require('electron');

if (Number(process.versions.electron.split('.')[0]) < 32) {
  app.whenReady().then(() => session.defaultSession.setPreloads([path.join(__dirname, 'preload.cjs')]));
}

// Before Node 18.15 nobody could ask how full a disk is.
fs.statfsSync ??= () => ({ bavail: Number.MAX_SAFE_INTEGER, bsize: 1 });

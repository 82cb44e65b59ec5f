// Loaded before the application in tests: gives pages what an Electron before 32 lacks. A newer one is left as it is.
const path = require('node:path');
const { app, session } = require('electron');

if (Number(process.versions.electron.split('.')[0]) < 32) {
  app.whenReady().then(() => session.defaultSession.setPreloads([path.join(__dirname, 'preload.cjs')]));
}

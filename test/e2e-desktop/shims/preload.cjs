// Where a dropped file is was a property of the file before `webUtils` came.
const electron = require('electron');

electron.webUtils ??= { getPathForFile: (file) => file.path };

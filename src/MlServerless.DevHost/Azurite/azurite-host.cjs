// Runs Azurite inside a process that ends with the one that started it.
// Usage: node azurite-host.cjs <azurite main script> <pid file or -> [azurite options]
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const [main, pidFile, ...options] = process.argv.slice(2);

if (pidFile !== "-") {
  fs.writeFileSync(pidFile, String(process.pid));
  process.on("exit", () => fs.rmSync(pidFile, { force: true }));
}

// Ctrl-C reaches every process of a terminal. The parent still needs its storage then, and says when it is done.
process.on("SIGINT", () => {});
process.on("SIGHUP", () => {});
const once = process.once;
process.once = function (event, listener) {
  return event === "SIGINT" ? process : once.call(process, event, listener);
};

// The parent holds the other end of stdin and never writes: it closes when the parent stops us, and when it was killed.
process.stdin.resume();
process.stdin.on("error", stop);
process.stdin.on("end", stop);

function stop() {
  // Output may have lost its reader.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  if (!process.emit("SIGTERM")) process.exit(0); // no handler yet: Azurite was still starting
  setTimeout(() => process.exit(0), 8000).unref(); // a request that never ends must not keep it alive
}

// Azurite writes its tables to disk every 5 s; a machine that dies should lose less.
const loki = require(require.resolve("lokijs", { paths: [path.dirname(main)] }));
const autosaveEnable = loki.prototype.autosaveEnable;
loki.prototype.autosaveEnable = function (...args) {
  this.autosaveInterval = 1000;
  return autosaveEnable.apply(this, args);
};

process.argv = [process.argv[0], main, ...options];
require(main);

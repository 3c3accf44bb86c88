'use strict'
// The packed application's entry in the desktop suite, instead of dist/app/main.cjs, which it loads. The suite's
// Electron is older than the product's; what the product's main needs and this one lacks is put in here:
// its Node is 16, so the engine's process is a plain Node 24 child instead of a utility process, with the same messages.
const { spawn } = require('node:child_process')
const path = require('node:path')
const { utilityProcess } = require('electron')

utilityProcess.fork = (file, args) => {
  const node = path.join(process.resourcesPath, 'node', 'bin', 'node')
  const child = spawn(node, [file, ...args], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  // A message to a child that has just ended is lost there too.
  child.on('error', () => undefined)
  return {
    on: (event, tell) => child.on(event, tell),
    once: (event, tell) => child.once(event, tell),
    postMessage: (message) => void (child.connected && child.send(message, () => undefined)),
    kill: () => child.kill('SIGKILL'),
    stderr: child.stderr,
    get pid() {
      return child.pid
    },
  }
}

require('../../dist/app/main.cjs')

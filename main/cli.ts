#!/usr/bin/env node
import './cli/own-node.ts'
import './system/thread-pool.ts'
import { command } from './cli/command.ts'
import { thisMachine } from './cli/this-machine.ts'

// Whatever a closed engine may have left open must not keep a finished command alive.
process.exit(await command(process.argv.slice(2), thisMachine()))

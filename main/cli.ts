#!/usr/bin/env node
import './cli/thread-pool.ts'
import { run } from './cli/run.ts'
import { thisMachine } from './cli/this-machine.ts'

// A reader that goes away (`maculactl logs | head`) is no error; nothing more can be said to it.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })

const code = await run(process.argv.slice(2), thisMachine())
// Whatever a closed engine may have left open must not keep a finished command alive.
process.exit(code)

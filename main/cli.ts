#!/usr/bin/env node
import './cli/own-node.ts'
import './system/thread-pool.ts'
import { briefAnswer } from './cli/brief.ts'
import { isClosed, watchStreams } from './cli/streams.ts'

const argv = process.argv.slice(2)

/** Whether the whole answer was written, or nobody wanted it; where it could not be, the command line itself says why. */
async function isAnswered(): Promise<boolean> {
  const text = isClosed(1) ? undefined : await briefAnswer(argv)
  if (text === undefined) return false
  const streams = watchStreams(process.stdout, process.stderr)
  process.stdout.write(`${text}\n`)
  await streams.flushed()
  return streams.trouble() === undefined
}

async function answer(): Promise<number> {
  const [{ keepCompiled }, { giveRoom }] = await Promise.all([
    import('./cli/compiled.ts'),
    import('./cli/short-lived.ts'),
  ])
  giveRoom(argv)
  keepCompiled(process.env)
  const [{ command }, { thisMachine }] = await Promise.all([
    import('./cli/command.ts'),
    import('./cli/this-machine.ts'),
  ])
  return await command(argv, thisMachine())
}

// Whatever a closed engine may have left open must not keep a finished command alive.
process.exit((await isAnswered()) ? 0 : await answer())

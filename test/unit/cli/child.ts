import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { command } from '../../../main/cli/command.ts'
import { thisMachine } from '../../../main/cli/this-machine.ts'
import type { RunResult, StepEvent } from '../../../main/model/run.ts'
import { systemOf } from '../ui-server/system.ts'
import { ledger, standIn } from './stand-in.ts'
import { greenWorld, now } from './worlds.ts'

/**
 * The whole command line as a process of its own, over an engine that is stood in for: argv[2] is the file into which it
 * writes what it began and ended, the rest is the command.
 */

const [, , diary = '', ...argv] = process.argv
const note = (says: string): void => appendFileSync(diary, `${says}\n`)

/** Steps of a run, one each few milliseconds, so that streams and terminals can go away in the middle. */
const STEPS = Number(process.env['STEPS'] ?? 40)

function walk(verb: string) {
  return async (
    ids: readonly string[],
    ...rest: readonly unknown[]
  ): Promise<RunResult & { readonly moved: readonly never[] }> => {
    const tell = rest.find((one) => typeof one === 'function') as (event: StepEvent) => void
    const signal = rest.find((one) => one instanceof AbortSignal)
    note(`${verb} begins`)
    let done = 0
    const isOver = (): boolean => done === STEPS || signal?.aborted === true
    for (; !isOver(); done += 1) {
      tell({ kind: 'note', ms: done, says: `step ${done}` })
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    note(done === STEPS ? `${verb} ends` : `${verb} is interrupted`)
    return { ok: done === STEPS, done: [...ids], failed: [], skipped: [], ms: 400, moved: [] }
  }
}

const setting = async (): Promise<{ readonly kind: 'done'; readonly steps: readonly [] }> => {
  note('setup begins')
  await new Promise((resolve) => setTimeout(resolve, 300))
  note('setup ends')
  return { kind: 'done', steps: [] }
}

let isUndone = false

/** More than a pipe takes at a time. */
const many = Array.from({ length: 2000 }, (_, number) => ({
  id: 'many',
  group: 'machine' as const,
  title: `Check ${number}`,
  result: 'ok' as const,
  what: `the finding of check ${number}, in some more words than are needed`,
  why: '',
  todo: '',
  ms: 1,
}))

const line = { service: 'loki', at: now, stream: 'out', text: 'a line' } as const
const one = standIn({
  world: greenWorld(),
  lines: [line],
  elevation: 'root',
  over: {
    up: walk('up'),
    down: walk('down'),
    restart: walk('restart'),
    pull: walk('pull'),
    setup: setting,
    undo: async () => {
      const outcome = await setting()
      isUndone = true
      return outcome
    },
    // What is left is read from it afterwards.
    ledger: () =>
      Promise.resolve(
        isUndone ? ledger.map((entry) => ({ ...entry, undoable: false, state: 'undone' as const })) : ledger,
      ),
    doctor: () => Promise.resolve(many),
    resetData: async (id, _typed, tell, signal) => await walk('reset')([id], tell, signal),
  },
})

/** A window to serve: the real one is built later than these tests run. */
async function windowFolder(): Promise<string> {
  const folder = join(dirname(diary), 'window')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><html><head></head></html>')
  return await Promise.resolve(folder)
}

// What is watched changes, as it does in life.
setInterval(() => one.publish(), 50)
process.exit(
  await command(argv, {
    ...thisMachine(),
    windowFolder,
    openSystem: () => Promise.resolve(systemOf(one.engine)),
  }),
)

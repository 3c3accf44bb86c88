import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isatty } from 'node:tty'
import { makeFolder, wholeFile, readIfThere } from '../files.ts'
import type { LedgerEntry, RootOutcome, RootStepResult } from '../../model/change.ts'
import type { RootAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Paths } from '../paths.ts'
import { sayObstacle } from '../obstacle.ts'
import { driftOf } from './drift.ts'
import { chooseElevation, noWay, promptEnvironment, systemProgram, type Surroundings } from './elevate.ts'
import { personUid } from './person.ts'
import { parseLedger } from './ledger.ts'
import { planOf, undoPlanOf, type Plan } from './plan.ts'
import { runRoot } from './run.ts'

export interface RootOptions {
  /** Whether a person sits at a terminal where sudo may ask. Default: stdin is one. */
  readonly terminal?: boolean
  /** Environment of the caller; only what a prompt needs of it is handed on. Default: ours. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Ms a person has to answer the prompt. Default: 5 minutes. */
  readonly deadline?: number
  /** The project of the settings, which what is written down carries. Default: it carries none. */
  readonly project?: string
  /** Told what of the ledger could not be read. */
  readonly onProblem?: (says: string) => void
  /** What runs root's program. Default: /bin/sh. */
  readonly shell?: readonly string[]
  /** Ms that sudo has to say whether it would ask. Default: 20 s; looking up the machine's own name alone may take 10. */
  readonly patience?: number
  /** Who we are. Default: who runs this process. */
  readonly uid?: number
  /** Where sudo and pkexec are. Default: in the folders only root writes to. */
  readonly program?: Surroundings['program']
  /** Tests: everything happens below this folder of ours, and nobody is asked. */
  readonly below?: string
}

const SUDO_PATIENCE_MS = 20_000

/** The one access to root: gathers verbs into a plan, has it run in one elevation, reads the ledger root keeps. */
export function openRoot(paths: Paths, options: RootOptions = {}): RootAdapter {
  const env = options.env ?? process.env
  const below = options.below ?? ''
  const ledger = join(below, paths.ledger)
  const me = personUid(env, options.uid ?? process.getuid?.() ?? 0)
  const around: Surroundings = {
    isRoot: below !== '' || (options.uid ?? process.getuid?.()) === 0,
    // Not by the stream, which Node would open for it.
    isTerminal: options.terminal ?? isatty(0),
    hasDesktop: process.platform === 'linux' && Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']),
    program: options.program ?? systemProgram,
    isQuiet: (sudo) =>
      new Promise((resolve) => {
        const quiet = { env: promptEnvironment(env), cwd: '/', timeout: options.patience ?? SUDO_PATIENCE_MS }
        execFile(sudo, ['-n', '--', '/bin/sh', '-c', ':'], quiet, (error) =>
          resolve(error === null || (error.killed === true ? 'silent' : false)),
        )
      }),
  }

  async function run(plan: Plan, onStep: (step: RootStepResult) => void): Promise<RootOutcome> {
    const elevation = await chooseElevation(around)
    if (!elevation) return noWay()
    const program = (await wholeFile(join(paths.assets, 'root', 'macula-root'))).toString('utf8')
    const file = await writePlan([paths.state, ...roomy(env)], plan)
    const withdraw = (): Promise<void> => unlink(file).catch(() => undefined)
    try {
      return await runRoot({
        elevation,
        shell: options.shell ?? ['/bin/sh'],
        program,
        words: [...(below === '' ? [] : ['--root', below]), file, plan.sha256],
        env: { ...env, SUDO_UID: String(me) },
        deadline: options.deadline ?? 5 * 60_000,
        onStep,
        withdraw,
      })
    } finally {
      await withdraw()
    }
  }

  return {
    apply: async (changes, onStep) => {
      const plan = planOf(changes, options.project)
      return changes.every((change) => change.verbs.length === 0)
        ? { kind: 'done', steps: [] }
        : await run(plan, onStep)
    },
    undo: async (entries, how, onStep) => {
      if (entries?.length === 0) return { kind: 'done', steps: [] }
      return await run(undoPlanOf(entries, how), onStep)
    },
    ledger: async () => {
      const text = await readLedger(ledger)
      const { records, problems } = parseLedger(text)
      for (const problem of problems) options.onProblem?.(`${ledger}/ledger: ${problem}`)
      return await Promise.all(
        records.map(async (whole): Promise<LedgerEntry> => {
          const { wrote: _, was: __, ...record } = whole
          const isThere = record.state !== 'undone'
          const drift = isThere ? await driftOf(whole, { ledger, below }, records) : undefined
          const others = record.by !== undefined && record.by.uid !== me
          const { project } = record
          const elsewhere =
            !others && options.project !== undefined && project !== undefined && project !== options.project
          return {
            ...record,
            drift: 'none',
            ...drift,
            ...(others ? { others } : {}),
            ...(elsewhere ? { elsewhere } : {}),
            undoable: isThere && !others && record.verb !== 'packages',
          }
        }),
      )
    },
    elevation: async () => (await chooseElevation(around))?.way,
  }
}

/** Folders that need no room on a disk, for when the state folder cannot be written: undoing must not need any. */
function roomy(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const runtime = env['XDG_RUNTIME_DIR']
  const own = runtime !== undefined && runtime.startsWith('/') ? [runtime] : []
  return [...own, ...(process.platform === 'linux' ? ['/dev/shm'] : []), tmpdir()]
}

/**
 * For our eyes and root's only, under a name nobody can guess; gone after the run. In the first folder that takes it:
 * root compares its hash with what was shown, wherever it lies.
 */
async function writePlan(folders: readonly string[], plan: Plan): Promise<string> {
  let first: unknown
  for (const folder of folders) {
    const file = join(folder, `root-plan-${randomUUID()}`)
    try {
      if (folder === folders[0]) await makeFolder(folder)
      const handle = await open(file, 'wx', 0o600)
      try {
        await handle.writeFile(plan.text)
      } finally {
        await handle.close()
      }
      return file
    } catch (error) {
      await unlink(file).catch(() => undefined)
      first ??= error
    }
  }
  const state = folders[0] ?? ''
  const what = `The plan for root could not be written, neither into ${state} nor into ${folders.slice(1).join(', ')}.`
  throw new MaculaError({ kind: 'failed', what, ...sayObstacle(first, state) }, { cause: first })
}

async function readLedger(folder: string): Promise<string> {
  try {
    return (await readIfThere(join(folder, 'ledger'))) ?? ''
  } catch (error) {
    const { message } = error as Error
    throw new MaculaError(
      {
        kind: 'failed',
        what: 'The list of changes that root made could not be read.',
        why: message,
        todo: `Look at ${folder}.`,
      },
      { cause: error },
    )
  }
}

import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { MigrationPart, PlannedStep } from '../../engine/adapters.ts'
import {
  FORWARDING_FILE,
  FORWARDING_UNIT,
  isPlainSocat,
  PID_FOLDER,
  socatOf,
  type SocatSeen,
} from '../../model/before/forwarders.ts'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { sayCount } from '../../model/say.ts'
import { poll } from '../../engine/wait.ts'
import { writeWhole } from '../files.ts'
import { isAlive, startOf } from '../process/record.ts'
import { hasSocket } from '../process/opened.ts'
import { listening } from '../process/sockets.ts'
import { userName } from '../process/user.ts'
import { shownAt } from '../root/shown.ts'
import { rootStep } from './root-step.ts'
import { findSocats, type Found } from './socats.ts'

/** How long a socat may take after SIGTERM (ms); it ends at once. */
const TERM_MS = 3000
const OWN = 'forwarders-own'
const HIDDEN = 'hidden'

const keptSchema = z.object({
  kind: z.literal('forwarders'),
  processes: z.array(
    z.object({
      pid: z.number(),
      started: z.string(),
      argv: z.array(z.string()).min(1),
      pidFile: z.string().optional(),
    }),
  ),
})

type KeptProcess = z.infer<typeof keptSchema>['processes'][number]

export interface ForwardersInput {
  readonly uid: number
  /** Where a script keeps pids; tests name another folder. */
  readonly pidFolder?: string
  /** XDG_STATE_HOME, where routing scripts of `maculactl eject` keep theirs. */
  readonly stateHome: string
  /** Where the machine's own files lie. */
  readonly below?: string
}

/** The socat processes of the platform's scripts: the person's own are ended by us, those of root and the unit by root. */
export function forwardersPart(input: ForwardersInput): MigrationPart {
  const folder = input.pidFolder ?? PID_FOLDER
  /** What stands for the unit file in root's plan; 'hidden' where it may not be read, so that nobody can be shown it. */
  const seenUnit = async (): Promise<string | undefined> =>
    await shownAt(join(input.below ?? '', FORWARDING_FILE)).catch(() => HIDDEN)

  const find = async (): Promise<readonly Found[]> =>
    await findSocats({ old: folder, stateHome: input.stateHome })

  async function plan(): Promise<readonly PlannedStep[]> {
    const [all, unit] = await Promise.all([find(), seenUnit()])
    const own = all.filter((one) => one.uid === input.uid && one.unit !== FORWARDING_UNIT)
    const roots = rootsOf(all, input.uid).filter(({ argv }) => isPlainSocat(argv))
    const ofUnit = all.filter((one) => one.unit === FORWARDING_UNIT)
    return [
      ...(own.length === 0 ? [] : [ownStep(own)]),
      ...(unit === undefined || unit === HIDDEN ? [] : [unitStep(ofUnit, unit)]),
      ...(roots.length === 0 ? [] : [rootsStep(roots)]),
    ]
  }

  return {
    id: 'forwarders',
    async detect() {
      const [all, unit] = await Promise.all([find(), seenUnit()])
      if (all.length === 0 && unit === undefined) return []
      const others = all.filter((one) => one.uid !== input.uid && one.uid !== 0)
      const odd = rootsOf(all, input.uid).filter(({ argv }) => !isPlainSocat(argv))
      const whose = await Promise.all(
        others.map(async (one) => `pid ${one.pid} of ${(await userName(one.uid)) ?? `uid ${one.uid}`}`),
      )
      return [
        {
          id: 'forwarders',
          title: unit === undefined ? 'Forwarders (socat)' : `Forwarders (socat) and ${FORWARDING_UNIT}`,
          holds: [
            ...all.map((one) => `${one.address}:${one.port} (socat, pid ${one.pid}), to ${one.to}`),
            ...(unit === undefined ? [] : [`${FORWARDING_FILE}, which starts them again`]),
          ],
          costs: `While these forwarders run, Macula’s own cannot have their ports, and names reach what these forward to.${whose.length === 0 ? '' : ` ${whose.join(', ')}: another person’s, which only that person or root ends.`}${odd.map((one) => ` pid ${one.pid} of root does more than forward a port: sudo kill ${one.pid} ends it.`).join('')}${unit === HIDDEN ? ` ${FORWARDING_FILE} may not be read by you, so it stays: sudo systemctl disable --now ${FORWARDING_UNIT} stops it.` : ''}`,
          listens: all.map(({ address, port }) => ({ address, port })),
        },
      ]
    },
    plan,
    async keep(_step, earlier) {
      const before = earlier.flatMap((one) => keptSchema.safeParse(one).data?.processes ?? [])
      const now = (await find())
        .filter((one) => one.uid === input.uid && one.unit !== FORWARDING_UNIT)
        .map(({ pid, started, argv, pidFile }): KeptProcess => ({
          pid,
          started,
          argv: [...argv],
          ...(pidFile === undefined ? {} : { pidFile }),
        }))
      const more = now.filter(({ argv }) => before.every((one) => one.argv.join('\0') !== argv.join('\0')))
      return { kind: 'forwarders', processes: [...before, ...more] }
    },
    async takeOver(step, tell) {
      const meant = (await find()).filter((one) => step.effects.includes(sayEnd(one)))
      for (const one of meant) {
        await end(one)
        if (one.pidFile !== undefined) await rm(one.pidFile, { force: true })
        tell(`ended socat on ${one.address}:${one.port} (pid ${one.pid})`)
      }
      return { says: `${sayCount(meant.length, 'forwarder')} ended` }
    },
    async giveBack(value, tell) {
      const kept = keptSchema.safeParse(value).data
      if (!kept) return 'nothing was kept of it'
      const running = await find()
      let started = 0
      const stuck: unknown[] = []
      for (const one of kept.processes) {
        const seen = socatOf(one.argv)
        const there = running.some((now) => now.address === seen?.address && now.port === seen.port)
        if (there || !seen) continue
        // One that does not start must not keep the others down.
        try {
          await startAgain(one, seen)
          started += 1
          tell(`started socat on ${seen.address}:${seen.port}`)
        } catch (error) {
          stuck.push(error)
        }
      }
      if (stuck.length > 0) throw notStarted(stuck, started)
      return `${sayCount(started, 'forwarder')} started again`
    },
  }
}

/** Why not all of them run again; `started`: how many do. */
function notStarted(stuck: readonly unknown[], started: number): unknown {
  if (stuck.length === 1 && started === 0) return stuck[0]
  const all = stuck.map(troubleOf)
  return new MaculaError({
    kind: 'failed',
    what: all.map(({ what }) => what).join(' '),
    why: [...all.flatMap(({ why }) => why ?? []), `${sayCount(started, 'forwarder')} started again.`].join(
      ' ',
    ),
    todo: all.flatMap(({ todo }) => todo ?? []).join('\n'),
  })
}

/** Those of root that no unit of the scripts started. */
function rootsOf(all: readonly Found[], uid: number): readonly Found[] {
  return all.filter((one) => one.uid === 0 && uid !== 0 && one.unit !== FORWARDING_UNIT)
}

const sayEnd = (one: Found): string =>
  `socat, pid ${one.pid}, on ${one.address}:${one.port} (to ${one.to}) is ended`

function ownStep(own: readonly Found[]): PlannedStep {
  return {
    id: OWN,
    part: 'forwarders',
    title: `End ${sayCount(own.length, 'forwarder')} of yours`,
    effects: own.map(sayEnd),
    without:
      'these addresses stay as they are now, and Macula’s own services there are reached by their containers only.',
    brings: `${sayCount(own.length, 'forwarder')} of yours`,
    back: own.map(({ argv }) => argv.join(' ')),
  }
}

function unitStep(ofUnit: readonly Found[], shown: string): PlannedStep {
  return rootStep({
    id: 'before-unit',
    part: 'forwarders',
    title: `Stop ${FORWARDING_UNIT} and take it out`,
    reason: 'It starts forwarders as root on addresses that are Macula’s.',
    effects: [
      `${FORWARDING_UNIT} is stopped and disabled`,
      ...ofUnit.map(sayEnd),
      `${FORWARDING_FILE} is taken out`,
    ],
    without: 'its forwarders keep 127.0.0.2 to 127.0.0.9, and come back with each start of the machine.',
    verbs: [
      { verb: 'unit-off', unit: FORWARDING_UNIT },
      { verb: 'remove', path: FORWARDING_FILE, shown },
    ],
  })
}

function rootsStep(roots: readonly Found[]): PlannedStep {
  return rootStep({
    id: 'before-socat',
    part: 'forwarders',
    title: `End ${sayCount(roots.length, 'forwarder')} of root`,
    reason: 'They listen on addresses that are Macula’s.',
    effects: roots.map(sayEnd),
    without: 'these addresses stay as they are now.',
    verbs: roots.map(({ pid, started, argv }) => ({
      verb: 'end',
      pid,
      started: Number(started.split('/').at(-1)),
      argv,
    })),
  })
}

/** Ends exactly this process; one that is another by now is left alone. Throws when it does not end. */
async function end(one: Found): Promise<void> {
  if (!(await isAlive(one))) return
  try {
    process.kill(one.pid, 'SIGTERM')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  const gone = await poll(async () => ((await startOf(one.pid)) === one.started ? undefined : true), {
    deadline: TERM_MS,
    first: 2,
    longest: 50,
  })
  if (gone === true) return
  throw new MaculaError({
    kind: 'failed',
    what: `socat (pid ${one.pid}) on ${one.address}:${one.port} does not end.`,
    why: `It was told to (SIGTERM) ${TERM_MS / 1000} s ago.`,
    todo: `kill -KILL ${one.pid} ends it; then run maculactl migrate again.`,
  })
}

/** Starts a forwarder as a script did: detached, by the same arguments, its pid written where it was. */
async function startAgain(one: KeptProcess, seen: SocatSeen): Promise<void> {
  const [program = '', ...args] = one.argv
  const child = spawn(program, args, { detached: true, stdio: 'ignore', cwd: '/' })
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code) => resolve(`it ended at once (exit code ${code ?? 'none'})`))
  })
  child.unref()
  const listens = async (): Promise<true | undefined> => {
    const { pid = 0 } = child
    const socket = (await listening()).find(
      ({ address, port }) => address === seen.address && port === seen.port,
    )
    return socket && hasSocket(pid, socket.inode) ? true : undefined
  }
  const why = await Promise.race([
    failed,
    poll(listens, { deadline: TERM_MS, first: 2, longest: 50 }).then((ready) =>
      ready === true ? undefined : 'it listens on nothing',
    ),
  ])
  if (why !== undefined || child.pid === undefined) {
    child.kill()
    throw new MaculaError({
      kind: 'failed',
      what: `The forwarder on ${seen.address}:${seen.port} could not be started again.`,
      why: `socat: ${why ?? 'not started'}.`,
      todo: `Start it by hand: ${one.argv.join(' ')}`,
    })
  }
  if (one.pidFile !== undefined) await writeWhole(one.pidFile, `${child.pid}\n`).catch(() => undefined)
}

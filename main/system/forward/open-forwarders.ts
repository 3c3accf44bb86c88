import { realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Forward, ForwardResult, ForwarderSeen, ForwardersAdapter } from '../../engine/adapters.ts'
import { listenerKey, type ListenerPlace } from '../../model/listeners.ts'
import { isUdp } from '../../model/protocol.ts'
import type { Holder } from '../../model/observation.ts'
import type { Owner } from '../../model/owner.ts'
import { sayHolder } from '../../model/say.ts'
import { findTool } from '../host/tool.ts'
import type { Paths } from '../paths.ts'
import { endGroup } from '../process/end.ts'
import { ownRecordsIn, recordByMark, startedBy, type Mark } from '../process/mark.ts'
import type { PidRecord } from '../process/record.ts'
import { hasAnySocket, hasSocket } from '../process/opened.ts'
import { isFree, listening, settledHolder } from '../process/sockets.ts'
import { startDetached } from '../process/start.ts'
import { stuckOf, triedStuck } from '../process/stuck.ts'
import { knownForwarders } from './known-forwarders.ts'
import { FORWARD_UDP_WORD, FORWARD_WORD, parseForward } from './own-forwarder.ts'
import { checkForward, forwardOf, socatArgs } from './socat.ts'

/** socat binds within milliseconds; longer means that it will not. */
const READY_DEADLINE_MS = 3000
/** Node is read first, and where it was not built the whole command line: several seconds on a machine that is busy. */
const OWN_READY_DEADLINE_MS = 20_000
/** As long as a start of everything takes: until then a forwarder that it made is not tried by a connection (ms). */
const FRESH_MS = 30_000
const AT_ONCE = 8
/** Built of entry.ts (vite.config.ts). */
const OWN_FILE = 'forward.mjs'
const PREFIX = 'forward-'

/** Whether a process of ours has this pid; nothing is signalled. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The forward and program that a living record stands for. */
function seenOf(record: PidRecord): ForwarderSeen | undefined {
  const socat = forwardOf(record.argv)
  if (socat) return { ...socat, pid: record.pid, program: 'socat' }
  const at = record.argv.findIndex((word) => word === FORWARD_WORD || word === FORWARD_UDP_WORD)
  if (at < 0) return undefined
  const carried = record.argv[at] === FORWARD_UDP_WORD ? ({ protocol: 'udp' } as const) : {}
  try {
    return {
      ...parseForward(record.argv.slice(at + 1)),
      ...carried,
      pid: record.pid,
      program: 'macula-forward',
    }
  } catch {
    return undefined
  }
}

/**
 * Our forwarders: one detached process a listener; of TCP socat where it is installed, else our own, of UDP always our own. `owner`: whose they are.
 * `self`: the program and arguments that run this command line again. `find`: where tools are looked for.
 */
export function openForwarders(
  paths: Paths,
  owner: Owner,
  env: Readonly<Record<string, string | undefined>>,
  self: readonly string[],
  find: typeof findTool = findTool,
): ForwardersAdapter {
  const own: Mark = { owner, state: paths.state }
  const records = ownRecordsIn(join(paths.state, 'pids'), own)
  const nameOf = (listener: ListenerPlace): string =>
    `${PREFIX}${listener.address}-${listener.port}${isUdp(listener) ? '-udp' : ''}`

  interface Living {
    readonly name: string
    readonly record: PidRecord
    readonly seen: ForwarderSeen
  }

  async function recorded(names: readonly string[]): Promise<readonly Living[]> {
    const found = await Promise.all(
      names.map(async (name) => {
        const record = await records.living(name)
        const seen = record && seenOf(record)
        return record && seen ? [{ name, record, seen }] : []
      }),
    )
    return found.flat()
  }

  /** All of ours, also those that no record tells of: their actor was ended in between, or the folder is another. */
  async function living(): Promise<readonly Living[]> {
    const told = await recorded(await names())
    const pids = new Set(told.map(({ record }) => record.pid))
    const lost = (await startedBy(own, pids)).flatMap((record) => {
      const seen = seenOf(record)
      return seen ? [{ name: nameOf(seen), record, seen }] : []
    })
    return [...told, ...lost]
  }

  /** Those that were there when they were listed last. */
  let listed: readonly ForwarderSeen[] = []

  const list = knownForwarders(
    join(paths.state, 'pids'),
    async () => (listed = (await living()).map(({ seen }) => seen)),
  )

  /**
   * The program of our own forwarders: the small one that lies beside the command line where it was built, as the whole of it
   * takes 45 MB more for as long as it runs; else that.
   */
  async function ownProgram(): Promise<readonly string[]> {
    const script = self.at(-1) ?? ''
    const beside = await realpath(script).then(
      (path) => join(dirname(path), OWN_FILE),
      () => '',
    )
    const isFile = (await stat(beside).catch(() => undefined))?.isFile() === true
    return isFile ? [...self.slice(0, -1), beside] : self
  }

  async function command(forward: Forward): Promise<readonly string[]> {
    const socat = isUdp(forward) ? undefined : await find('socat', env)
    if (socat !== undefined) return [socat, ...socatArgs(forward)]
    return [
      ...(await ownProgram()),
      isUdp(forward) ? FORWARD_UDP_WORD : FORWARD_WORD,
      forward.address,
      String(forward.port),
      forward.host,
      String(forward.toPort),
    ]
  }

  /** The forwarder of ours that has this pid, though no record tells of it. */
  async function withoutRecord(
    pid: number | undefined,
  ): Promise<{ readonly record: PidRecord; readonly seen: ForwarderSeen } | undefined> {
    const record = pid === undefined ? undefined : await recordByMark(pid, own)
    const seen = record && seenOf(record)
    return record && seen ? { record, seen } : undefined
  }

  /** Those that were seen to listen when we started them, with when that was (performance.now). */
  const begun = new Map<number, number>()

  /**
   * Whether one of ours takes no connection. One that was started a moment ago is told by its state and queue alone: each try
   * is a connection to the service, and a start would make one for every forwarder that it just made.
   */
  async function isStuck(pid: number, forward: Forward): Promise<boolean> {
    const now = performance.now()
    for (const [old, at] of begun) if (now - at >= FRESH_MS) begun.delete(old)
    return (await (begun.has(pid) ? stuckOf : triedStuck)(pid, forward)) !== undefined
  }

  /** Who has the listener's place; undefined: nobody. */
  async function holderNow(forward: Forward): Promise<Holder | undefined> {
    // Whether anybody listens there a bind tells at once; who it is, only the kernel's tables, which it walks all its sockets for.
    if (!isUdp(forward) && (await isFree(forward))) return undefined
    return await settledHolder(forward.address, forward.port, forward.protocol)
  }

  async function start(forward: Forward, kind: 'started' | 'retargeted'): Promise<ForwardResult> {
    const key = listenerKey(forward)
    let held = await holderNow(forward)
    const lost = await withoutRecord(held?.pid)
    if (lost && listenerKey(lost.seen) === key) {
      const { record, seen } = lost
      const isRight = seen.host === forward.host && seen.toPort === forward.toPort
      if (isRight && (await triedStuck(record.pid, forward)) === undefined) {
        await records.write(nameOf(forward), record)
        return { kind: 'kept', forward, pid: record.pid, program: seen.program }
      }
      await endGroup(record)
      held = await settledHolder(forward.address, forward.port, forward.protocol)
    }
    if (held)
      return {
        kind: 'failed',
        forward,
        code: 'EADDRINUSE',
        says: `${key} is held by ${sayHolder(held)}.`,
        holder: held,
      }
    const [program = '', ...args] = await command(forward)
    const isSocat = program.endsWith('socat')
    const result = await startDetached({
      mark: own,
      program,
      args,
      log: join(paths.state, 'logs', 'forwarders.log'),
      deadline: isSocat ? READY_DEADLINE_MS : OWN_READY_DEADLINE_MS,
      isReady: async (pid) => {
        // The kernel walks all its sockets for the table: not before there can be anything in it.
        if (!hasAnySocket(pid)) return false
        const socket = (await listening(forward.protocol)).find(
          (one) => one.address === forward.address && one.port === forward.port,
        )
        return socket !== undefined && hasSocket(pid, socket.inode)
      },
    })
    if (result.kind === 'failed') {
      const code = /Permission denied|EACCES/.test(result.output)
        ? 'EACCES'
        : /Address already in use|EADDRINUSE/.test(result.output)
          ? 'EADDRINUSE'
          : /Cannot assign requested address|EADDRNOTAVAIL/.test(result.output)
            ? 'EADDRNOTAVAIL'
            : 'tool'
      return {
        kind: 'failed',
        forward,
        code,
        says: `${key}: ${result.output || `the forwarder ended with ${result.exitCode ?? 'no code'}`}`,
      }
    }
    begun.set(result.record.pid, performance.now())
    await records.write(nameOf(forward), result.record)
    return {
      kind,
      forward,
      pid: result.record.pid,
      program: isSocat ? 'socat' : 'macula-forward',
    }
  }

  /** The names of records of forwarders. */
  const names = async (): Promise<readonly string[]> =>
    (await records.names()).filter((name) => name.startsWith(PREFIX))

  /** Those whose process lives, as their records tell; nothing is cleared. */
  async function told(): Promise<readonly ForwarderSeen[]> {
    const found = await Promise.all((await names()).map(async (name) => await records.told(name)))
    return found.flatMap((record) => (record && seenOf(record)) ?? [])
  }

  return {
    // Elsewhere each process would be asked by a program.
    list: async (how) => (how === 'quick' && process.platform === 'linux' ? await told() : await list()),
    someEnded: () => !listed.every(({ pid }) => isThere(pid)),
    async ensure(wanted) {
      wanted.forEach(checkForward)
      const have = new Map((await recorded(wanted.map(nameOf))).map((one) => [one.name, one]))
      const results: ForwardResult[] = []
      const queue = [...wanted]
      const worker = async (): Promise<void> => {
        for (let forward = queue.shift(); forward; forward = queue.shift()) {
          const one = have.get(nameOf(forward))
          const isRight = one && one.seen.host === forward.host && one.seen.toPort === forward.toPort
          // One that is there and takes no connection is as good as none.
          if (isRight && !(await isStuck(one.record.pid, forward))) {
            results.push({ kind: 'kept', forward, pid: one.record.pid, program: one.seen.program })
            continue
          }
          // The old one ends with its connections first: none may reach another service by the new target.
          if (one) await endGroup(one.record)
          results.push(await start(forward, one && !isRight ? 'retargeted' : 'started'))
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
      return results
    },
    async stop(listeners) {
      const names = listeners?.map(nameOf)
      const ending = (await living()).filter((one) => names === undefined || names.includes(one.name))
      await Promise.all(
        ending.map(async (one) => {
          await endGroup(one.record)
          await records.remove(one.name)
        }),
      )
    },
  }
}

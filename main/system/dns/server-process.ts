import { basename, join } from 'node:path'
import { MaculaError } from '../../model/errors.ts'
import { commandToSee, sayHolder } from '../../model/say.ts'
import type { Paths } from '../paths.ts'
import { endGroup } from '../process/end.ts'
import { ownRecordsIn, startedBy, type Mark } from '../process/mark.ts'
import type { PidRecord } from '../process/record.ts'
import { isFree, settledHolder } from '../process/sockets.ts'
import { startDetached } from '../process/start.ts'

/** The argument that tells a name server of ours from all else that we start. */
const CONFIG = '--conf-file='
const READY_DEADLINE_MS = 3000

/**
 * One dnsmasq of ours on 127.0.0.1:`port`, by its configuration file; its name in the records is `record`. It is known
 * again by its record, else by whose it is and the name of that file.
 */
export function serverProcess(input: {
  readonly paths: Paths
  readonly own: Mark
  readonly record: string
  readonly configFile: string
  readonly port: number
}) {
  const { paths, own, record, configFile, port } = input
  const records = ownRecordsIn(join(paths.state, 'pids'), own)

  /** Those that no record tells of: their actor was ended in between, or the folder is another. */
  async function lost(): Promise<readonly PidRecord[]> {
    return (await startedBy(own)).filter(({ argv }) =>
      argv.some((word) => word.startsWith(CONFIG) && basename(word) === basename(configFile)),
    )
  }

  /** Whether it reads our own folder: one of a folder that was moved or removed never hears of new names. */
  const isOfFolder = ({ argv }: PidRecord): boolean => argv.includes(`${CONFIG}${configFile}`)

  /** Ours that lives; of several that nobody told of, the one of our own folder. */
  async function living(): Promise<PidRecord | undefined> {
    const told = await records.living(record)
    if (told) return told
    const found = await lost()
    return found.find(isOfFolder) ?? found[0]
  }

  /** Who has the port, as a sentence; undefined: nobody but `except`. */
  async function portTaken(...except: readonly PidRecord[]): Promise<string | undefined> {
    // Who listens on every address of IPv6 alone is in the kernel's tables as one on every address: a bind tells that it is not in the way.
    if (await isFree({ address: '127.0.0.1', port })) return undefined
    const holder = await settledHolder('127.0.0.1', port)
    if (!holder) return undefined
    if (except.some(({ pid }) => pid === holder.pid)) return undefined
    const see = commandToSee(holder, String(port))
    const which = see === undefined ? '' : ` See which it is: ${see}`
    return `127.0.0.1:${port}, where our name server should be, is held by ${sayHolder(holder)}.${which}`
  }

  return {
    living,
    isOfFolder,
    portTaken,
    /** Writes the record of one that lives and has none. */
    async adopt(one: PidRecord): Promise<void> {
      if (!(await records.living(record))) await records.write(record, one)
    },
    /**
     * Ends what is there and starts anew. What answers now is not ended before it is known that another can take its
     * place. Throws MaculaError `failed` with the holder of the port, or what dnsmasq said.
     */
    async restart(dnsmasq: string, isReady: () => Promise<boolean>): Promise<void> {
      const there = await living()
      const ending = [...(there ? [there] : []), ...(await lost())]
      const taken = await portTaken(...ending)
      if (taken !== undefined) throw noPort(taken)
      for (const one of ending) await endGroup(one)
      const still = await portTaken()
      if (still !== undefined) throw noPort(still)
      const result = await startDetached({
        mark: own,
        program: dnsmasq,
        args: [
          '--keep-in-foreground',
          `${CONFIG}${configFile}`,
          // As root it would become "nobody" and could not read our folder any more.
          ...(process.getuid?.() === 0 ? ['--user=root'] : []),
        ],
        log: join(paths.state, 'logs', `${record}.log`),
        deadline: READY_DEADLINE_MS,
        isReady,
      })
      if (result.kind === 'failed')
        throw new MaculaError({
          kind: 'failed',
          what: 'The name server (dnsmasq) stopped right after its start.',
          why: result.output || `exit code ${result.exitCode ?? 'unknown'}`,
          todo: 'maculactl doctor says more.',
        })
      await records.write(record, result.record)
    },
    /** Lets it read again whom it asks (SIGHUP: `servers-file` and `hostsdir`, never its configuration). */
    reread(one: PidRecord): void {
      try {
        process.kill(one.pid, 'SIGHUP')
      } catch {
        // It ended in between: whoever asks it next finds that, and starts it.
      }
    },
    async stop(): Promise<void> {
      const one = await living()
      if (one) await endGroup(one)
      for (const other of await lost()) await endGroup(other)
      if (one) await records.remove(record)
    },
  }
}

export type ServerProcess = ReturnType<typeof serverProcess>

function noPort(taken: string): MaculaError {
  return new MaculaError({
    kind: 'failed',
    what: 'The name server cannot be started.',
    why: taken,
    todo: 'Choose another "dnsPort" in settings.json, or stop that program.',
  })
}

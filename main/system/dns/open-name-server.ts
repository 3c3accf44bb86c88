import { poll } from '../../engine/wait.ts'
import { chmod, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NameServerAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Owner } from '../../model/owner.ts'
import { sayHolder } from '../../model/say.ts'
import type { Settings } from '../../model/service.ts'
import { makeFolder, readIfThere, writeWhole } from '../files.ts'
import { findTool } from '../host/tool.ts'
import type { Paths } from '../paths.ts'
import { endGroup } from '../process/end.ts'
import { ownRecordsIn, startedBy, type Mark } from '../process/mark.ts'
import type { PidRecord } from '../process/record.ts'
import { settledHolder } from '../process/sockets.ts'
import { startDetached } from '../process/start.ts'
import { isSuspended } from '../process/suspended.ts'
import { askDns } from './ask.ts'
import { dnsmasqConfig, hostsFiles } from './config.ts'

const RECORD = 'dnsmasq'
/** The argument that tells a name server of ours from all else that we start. */
const CONFIG = '--conf-file='
const READY_DEADLINE_MS = 3000

/** It answers from memory within a millisecond: this long, twice, is no answer (ms). */
const ASKED_MS = 500
const ASKED_TIMES = 2

/** Our dnsmasq: a plain process of the user on 127.0.0.1 and a high port. `owner`: whose it is. */
export function openNameServer(
  paths: Paths,
  owner: Owner,
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): NameServerAdapter {
  const folder = join(paths.state, 'dns')
  const hostsDir = join(folder, 'hosts.d')
  const configFile = join(folder, 'dnsmasq.conf')
  const own: Mark = { owner, state: paths.state }
  const records = ownRecordsIn(join(paths.state, 'pids'), own)
  const { suffix, dnsPort: port } = settings

  /** Name servers of ours that no record tells of: their actor was ended in between, or the folder is another. */
  async function lost(): Promise<readonly PidRecord[]> {
    return (await startedBy(own)).filter(({ argv }) => argv.some((word) => word.startsWith(CONFIG)))
  }

  /** Ours that lives; of several that nobody told of, the one of our own folder. */
  async function living(): Promise<PidRecord | undefined> {
    const told = await records.living(RECORD)
    if (told) return told
    const found = await lost()
    return found.find(isOfFolder) ?? found[0]
  }

  /** Whether it reads our own folder: one of a folder that was moved or removed never hears of new names. */
  const isOfFolder = ({ argv }: PidRecord): boolean => argv.includes(`${CONFIG}${configFile}`)

  async function served(): Promise<ReadonlyMap<string, string>> {
    const files = await readdir(hostsDir).catch(() => [])
    const lines = await Promise.all(
      files.map(async (file) => (await readIfThere(join(hostsDir, file))) ?? ''),
    )
    return new Map(
      lines.map((line) => {
        const [address = '', name = ''] = line.trim().split(' ')
        return [name, address] as const
      }),
    )
  }

  async function portTaken(...except: readonly PidRecord[]): Promise<string | undefined> {
    const holder = await settledHolder('127.0.0.1', port)
    if (!holder) return undefined
    if (except.some(({ pid }) => pid === holder.pid)) return undefined
    return `127.0.0.1:${port}, where our name server should be, is held by ${sayHolder(holder)}.`
  }

  /** Whether a living server does not answer, and how: it lives, so only asking it tells. */
  async function hungOf(pid: number, name = `ready.${suffix}`): Promise<'suspended' | 'silent' | undefined> {
    if (await isSuspended(pid)) return 'suspended'
    // A datagram may be lost while the machine is busy: one silence is none.
    for (let tries = 0; tries < ASKED_TIMES; tries += 1)
      if ((await askDns(port, name, 'A', ASKED_MS)) !== undefined) return undefined
    return (await living()) === undefined ? undefined : 'silent'
  }

  async function start(dnsmasq: string, probe: readonly [string, string] | undefined): Promise<void> {
    const taken = await portTaken()
    if (taken !== undefined) throw noPort(taken)
    const args = [
      '--keep-in-foreground',
      `${CONFIG}${configFile}`,
      // As root it would become "nobody" and could not read our folder any more.
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ]
    const result = await startDetached({
      mark: own,
      program: dnsmasq,
      args,
      log: join(paths.state, 'logs', 'dnsmasq.log'),
      deadline: READY_DEADLINE_MS,
      isReady: async () => {
        const answer = await askDns(port, probe?.[0] ?? `ready.${suffix}`, 'A', 200)
        return answer !== undefined && (probe === undefined || answer.addresses.includes(probe[1]))
      },
    })
    if (result.kind === 'failed')
      throw new MaculaError({
        kind: 'failed',
        what: 'The name server (dnsmasq) ended at its start.',
        why: result.output || `exit code ${result.exitCode ?? 'unknown'}`,
        todo: 'maculactl doctor says more.',
      })
    await records.write(RECORD, result.record)
  }

  return {
    async seen() {
      const record = await living()
      if (record) {
        const names = await served()
        const hung = await hungOf(record.pid, [...names.keys()][0])
        return {
          pid: record.pid,
          port,
          ...(hung === undefined ? { kind: 'runs', names } : { kind: 'hung', hung }),
        }
      }
      if ((await findTool('dnsmasq', env)) === undefined) return { kind: 'no-tool' }
      const taken = await portTaken()
      return taken === undefined ? { kind: 'stopped' } : { kind: 'port-taken', says: taken }
    },
    async ensure(names) {
      // Everything is checked before anything is written: a refused name leaves the files as they were.
      const config = dnsmasqConfig({ suffix, port, hostsDir })
      const files = hostsFiles(names, suffix)
      const dnsmasq = await findTool('dnsmasq', env)
      if (dnsmasq === undefined)
        throw new MaculaError({
          kind: 'outside',
          what: 'dnsmasq is not installed, so names are not answered.',
          todo: 'maculactl setup installs it.',
        })
      await makeFolder(hostsDir)
      await chmod(hostsDir, 0o700)
      const configChanged = (await readIfThere(configFile)) !== config
      if (configChanged) await writeWhole(configFile, config)
      const before = await served()
      const gone = [...before.keys()].filter((name) => !names.has(name))
      for (const [name, line] of files) {
        if ((await readIfThere(join(hostsDir, name))) === line) continue
        // Written beside the folder and moved in: dnsmasq would read a temporary file in it, and remember its name.
        await writeWhole(join(folder, 'next'), line)
        await rename(join(folder, 'next'), join(hostsDir, name))
      }
      for (const file of await readdir(hostsDir))
        if (!files.has(file)) await rm(join(hostsDir, file), { force: true })
      const probe = [...names][0]
      const record = await living()
      if (record && isOfFolder(record) && !configChanged && (await answersRight(port, names, gone))) {
        if (!(await records.living(RECORD))) await records.write(RECORD, record)
        return
      }
      // What answers now is not ended before it is known that another can take its place.
      const ending = [...(record ? [record] : []), ...(await lost())]
      const taken = await portTaken(...ending)
      if (taken !== undefined) throw noPort(taken)
      for (const one of ending) await endGroup(one)
      await start(dnsmasq, probe)
    },
    async stop() {
      const record = await living()
      if (record) await endGroup(record)
      for (const other of await lost()) await endGroup(other)
      if (record) await records.remove(RECORD)
    },
  }
}

function noPort(taken: string): MaculaError {
  return new MaculaError({
    kind: 'failed',
    what: 'The name server cannot be started.',
    why: taken,
    todo: 'Choose another "dnsPort" in settings.json, or end that program.',
  })
}

/**
 * Whether the running server answers all names right, and none that went. A file that was just replaced is followed by inotify within
 * 50 ms (measured); a server that is still wrong after half a second is started anew.
 */
async function answersRight(
  port: number,
  names: ReadonlyMap<string, string>,
  gone: readonly string[],
): Promise<boolean> {
  const isRight = async (): Promise<true | undefined> => {
    const ask = async (name: string): Promise<readonly string[] | undefined> =>
      (await askDns(port, name, 'A', 300))?.addresses
    const answers = await Promise.all([
      ...[...names].map(async ([name, address]) => (await ask(name))?.includes(address) === true),
      ...gone.map(async (name) => (await ask(name))?.length === 0),
    ])
    return answers.includes(false) ? undefined : true
  }
  return (await poll(isRight, { deadline: 500, first: 5, longest: 100 })) ?? false
}

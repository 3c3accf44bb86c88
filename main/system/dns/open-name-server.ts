import { poll } from '../../engine/wait.ts'
import { join } from 'node:path'
import type { NameServerAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import { fewAtOnce } from '../../model/few-at-once.ts'
import type { Owner } from '../../model/owner.ts'
import type { Settings } from '../../model/service.ts'
import { makeFolder, readIfThere, writeWhole } from '../files.ts'
import { findTool } from '../host/tool.ts'
import type { Paths } from '../paths.ts'
import type { Mark } from '../process/mark.ts'
import { isSuspended } from '../process/suspended.ts'
import { askDns } from './ask.ts'
import { dnsmasqConfig, hostsFiles, serversText, upstreamIn } from './config.ts'
import { servedIn, writeNames } from './hosts-folder.ts'
import { serverProcess } from './server-process.ts'

/** It answers from memory within a millisecond: this long, twice, is no answer (ms). */
const ASKED_MS = 500
const ASKED_TIMES = 2

/** Refused at once whatever else is known (RFC 2606): who answers that lives, without PowerDNS being asked. */
const NOT_OURS = 'ready.invalid'

/** Each question takes a socket, and what comes at once waits in one queue of the kernel. */
const AT_ONCE = 100

/** Where `dig @127.0.0.1` asks. */
const USUAL_PORT = 53

/**
 * Our dnsmasq: a plain process of the user on 127.0.0.1 and a high port; with the setting dns53 a second one on port 53,
 * over the same files. `owner`: whose they are.
 */
export function openNameServer(
  paths: Paths,
  owner: Owner,
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): NameServerAdapter {
  const folder = join(paths.state, 'dns')
  const hostsDir = join(folder, 'hosts.d')
  const serversFile = join(folder, 'servers.conf')
  const configFile = join(folder, 'dnsmasq.conf')
  const own: Mark = { owner, state: paths.state }
  const { suffix, dnsPort: port } = settings
  const main = serverProcess({ paths, own, record: 'dnsmasq', configFile, port })
  const second = {
    configFile: join(folder, 'dnsmasq-53.conf'),
    ...serverProcess({
      paths,
      own,
      record: 'dnsmasq-53',
      configFile: join(folder, 'dnsmasq-53.conf'),
      port: USUAL_PORT,
    }),
  }

  /** Whether a living server does not answer, and how: it lives, so only asking it tells. */
  async function hungOf(pid: number, name = NOT_OURS): Promise<'suspended' | 'silent' | undefined> {
    if (await isSuspended(pid)) return 'suspended'
    // A datagram may be lost while the machine is busy: one silence is none.
    for (let tries = 0; tries < ASKED_TIMES; tries += 1)
      if ((await askDns(port, name, 'A', ASKED_MS)) !== undefined) return undefined
    return (await main.living()) === undefined ? undefined : 'silent'
  }

  /** How it stands on port 53; undefined: that is not wished. */
  async function also(): Promise<
    { readonly port: number; readonly pid?: number; readonly held?: string } | undefined
  > {
    if (!settings.dns53) return undefined
    const there = await second.living()
    if (there) return { port: USUAL_PORT, pid: there.pid }
    const held = await second.portTaken()
    return { port: USUAL_PORT, ...(held === undefined ? {} : { held }) }
  }

  async function writeIfNew(file: string, text: string): Promise<boolean> {
    if ((await readIfThere(file)) === text) return false
    await writeWhole(file, text)
    return true
  }

  /** Makes port 53 be answered too, or not any more. What is in the way there is told by `seen`, and stops nothing. */
  async function ensureSecond(dnsmasq: string, serversChanged: boolean): Promise<void> {
    if (!settings.dns53) return await second.stop()
    const changed = await writeIfNew(
      second.configFile,
      dnsmasqConfig({ port: USUAL_PORT, hostsDir, serversFile }),
    )
    const there = await second.living()
    if (there && second.isOfFolder(there) && !changed) {
      await second.adopt(there)
      if (serversChanged) second.reread(there)
      if ((await askDns(USUAL_PORT, NOT_OURS, 'A', ASKED_MS)) !== undefined) return
    }
    await second
      .restart(dnsmasq, async () => (await askDns(USUAL_PORT, NOT_OURS, 'A', 200)) !== undefined)
      .catch(() => undefined)
  }

  return {
    async seen() {
      const record = await main.living()
      if (record) {
        const names = await servedIn(hostsDir)
        const hung = await hungOf(record.pid, [...names.keys()][0])
        if (hung !== undefined) return { pid: record.pid, port, kind: 'hung', hung }
        const asks = upstreamIn((await readIfThere(serversFile)) ?? '')
        const besides = await also()
        return {
          pid: record.pid,
          port,
          kind: 'runs',
          names,
          ...(asks ? { asks: `${asks.address}:${asks.port}` } : {}),
          ...(besides ? { also: besides } : {}),
        }
      }
      if ((await findTool('dnsmasq', env)) === undefined) return { kind: 'no-tool' }
      const taken = await main.portTaken()
      return taken === undefined ? { kind: 'stopped' } : { kind: 'port-taken', says: taken }
    },
    async ensure(names, upstream) {
      // Everything is checked before anything is written: a refused name leaves the files as they were.
      const config = dnsmasqConfig({ port, hostsDir, serversFile })
      const servers = serversText({ suffix, zones: settings.zones, names, upstream })
      hostsFiles(names, suffix)
      const dnsmasq = await findTool('dnsmasq', env)
      if (dnsmasq === undefined)
        throw new MaculaError({
          kind: 'outside',
          what: 'dnsmasq is not installed, so names are not answered.',
          todo: 'maculactl setup installs it.',
        })
      await makeFolder(folder)
      const configChanged = await writeIfNew(configFile, config)
      const gone = await writeNames({ hostsDir, beside: paths.state }, hostsFiles(names, suffix))
      const serversChanged = await writeIfNew(serversFile, servers)
      const record = await main.living()
      const isKept = record && main.isOfFolder(record) && !configChanged
      if (isKept && serversChanged) main.reread(record)
      if (isKept && (await answersRight(port, names, upstream ? [] : gone))) await main.adopt(record)
      else {
        const probe = [...names][0]
        await main.restart(dnsmasq, async () => await answersOne(port, probe))
      }
      await ensureSecond(dnsmasq, serversChanged)
    },
    async stop() {
      await main.stop()
      await second.stop()
    },
  }
}

/** Whether it answers at all: the first of its names, else anything. */
async function answersOne(port: number, probe: readonly [string, string] | undefined): Promise<boolean> {
  const answer = await askDns(port, probe?.[0] ?? NOT_OURS, 'A', 200)
  return answer !== undefined && (probe === undefined || answer.addresses.includes(probe[1]))
}

/**
 * Whether the running server answers all names right, and none that went. A file that was just replaced is followed by
 * inotify within 50 ms (measured); a server that is still wrong after half a second is started anew.
 */
async function answersRight(
  port: number,
  names: ReadonlyMap<string, string>,
  gone: readonly string[],
): Promise<boolean> {
  const isRight = async (): Promise<true | undefined> => {
    const ask = async (name: string): Promise<readonly string[] | undefined> =>
      (await askDns(port, name, 'A', 300))?.addresses
    const answers = await fewAtOnce([...names.keys(), ...gone], AT_ONCE, async (name) => {
      const wanted = names.get(name)
      const told = await ask(name)
      return wanted === undefined ? told?.length === 0 : told?.includes(wanted) === true
    })
    return answers.includes(false) ? undefined : true
  }
  return (await poll(isRight, { deadline: 500, first: 5, longest: 100 })) ?? false
}

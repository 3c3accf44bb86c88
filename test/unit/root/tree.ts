/** A small machine in a folder for root's program to work on, and its exact picture. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statfsSync,
} from 'node:fs'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openRoot, type RootOptions } from '../../../main/system/root/open-root.ts'
import { planOf, undoPlanOf, type Plan } from '../../../main/system/root/plan.ts'
import type { Change, LedgerEntry, RootOutcome, RootVerb } from '../../../main/model/change.ts'
import type { RootAdapter } from '../../../main/engine/adapters.ts'

export const assets = fileURLToPath(new URL('../../../assets', import.meta.url))
export const program = readFileSync(join(assets, 'root/macula-root'), 'utf8')

const every = [['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']] as const
/** The shells of this machine that root's program must behave the same under. */
export const shells: readonly (readonly [string, ...string[]])[] = every.filter(([name]) => {
  const found = spawnSync(name, ['-c', ':']).error === undefined || name === 'busybox'
  return found && spawnSync(name, name === 'busybox' ? ['true'] : ['-c', ':']).status === 0
})
for (const shell of every)
  if (!shells.includes(shell)) console.warn(`SKIPPED: ${shell.join(' ')} is not installed here`)

export const SYSCTL = '/etc/sysctl.d/60-macula.conf'
export const RESOLVED = '/etc/systemd/resolved.conf.d/macula.conf'
export const KERNEL = '/proc/sys/net/ipv4/ip_unprivileged_port_start'
export const LEDGER = '/var/lib/macula-desktop'

export interface Tree {
  readonly root: string
  readonly port: RootAdapter
  at(path: string): string
  read(path: string): string
  write(path: string, content: string | Buffer, mode?: number): void
  has(path: string): boolean
  /** Every file, link and folder with mode, owner and content, without the ledger's folder. */
  picture(): readonly string[]
  apply(...changes: readonly Change[]): Promise<RootOutcome>
  undo(entries?: readonly string[], evenIfDrifted?: boolean): Promise<RootOutcome>
  entry(target: string): Promise<LedgerEntry | undefined>
  remove(): void
}

const MEMORY = '/dev/shm'

/**
 * Where the small machines stand: in memory where there is room and programs may be started. Root's program has the disk
 * write after each step, for which it waits; on a busy disk that is most of what these tests would take.
 */
function ground(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    if (bavail * bsize < 512 * 1024 * 1024) return tmpdir()
    const probe = join(mkdtempSync(join(MEMORY, 'macula-probe-')), 'probe')
    writeFileSync(probe, '#!/bin/sh\n', { mode: 0o755 })
    const { status } = spawnSync(probe)
    rmSync(dirname(probe), { recursive: true })
    return status === 0 ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}
const place = ground()

/** `on`: the folder that it stands in. */
export function plantTree(options: RootOptions = {}, on = place): Tree {
  const root = mkdtempSync(join(on, 'macula-root-'))
  const at = (path: string): string => join(root, path)
  const state = join(root, '..', `${root.slice(root.lastIndexOf('/') + 1)}-state`)
  for (const folder of ['etc/sysctl.d', 'etc/systemd', 'etc/NetworkManager', 'var/lib', 'proc/sys/net/ipv4'])
    mkdirSync(join(root, folder), { recursive: true, mode: 0o755 })
  chmodSync(root, 0o755)
  writeFileSync(at(KERNEL), '1024\n')
  writeFileSync(at('/etc/hosts'), '127.0.0.1\tlocalhost\n::1 localhost\n\n# mine\n10.0.0.1 nas', {
    mode: 0o755,
  })
  const paths = { config: state, state, data: state, assets, ledger: LEDGER }
  const port = openRoot(paths, { below: root, ...options })
  return {
    root,
    port,
    at,
    read: (path) => readFileSync(at(path), 'utf8'),
    write: (path, content, mode = 0o644) => {
      writeFileSync(at(path), content)
      chmodSync(at(path), mode)
    },
    has: (path) => lstatSync(at(path), { throwIfNoEntry: false }) !== undefined,
    picture: () => pictureOf(root, LEDGER),
    apply: (...changes) => port.apply(changes, () => undefined),
    undo: (entries, evenIfDrifted = false) => port.undo(entries, { evenIfDrifted }, () => undefined),
    entry: async (target) => (await port.ledger()).findLast((one) => one.target === target),
    remove: () => {
      rmSync(root, { recursive: true, force: true })
      rmSync(state, { recursive: true, force: true })
    },
  }
}

/** One line a path: mode, owner, kind, content or link target. */
export function pictureOf(root: string, without: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder))
    .toSorted()
    .flatMap((name) => {
      const path = `${folder}/${name}`
      if (path === without) return []
      const whole = join(root, path)
      const stat = lstatSync(whole)
      const head = `${path} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid}`
      if (stat.isDirectory()) return [head, ...pictureOf(root, without, path)]
      if (stat.isSymbolicLink()) return [`${head} -> ${readlinkSync(whole)}`]
      return stat.isFile() ? [`${head} ${readFileSync(whole).toString('base64')}`] : [head]
    })
}

export interface RawRun {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program itself, as sudo would: text on stdin, plan and hash as words. */
export function runRaw(
  tree: Tree,
  words: { readonly plan: Plan; readonly crashAt?: number; readonly hash?: string; readonly file?: string },
  how: { readonly shell?: readonly string[]; readonly env?: NodeJS.ProcessEnv; readonly text?: string } = {},
): RawRun {
  const file = words.file ?? `${tree.root}.plan`
  if (words.file === undefined) writeFileSync(file, words.plan.text)
  const [name = 'dash', ...rest] = how.shell ?? ['dash']
  const crash = words.crashAt === undefined ? [] : ['--crash-at', String(words.crashAt)]
  const args = [...rest, '-s', '--', '--root', tree.root, ...crash, file, words.hash ?? words.plan.sha256]
  const run = spawnSync(name, args, {
    input: how.text ?? program,
    encoding: 'utf8',
    env: how.env ?? process.env,
  })
  if (words.file === undefined) rmSync(file, { force: true })
  return { code: run.status, signal: run.signal, stdout: run.stdout, stderr: run.stderr }
}

export function change(id: string, ...verbs: readonly RootVerb[]): Change {
  return { id, title: `The ${id}`, reason: 'a test', verbs, commands: [] }
}

export const lowPorts = change(
  'low-ports',
  { verb: 'file', path: SYSCTL, mode: 0o644, content: 'net.ipv4.ip_unprivileged_port_start = 80\n' },
  { verb: 'sysctl', key: 'net.ipv4.ip_unprivileged_port_start', value: '80' },
)
export const resolved = change(
  'route-systemd-resolved',
  {
    verb: 'file',
    path: RESOLVED,
    mode: 0o644,
    content: '# ours\n[Resolve]\nDNS=127.0.0.1:5354\nDomains=~macula.local\n',
  },
  { verb: 'reload', unit: 'systemd-resolved' },
)
export const hosts = change('route-hosts', {
  verb: 'block',
  path: '/etc/hosts',
  content: '127.0.0.4 grafana.macula.local\n127.0.0.9 s3.macula.local\n',
})
export const all = [lowPorts, resolved, hosts] as const
export const applyAll = planOf(all)
export const undoAll = undoPlanOf(undefined, { evenIfDrifted: false })

/** "target result" of each step, for short expectations. */
export function results(outcome: RootOutcome): readonly string[] {
  return outcome.kind === 'refused' ? [] : outcome.steps.map((step) => `${step.target} ${step.result}`)
}

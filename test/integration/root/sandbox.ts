/** Runs one of the stories in inside/ in a sandbox (test/machine/sandbox.sh) and gives back what it saw. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../../..', import.meta.url))

/** Why these stories cannot be run here; undefined: they can. */
export const missing: string | undefined =
  process.getuid?.() !== 0
    ? 'not root'
    : existsSync('/var/lib/macula-test/resolved/done')
      ? undefined
      : 'test/machine/setup.sh was not run'
if (missing !== undefined) console.warn(`SKIPPED: sandboxes for root's program: ${missing}`)

export interface RoomOptions {
  readonly resolved?: true
  readonly polkit?: 'yes' | 'no'
  /** Who tells the story. Default: root. */
  readonly user?: 'macula-test'
  /** The story has a terminal; called with all that was shown so far, returns what to type. */
  readonly type?: (shown: string) => string | undefined
  readonly env?: Readonly<Record<string, string>>
}

/** The value that a story prints as its last line. */
export async function tell(story: string, options: RoomOptions = {}): Promise<unknown> {
  const flags = [
    ...(options.resolved ? ['--resolved'] : []),
    ...(options.polkit ? ['--polkit', options.polkit] : []),
  ]
  const as = [join(project, 'test/integration/root/inside/as.sh'), options.user ?? 'root']
  const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`)
  const words = [
    ...flags,
    '--',
    ...as,
    dirname(process.execPath),
    project,
    options.type ? 'tty' : 'none',
    ...env,
  ]
  const child = spawn(join(project, 'test/machine/sandbox.sh'), [...words, story], { stdio: 'pipe' })
  let [out, err] = ['', '']
  let pressing: NodeJS.Timeout | undefined
  child.stdin.on('error', () => clearInterval(pressing))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    // It has its answer: one more would end what is only on its way out.
    if (/^\{/m.test(out)) clearInterval(pressing)
    const typed = options.type?.(out)
    if (typed === undefined) return
    child.stdin.write(typed)
    // A person presses Ctrl-C again when nothing happens: sudo misses one between its question and its read.
    if (typed === '\u0003') pressing ??= setInterval(() => child.stdin.write(typed), 300)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  if (!options.type) child.stdin.end()
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearInterval(pressing)
  const line = out.split(/\r?\n/).findLast((one) => one.startsWith('{'))
  if (code !== 0 || line === undefined) throw new Error(`${story} ended with ${code}:\n${out}\n${err}`)
  return JSON.parse(line)
}

/** The same on a machine with a real systemd as its first process (test/machine/systemd.sh); root tells the story. */
export async function onSystemd(story: string): Promise<unknown> {
  const inside = `/mnt/project/test/integration/root/inside/${story}`
  const words = [dirname(process.execPath), project, 'node', inside]
  const child = spawn(join(project, 'test/machine/systemd.sh'), words, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  const line = out.split('\n').findLast((one) => one.startsWith('{'))
  if (code !== 0 || line === undefined) throw new Error(`${story} ended with ${code}:\n${out}\n${err}`)
  return JSON.parse(line)
}

/** What a story of the room sees and does: programs, the product as the plain user, and a picture of what a person would see. */
import { execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export const user = 'macula-test'
export const home = `/mnt/home/${user}`

export const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .toSorted()

export function socats(): readonly string[] {
  return lines(run('ps', '-eo', 'user:20,args')).filter((line) => /\bsocat\b/.test(line))
}
export const containers = (): readonly string[] =>
  lines(run('docker', 'ps', '-a', '--format', '{{.Names}} {{.State}}'))
export const networks = (): readonly string[] =>
  lines(run('docker', 'network', 'ls', '--format', '{{.Name}}'))
const inspect = (name: string, format: string): string => run('docker', 'inspect', name, '--format', format)

/** What a person would see is as before; one that is made and not started counts as stopped. */
export function picture() {
  return {
    containers: containers().map((line) => line.replace(/ (created|exited)$/, ' stopped')),
    networks: networks(),
    socat: socats(),
    volumes: lines(run('docker', 'volume', 'ls', '--format', '{{.Name}}')).filter((name) =>
      name.startsWith('infrastructure_'),
    ),
    node: inspect('macula-dev-control-plane', '{{range .NetworkSettings.Networks}}{{.Aliases}}{{end}}'),
    powerdns: inspect('macula-powerdns', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'),
    pidFiles: readdirSync('/tmp/macula-socat').toSorted(),
    hosts: readFileSync('/etc/hosts', 'utf8'),
  }
}
export type Picture = ReturnType<typeof picture>

/** argv that runs Node as the plain user, with nothing of root's environment. */
const asUser: readonly string[] = [
  '--reuid',
  user,
  '--regid',
  user,
  '--init-groups',
  '--reset-env',
  'env',
  `HOME=${home}`,
  'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  '/mnt/node/node',
]
export const runAsUser = (...words: readonly string[]): string => run('setpriv', ...asUser, ...words)

export interface Ran {
  /** Null: it was killed. */
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the built maculactl as the plain user; killed without warning once its progress has this. */
export async function maculactl(words: readonly string[], killAt?: RegExp): Promise<Ran> {
  const child = spawn('setpriv', [...asUser, '/mnt/project/dist/maculactl.mjs', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    if (killAt?.test(err) === true) child.kill('SIGKILL')
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, out, err }
}

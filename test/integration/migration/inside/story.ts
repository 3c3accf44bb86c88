/** What happens in the room (room.sh): story.ts PROJECT NODE-FOLDER. Runs the built maculactl as the plain test user. */
import { execFileSync, spawn } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { machine } from '../../root/inside/story.ts'
import type { DoctorJson } from '../../../../main/cli/json/doctor.ts'
import type { MigrateJson } from '../../../../main/cli/json/migrate.ts'

const [project = '', node = ''] = process.argv.slice(2)
const user = 'macula-test'
const home = `/mnt/home/${user}`

export interface Seen {
  readonly findings: readonly {
    readonly id: string
    readonly result: string
    readonly what: string
    readonly why: string
  }[]
  readonly step: unknown
  readonly steps: MigrateJson['steps']
  readonly onlyData: { readonly code: number | null; readonly err: string; readonly same: boolean }
  readonly killed: number
  readonly taken: {
    readonly code: number | null
    readonly containers: readonly string[]
    readonly networks: readonly string[]
    readonly socat: readonly string[]
    readonly hosts: string
    readonly pushed: string
    readonly subnet: string
    readonly prometheus: string
  }
  readonly back: {
    readonly code: number | null
    readonly etc: readonly string[]
    readonly before: Picture
    readonly after: Picture
    readonly answers: string
    readonly journal: readonly string[]
  }
}

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .toSorted()

function socats(): readonly string[] {
  return lines(run('ps', '-eo', 'user:20,args')).filter((line) => /\bsocat\b/.test(line))
}
const containers = (): readonly string[] =>
  lines(run('docker', 'ps', '-a', '--format', '{{.Names}} {{.State}}'))
const networks = (): readonly string[] => lines(run('docker', 'network', 'ls', '--format', '{{.Name}}'))

/** What a person would see is as before; one that is made and not started counts as stopped. */
function picture() {
  return {
    containers: containers().map((line) => line.replace(/ (created|exited)$/, ' stopped')),
    networks: networks(),
    socat: socats(),
    volumes: lines(run('docker', 'volume', 'ls', '--format', '{{.Name}}')).filter((name) =>
      name.startsWith('infrastructure_'),
    ),
    node: run(
      'docker',
      'inspect',
      'macula-dev-control-plane',
      '--format',
      '{{range .NetworkSettings.Networks}}{{.Aliases}}{{end}}',
    ),
    powerdns: run(
      'docker',
      'inspect',
      'macula-powerdns',
      '--format',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
    ),
    pidFiles: readdirSync('/tmp/macula-socat').toSorted(),
    hosts: readFileSync('/etc/hosts', 'utf8'),
  }
}
type Picture = ReturnType<typeof picture>

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs maculactl as the plain user; killed without warning once that many lines of progress were shown. */
async function maculactl(words: readonly string[], killAfter = Infinity): Promise<Ran> {
  const child = spawn(
    'setpriv',
    [
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
      '/mnt/project/dist/maculactl.mjs',
      ...words,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' },
  )
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    if (err.split('\n').length - 1 >= killAfter) child.kill('SIGKILL')
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, out, err }
}

run(join(project, 'test/integration/migration/inside/old-world.sh'))
mkdirSync('/mnt/node')
mkdirSync('/mnt/project')
run('mount', '--bind', node, '/mnt/node')
run('mount', '--bind', project, '/mnt/project')
const etcBefore = machine()
const before = picture()

const doctor = JSON.parse((await maculactl(['doctor', '--json'])).out) as DoctorJson
const wizard = JSON.parse(
  run(
    'setpriv',
    '--reuid',
    user,
    '--regid',
    user,
    '--init-groups',
    '--reset-env',
    'env',
    `HOME=${home}`,
    '/mnt/node/node',
    '/mnt/project/test/integration/migration/inside/wizard.ts',
  ),
) as {
  readonly steps: readonly { readonly id: string }[]
}
const list = JSON.parse((await maculactl(['migrate', '--list', '--json'])).out) as MigrateJson

// Nothing was ever pushed to this registry as a registry keeps it: the way there and back is what counts here.
const copied = await maculactl(['migrate', '--yes', '--only-data', 'registry'])
const onlyData = {
  code: copied.code,
  err: copied.err,
  same:
    JSON.stringify(picture()) === JSON.stringify(before) &&
    JSON.stringify(machine()) === JSON.stringify(etcBefore),
}

let killed = 0
let took: Ran
for (;;) {
  took = await maculactl(['migrate', '--yes', '--without', 'data', '--without', 'start'], 4 + killed * 5)
  if (took.code !== null || killed > 15) break
  killed += 1
}
const taken = {
  code: took.code,
  containers: containers(),
  networks: networks(),
  socat: socats(),
  hosts: readFileSync('/etc/hosts', 'utf8'),
  pushed: run(
    'docker',
    'run',
    '--rm',
    '-v',
    'infrastructure_registry-data:/data:ro',
    'old:latest',
    'cat',
    '/data/image',
  ),
  subnet: run('docker', 'network', 'create', '--subnet', '172.23.0.0/24', 'room-try') === '' ? '' : 'made',
  prometheus: (await lookup('prometheus.macula.local', { family: 4 })).address,
}
run('docker', 'network', 'rm', 'room-try')

await maculactl(['migrate', '--back', '--yes'], 9)
const returned = await maculactl(['migrate', '--back', '--yes'])
if (returned.code !== 0) process.stderr.write(returned.out + returned.err)
const etcAfter = machine()
const seen: Seen = {
  findings: doctor.checks,
  step: wizard.steps.find(({ id }) => id === 'before'),
  steps: list.steps,
  onlyData,
  killed,
  taken,
  back: {
    code: returned.code,
    etc: [
      ...etcBefore.filter((line) => !etcAfter.includes(line)),
      ...etcAfter.filter((line) => !etcBefore.includes(line)),
    ].map((line) => line.slice(0, 200)),
    before,
    after: picture(),
    answers: run('curl', '-s', '--max-time', '5', 'http://127.0.0.1:80/'),
    journal: readdirSync(join(home, '.local/state/macula-desktop/migration')).filter(
      (name) => name === 'journal.json',
    ),
  },
}
process.stdout.write(`\n${JSON.stringify(seen)}\n`)

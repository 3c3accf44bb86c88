/** What happens in the room (room.sh): story.ts PROJECT NODE-FOLDER IMAGES. Runs the built maculactl as the plain test user. */
import { execFileSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { machine } from '../../root/inside/story.ts'
import type { DoctorJson } from '../../../../main/cli/json/doctor.ts'
import type { MigrateJson } from '../../../../main/cli/json/migrate.ts'
import type { WizardStep } from '../../../../main/model/wizard.ts'
import { asked, pushed, type Asked } from './asked.ts'
import {
  containers,
  home,
  maculactl,
  networks,
  picture,
  run,
  runAsUser,
  socats,
  type Picture,
  type Ran,
} from './look.ts'

const [project = '', node = '', images = ''] = process.argv.slice(2)

export interface Seen {
  readonly findings: DoctorJson['checks']
  readonly step: WizardStep | undefined
  readonly list: MigrateJson
  readonly pushed: readonly string[]
  readonly theirs: Asked
  readonly onlyData: Ran & { readonly same: boolean }
  /** The moments at which it was killed, and whether it was. */
  readonly killed: readonly { readonly at: string; readonly code: number | null }[]
  readonly taken: Ran & {
    /** All that was told on the way, also by the runs that were killed. */
    readonly told: string
    readonly containers: readonly string[]
    readonly networks: readonly string[]
    readonly socat: readonly string[]
    readonly hosts: string
    readonly prometheus: string
    readonly subnet: string
    readonly findings: DoctorJson['checks']
    readonly ours: Asked
  }
  readonly back: Ran & {
    readonly killed: number | null
    readonly etc: readonly string[]
    readonly before: Picture
    readonly after: Picture
    readonly answers: string
    readonly theirs: Asked
    readonly journal: readonly string[]
  }
  /** Seconds from the beginning to the end of each part. */
  readonly took: Readonly<Record<string, number>>
}

const began = Date.now()
const took: Record<string, number> = {}
const part = (name: string): void => void (took[name] = Math.round((Date.now() - began) / 1000))

mkdirSync('/mnt/node')
mkdirSync('/mnt/project')
run('mount', '--bind', node, '/mnt/node')
run('mount', '--bind', project, '/mnt/project')
// The images come on this program's own stdin.
execFileSync(join(project, 'test/integration/migration/inside/old-world.sh'), [images], {
  stdio: ['inherit', 'ignore', 'inherit'],
})
part('old world')
const atTheirs = {
  registry: 'localhost:5001',
  nameServer: '172.23.0.10',
  api: 'http://172.23.0.10:8081',
  postgres: '172.23.0.31:5432',
}
const theirs = await asked(atTheirs)
const etcBefore = machine()
const before = picture()
const isSame = (): boolean =>
  JSON.stringify(picture()) === JSON.stringify(before) &&
  JSON.stringify(machine()) === JSON.stringify(etcBefore)

const doctor = async (): Promise<DoctorJson> =>
  JSON.parse((await maculactl(['doctor', '--json'])).out) as DoctorJson
const told = await doctor()
const wizard = JSON.parse(runAsUser('/mnt/project/test/integration/migration/inside/wizard.ts')) as {
  readonly steps: readonly WizardStep[]
}
const list = JSON.parse((await maculactl(['migrate', '--list', '--json'])).out) as MigrateJson
part('told')

const onlyData = { ...(await maculactl(['migrate', '--yes', '--only-data', 'registry'])), same: isSame() }
part('only data')

/** Killed at the first line of its kind that a run shows: while data comes, in steps of ours, and once root has begun. */
const moments: readonly (readonly [string, RegExp])[] = [
  ['copying the registry', /Images of the registry[^]*copying.*\(\d+ %\)/],
  ['TimescaleDB', /Databases of TimescaleDB[^]*\([7-9]\d %\)/],
  ['their containers', /removed macula-/],
  ['root', /stopped macula-port-forwarding/],
]
const killed: { at: string; code: number | null }[] = []
let all = ''
let last: Ran = { code: null, out: '', err: '' }
for (const [at, moment] of [...moments, ['taken over', undefined] as const]) {
  last = await maculactl(['migrate', '--yes', '--import-env'], moment)
  all += last.out + last.err
  // What a story that ends early had come to.
  writeFileSync('/mnt/engine/told', all)
  if (moment) killed.push({ at, code: last.code })
  part(at)
}
// What the step's price says: names under .lab are asked again once a setting names that zone.
const config = join(home, '.config/macula-desktop')
const write = `fs.mkdirSync('${config}', { recursive: true }); fs.writeFileSync('${config}/settings.json', '{"zones":["lab"]}')`
runAsUser('-e', `const fs = require('fs'); ${write}`)
// Root may have done all of it after the last kill: then nothing is left but to start ours.
const up = await maculactl(['up'])
all += up.out + up.err
writeFileSync('/mnt/engine/told', all)
part('up')
const ours = await asked({
  registry: 'registry.macula.local',
  nameServer: '127.0.0.1:5354',
  api: 'http://dns.macula.local',
  postgres: 'postgres.macula.local:5432',
})
const taken = {
  ...last,
  told: all,
  containers: containers(),
  networks: networks(),
  socat: socats(),
  hosts: readFileSync('/etc/hosts', 'utf8'),
  prometheus: (await lookup('prometheus.macula.local', { family: 4 })).address,
  subnet: run('docker', 'network', 'inspect', 'macula', '--format', '{{(index .IPAM.Config 0).Subnet}}'),
  findings: (await doctor()).checks,
  ours,
}
part('ours asked')

const first = await maculactl(['migrate', '--back', '--yes'], /is started|starting macula-/)
const returned = await maculactl(['migrate', '--back', '--yes'])
part('back')
const etcAfter = machine()
const seen: Seen = {
  findings: told.checks,
  step: wizard.steps.find(({ id }) => id === 'before'),
  list,
  pushed: pushed(),
  theirs,
  onlyData,
  killed,
  taken,
  back: {
    ...returned,
    killed: first.code,
    etc: [
      ...etcBefore.filter((line) => !etcAfter.includes(line)),
      ...etcAfter.filter((line) => !etcBefore.includes(line)),
    ].map((line) => line.slice(0, 200)),
    before,
    after: picture(),
    answers: run('curl', '-s', '--max-time', '5', 'http://127.0.0.1:80/'),
    theirs: await asked(atTheirs),
    journal: readdirSync(join(home, '.local/state/macula-desktop/migration')).filter(
      (name) => name === 'journal.json',
    ),
  },
  took,
}
process.stdout.write(`\n${JSON.stringify(seen)}\n`)

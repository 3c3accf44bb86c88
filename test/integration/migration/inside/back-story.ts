/** What happens in the room (room.sh): back-story.ts PROJECT NODE-FOLDER PROGRAM. PROGRAM is back-run.ts in one file. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MigrationResult, OldPart, PlannedStep } from '../../../../main/model/migration.ts'
import type { Trouble } from '../../../../main/model/errors.ts'
import { differ, idsNow, look, type Look } from './back-look.ts'
import { run } from './look.ts'

const [project = '', node = '', program = ''] = process.argv.slice(2)

export interface Answer {
  readonly steps?: readonly PlannedStep[]
  readonly found?: readonly OldPart[]
  readonly result?: MigrationResult
  readonly trouble?: Trouble
  readonly failed?: readonly Trouble[]
  readonly names?: readonly string[]
  readonly told: readonly string[]
  readonly calls: readonly string[]
}

export interface BackSeen {
  readonly before: Look
  readonly rested: { readonly answer: Answer; readonly differs: readonly string[] }
  readonly plan: PlannedStep
  readonly taken: { readonly answer: Answer; readonly left: readonly string[]; readonly mode: number }
  readonly back: {
    /** The run before, which was refused at the Compose project. */
    readonly first: Answer
    readonly answer: Answer
    readonly differs: readonly string[]
    readonly journal: boolean
  }
  /** `docker compose up` in the same shell afterwards: containers that it made anew. */
  readonly composed: readonly string[]
  readonly refused: Readonly<Record<string, string>>
  /** What the plan says where Compose does not take their files without the shell of then. */
  readonly insists: string
  readonly mixed: { readonly found: Answer; readonly after: Answer }
  readonly killed: {
    readonly takes: number
    readonly backs: number
    /** What the last runs of both still changed. */
    readonly last: readonly string[]
    readonly left: readonly string[]
    readonly differs: readonly string[]
  }
  readonly took: Readonly<Record<string, number>>
}

const began = Date.now()
const took: Record<string, number> = {}
const mark = (name: string): void => {
  took[name] = Math.round((Date.now() - began) / 100) / 10
  process.stderr.write(`${name}: ${took[name]} s\n`)
}

mkdirSync('/mnt/node')
mkdirSync('/mnt/project')
run('mount', '--bind', node, '/mnt/node')
run('mount', '--bind', project, '/mnt/project')
const inside = '/mnt/project/test/integration/migration/inside'
const world = join(inside, 'back-world.sh')
const infra = '/mnt/home/dev/infrastructure'
const env = { HOME: '/mnt/home/dev', PATH: process.env['PATH'] ?? '' }
const journal = join(env.HOME, '.local/state/macula-desktop/migration/journal.json')
const bash = (script: string): string =>
  execFileSync('bash', ['-c', `exec 2>&1; ${script}`], {
    encoding: 'utf8',
    env,
    cwd: '/',
    stdio: ['ignore', 'pipe', 2],
  })

/** One run; undefined: it was killed on its way. */
function product(work: string, killAt = 0): Answer | undefined {
  const { stdout, stderr, signal } = spawnSync('/mnt/node/node', [program, work], {
    encoding: 'utf8',
    env: { ...env, KILL_AT: String(killAt) },
    cwd: '/',
  })
  if (signal === 'SIGKILL') return undefined
  const line = stdout.split('\n').find((one) => one.startsWith('{'))
  if (line === undefined) throw new Error(`${work}: ${stderr.slice(-2000)}`)
  return JSON.parse(line) as Answer
}
function whole(work: string): Answer {
  const answer = product(work)
  if (!answer) throw new Error(`${work} was killed`)
  return answer
}
const names = (): readonly string[] => Object.keys(idsNow()).toSorted()

const because = (answer: Answer): string => answer.result?.left.map((one) => one.because).join('\n') ?? ''

/** Until what was made is what is seen: health and one that ends take their moment. */
function settled(): Look {
  const until = Date.now() + 60_000
  for (;;) {
    const states = run('docker', 'ps', '-a', '--format', '{{.Names}} {{.Status}}').split('\n')
    if (!states.some((line) => /health: starting|job-1 Up|Restarting/.test(line)) || Date.now() > until)
      return look()
    execFileSync('sleep', ['0.1'])
  }
}

execFileSync(world, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } })
const before = settled()
mark('world')

const restAnswer = whole('rest')
const rested = { answer: restAnswer, differs: differ(before, settled()) }
mark('rest')

const takenAnswer = whole('take')
const [plan] = takenAnswer.steps ?? []
if (!plan) throw new Error(`nothing was planned: ${JSON.stringify(takenAnswer)}`)
const taken = { answer: takenAnswer, left: names(), mode: statSync(journal).mode % 0o1000 }
mark('take')
// No registry is reachable from here: Compose says so, and the image comes by the other way that is told.
bash('docker save -o /tmp/portal.tar portal:1 && docker rmi portal:1')
const noImage = whole('back')
bash('docker load -i /tmp/portal.tar')
const backAnswer = whole('back')
const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined
const back = {
  first: noImage,
  answer: backAnswer,
  differs: differ(before, settled()),
  journal: isThere(journal),
}
mark('back')

/**
 * Killed before its second change, again and again: each run does one more. What a run does again that the one before had done
 * (a file that is put before a start) must not keep it there: then one change more is let through.
 */
function inPieces(work: string): { readonly runs: number; readonly last: Answer } {
  const known = new Set<string>()
  let most = 1
  for (let runs = 0; ; runs += 1) {
    writeFileSync('/tmp/calls', '')
    const answer = product(work, most)
    if (answer) return { runs, last: answer }
    const calls = readFileSync('/tmp/calls', 'utf8').trim().split('\n').slice(0, -1).join()
    most = known.has(calls) ? most + 1 : 2
    if (calls !== '') known.add(calls)
    if (runs > 90) throw new Error(`${work} does not come to an end: ${calls}`)
  }
}
// Each way to be once: every container is a few runs.
bash(
  'docker rm -f infrastructure-worker-1 infrastructure-worker-3 infrastructure-job-1 infrastructure-loner-1 infrastructure-once',
)
const fewer = settled()
const takes = inPieces('take')
const left = names()
mark('taken in pieces')

// Refusals, each with the commands that it says, as it says them: the next one is reached by them.
/** Docker's commands in what is told to do: each is followed by what it does. */
const commands = (text: string): readonly string[] =>
  [...text.matchAll(/docker (?:tag|rename|rmi|compose) .*?(?= (?:ends|gives|lets) )/g)].map(([line]) => line)
const refused: Record<string, string> = { 'no image at all': because(noImage) }
function refuse(name: string, makeIt: string): void {
  bash(makeIt)
  refused[name] = because(whole('back'))
  for (const line of commands(refused[name])) bash(line)
}
mkdirSync('/mnt/home/bob/infrastructure', { recursive: true })
writeFileSync(
  '/mnt/home/bob/infrastructure/compose.yml',
  'services: { bobdb: { image: other:1, command: [sleep, "1000"], stop_signal: SIGKILL } }\n',
)
const bob = 'cd /mnt/home/bob/infrastructure && docker compose up -d'
refuse('another folder', bob)
refuse('a name that is taken', 'docker run -d --name macula-portal other:1 sleep 1000')
refuse('another image', 'docker tag other:1 registry:2')
const gone =
  'id=$(docker image inspect -f "{{.Id}}" portal:1); docker tag other:1 portal:1; docker image rm "$id"'
refuse('the image is gone', gone)
bash('docker load -i /tmp/portal.tar')
mark('refused')

// Their files need not be there any more.
for (const file of ['docker-compose.yml', 'docker-compose.override.yml', '.env', 'more.env'])
  renameSync(join(infra, file), join('/mnt/home', file))
const backs = inPieces('back')
bash('docker rm -f macula-portal-other')
const killed = {
  takes: takes.runs,
  backs: backs.runs,
  last: [takes.last, backs.last].flatMap((one) => [because(one), ...(one.trouble ? [one.trouble.what] : [])]),
  left,
  differs: differ(fewer, settled()),
}
mark('given back in pieces')

for (const file of ['docker-compose.yml', 'docker-compose.override.yml', '.env', 'more.env'])
  renameSync(join('/mnt/home', file), join(infra, file))
bash(bob)
const found = whole('plan')
for (const line of commands(found.found?.map(({ costs }) => costs).join('\n') ?? '')) bash(line)
const mixed = { found, after: whole('plan') }
mark('mixed')

// A variable that Compose insists on, and no file has.
const override = join(infra, 'docker-compose.override.yml')
const text = readFileSync(override, 'utf8')
writeFileSync(override, `${text}  near: { environment: { NEEDED: "\${NEEDED:?say it}" } }\n`)
const insists = whole('plan').steps?.[0]?.effects.find((one) => one.startsWith('its files')) ?? 'nothing'
writeFileSync(override, text)

const made = idsNow()
// Compose itself cannot bring up what is paused.
bash(`docker unpause macula-powerdns; ${world} up`)
const remade = idsNow()
const composed = Object.keys(made).filter((name) => made[name] !== remade[name])
mark('composed')

const seen: BackSeen = { before, rested, plan, taken, back, refused, killed, mixed, insists, composed, took }
process.stdout.write(`\n${JSON.stringify(seen)}\n`)

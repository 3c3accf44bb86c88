import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quietly, say } from '../process.mjs'
import { done, median, PROJECT } from './prepare.mjs'

const AIM = 1.3
const DATABASE = `${PROJECT}-timescaledb-1`
const STORE = `${PROJECT}-object-store-1`
const VOLUME = `${PROJECT}_object-store`
/** Half of it rows, half of it objects. */
const ROWS = 450_000
const OBJECTS = 64
const OBJECT_BYTES = 8 * 1024 * 1024

const FILL = `CREATE TABLE public.bench (n bigint PRIMARY KEY, body text NOT NULL);
INSERT INTO public.bench SELECT n, (SELECT string_agg(md5(n::text || part), '') FROM generate_series(1, 32) AS part) FROM generate_series(1, ${ROWS}) AS n;
CHECKPOINT`

/** Rows that compress about as text does, and objects that do not at all; told by what they take. */
async function fill(actor) {
  say('snapshot: 1 GB of rows and objects is written (not measured)')
  await quietly('docker', ['exec', DATABASE, 'psql', '-X', '-q', '-U', 'macula', '-d', 'macula', '-c', FILL])
  const { variables } = JSON.parse(await done(actor.maculactl(['env', 'object-store', '--format', 'json'])))
  const valueOf = (name) => variables.find((one) => one.name === name).value
  const file = join(actor.home, 'object')
  const curl = async (path, more) => {
    const url = `${valueOf('AWS_ENDPOINT_URL_S3')}/${path}`
    const user = ['--aws-sigv4', 'aws:amz:us-east-1:s3', '--user']
    const who = `${valueOf('AWS_ACCESS_KEY_ID')}:${valueOf('AWS_SECRET_ACCESS_KEY')}`
    await quietly('curl', ['-sS', '--fail-with-body', ...more, ...user, who, url])
  }
  await curl('bench', ['-X', 'PUT'])
  for (let number = 0; number < OBJECTS; number++) {
    writeFileSync(file, randomBytes(OBJECT_BYTES))
    await curl(`bench/${number}`, ['-T', file])
  }
  rmSync(file)
}

const seconds = async (work) => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

/** Runs a program of Docker's with its output into a file. */
async function into(path, args) {
  const file = openSync(path, 'w')
  try {
    await new Promise((resolve, reject) => {
      const child = spawn('docker', args, { stdio: ['ignore', file, 'pipe'] })
      let said = ''
      child.stderr.on('data', (data) => (said += data))
      child.on('error', reject)
      child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`docker ${args[0]}: ${said}`))))
    })
  } finally {
    closeSync(file)
  }
}

/** What a person does by hand, in the way that takes least: nothing is compressed, checked or noted; the store rests meanwhile. */
async function byHand(folder, image, databases) {
  await into(join(folder, 'roles.sql'), ['exec', DATABASE, 'pg_dumpall', '-U', 'macula', '--globals-only'])
  for (const name of databases)
    await into(join(folder, `${name}.dump`), [
      'exec',
      DATABASE,
      'pg_dump',
      '-U',
      'macula',
      '-Fc',
      '-Z0',
      name,
    ])
  await quietly('docker', ['stop', STORE])
  const reads = ['run', '--rm', '-v', `${VOLUME}:/data:ro`, '--entrypoint', 'tar', image]
  await into(join(folder, 'objects.tar'), [...reads, '-C', '/data', '-cf', '-', '.'])
  await quietly('docker', ['start', STORE])
}

const sizeOf = (folder, names) => names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
const show = (values) =>
  `${median(values).toFixed(1)} s  (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`

/** \`maculactl snapshot create\` of 1 GB against pg_dump and tar by hand, taking turns. */
export async function snapshot(actor, { rounds }) {
  await fill(actor)
  const image = (await quietly('docker', ['inspect', '-f', '{{.Config.Image}}', DATABASE])).trim()
  const ask = 'SELECT datname FROM pg_database WHERE NOT datistemplate'
  const said = await quietly('docker', [
    'exec',
    DATABASE,
    'psql',
    '-XAtU',
    'macula',
    '-d',
    'macula',
    '-c',
    ask,
  ])
  const databases = said.split('\n').filter(Boolean)
  const folder = join(actor.home, 'by-hand')
  mkdirSync(folder)
  const [ours, theirs] = [[], []]
  let size = 0
  for (let round = 1; round <= rounds; round++) {
    const name = `bench-${round}`
    const create = ['snapshot', 'create', name, '--secrets', 'leave-out', '--json']
    const turns = [
      async () => {
        ours.push(await seconds(async () => await done(actor.maculactl(create))))
        const listed = JSON.parse(await done(actor.maculactl(['snapshot', 'list', '--json'])))
        size = listed.snapshots.find((one) => one.name === name)?.size ?? 0
      },
      async () => theirs.push(await seconds(async () => await byHand(folder, image, databases))),
    ]
    for (const turn of round % 2 === 1 ? turns : turns.toReversed()) await turn()
    say(
      `round ${round}: maculactl snapshot ${ours.at(-1).toFixed(1)} s, by hand ${theirs.at(-1).toFixed(1)} s`,
    )
    await done(actor.maculactl(['snapshot', 'delete', name, '--yes']))
  }
  const names = ['roles.sql', 'objects.tar', ...databases.map((one) => `${one}.dump`)]
  const mega = (bytes) => `${Math.round(bytes / 1024 ** 2)} MB`
  console.log(`\nsnapshot: rows and objects`)
  console.log(`maculactl snapshot create     ${show(ours)}, ${mega(size)}, compressed and with checksums`)
  console.log(`pg_dump and tar by hand       ${show(theirs)}, ${mega(sizeOf(folder, names))}`)
  console.log(
    `ratio of the medians          ${(median(ours) / median(theirs)).toFixed(2)}  (aim: at most ${AIM})`,
  )
}

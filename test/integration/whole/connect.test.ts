import { afterAll, expect, test } from 'vitest'
import { connectLines, type ConnectLine } from '../../../main/model/connect.ts'
import { as, docker, everythingUp, run, terminalPath, user } from '../support/actor.ts'
import { openDoor } from '../support/door.ts'

/** The lines of Connect over the running stack: what the window copies is run in a shell as it stands. */

/** What the words in lines that stand for something of a person's own are here. */
const IMAGE = 'macula-it-connect:dev'
const own: Readonly<Record<string, string>> = { IMAGE, BUCKET: 'macula-it-connect' }

/** What must come back of the lines that have a program here, by service and id. */
const promises: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  // At its own address every name may be asked for: only that it listens is promised.
  ingress: { 'tcp-http': /80 takes connections/, 'curl-home': /Macula/ },
  registry: {
    'curl-api': /"repositories"/,
    'docker-push': /dev: digest: sha256:/,
    // There already, as it was pushed from here.
    'docker-pull': /Digest: sha256:/,
    'docker-exec': /in the container/,
  },
  powerdns: { 'curl-api': /^\s*\[/ },
  prometheus: { 'curl-web': /"status":"success".*"metric"/ },
  // Stood in for in these tests; each answers this path as the program it stands for does.
  grafana: { 'curl-web': /^\s*\[.*"uid"/ },
  loki: { 'curl-api': /"status": ?"success"/ },
  tempo: {
    'curl-api': /"traces"/,
    'tcp-otlp-grpc': /4317 takes connections/,
    'tcp-jaeger-http': /14268 takes connections/,
  },
  'object-store': { 'curl-api': /ListAllMyBucketsResult/, bucket: /macula-it-connect/ },
  timescaledb: { psql: /\b42\b/, 'docker-exec': /in the container/ },
}

/** What a line prints that was led nowhere, or turned away. */
const REFUSED = /not found|no such|unauthorized|forbidden|does not match|<a href|"error"|no stand-in/i

/** Programs of lines that are on this machine; aws and mc are not (docs/testing.md). */
const HERE = /^(?:curl|bash|psql|docker|maculactl) /

/** What is typed into a program that reads. */
const TYPED: Readonly<Record<string, string>> = {
  psql: 'select 42;\n',
  'docker-exec': 'echo "in the $(echo container)"; exit\n',
}

/** Runs a line as a person does: in a shell, on a terminal where its program wants one. */
async function ran({ id, line, stands = '' }: ConnectLine): ReturnType<typeof run> {
  const text = stands === '' ? line : line.replaceAll(stands, own[stands] ?? '')
  const shell = id === 'docker-exec' ? ['script', '-qec', text, '/dev/null'] : ['bash', '-c', text]
  const [program = '', ...words] = as(user, ['timeout', '20', ...shell], { PATH: terminalPath })
  return await run(program, words, { input: TYPED[id] ?? '' })
}

afterAll(async () => {
  await docker('rmi', IMAGE, `registry.macula.local/macula/${IMAGE}`)
})

const patience = { timeout: 180_000, interval: 400 } as const

test('every line for curl, psql, docker, bash and maculactl answers as it stands, with what it promises', async () => {
  await everythingUp()
  // One small layer: what is tested is the way, not the disk.
  expect((await run('sh', ['-c', `tar -C /etc -c os-release | docker import - ${IMAGE}`])).code).toBe(0)
  const door = await openDoor()
  const failed: string[] = []
  const kept: string[] = []
  try {
    await door.request('watch', { closely: true })
    const views = () => door.snapshot()?.services.filter(({ state }) => state !== 'not set up') ?? []
    await expect
      .poll(async () => {
        await door.request('wholeSnapshot', {})
        return views().filter(({ state }) => state === 'works').length
      }, patience)
      .toBe(14)
    for (const view of views()) {
      const variables = await door.request('variables', { services: [view.id] })
      for (const one of connectLines(view, variables)) {
        const { id, line } = one
        if (!HERE.test(line)) continue
        const { code, out, err } = await ran(one)
        const said = `${out} ${err}`.replaceAll(/\s+/g, ' ').trim()
        const wanted = promises[view.id]?.[id]
        const isKept = code === 0 && (wanted ? wanted.test(said) : !REFUSED.test(said))
        ;(isKept ? kept : failed).push(`${view.id} ${id}: ${code} ${said.slice(0, 160)}`)
      }
    }
  } finally {
    await door.close()
  }
  console.log(kept.join('\n'))
  expect(failed).toEqual([])
  const answered = new Set(kept.map((one) => one.split(':')[0]))
  const promised = Object.entries(promises).flatMap(([id, lines]) =>
    Object.keys(lines).map((one) => `${id} ${one}`),
  )
  expect(promised.filter((one) => !answered.has(one))).toEqual([])
})

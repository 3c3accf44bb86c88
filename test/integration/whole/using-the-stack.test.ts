import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  as,
  curl,
  everythingUp,
  run,
  states,
  terminalPath,
  until,
  user,
  variables,
  type Ran,
} from '../support/actor.ts'

/** The examples of docs/using-the-stack.md as they stand, by a plain user who has nothing but the variables. */

const text = await readFile(
  fileURLToPath(new URL('../../../docs/using-the-stack.md', import.meta.url)),
  'utf8',
)
const examples = [...text.matchAll(/^```(sh|python|js|go|elixir) (\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', name = '', code = '']) => ({ language, name, code }),
)

const programs: Readonly<Record<string, { readonly file: string; readonly argv: readonly string[] }>> = {
  // Any step that fails ends it, as a reader would stop.
  sh: { file: 'example.sh', argv: ['bash', '-euo', 'pipefail'] },
  python: { file: 'example.py', argv: ['python3'] },
  js: { file: 'example.mjs', argv: ['node'] },
  go: { file: 'example.go', argv: [] },
  elixir: { file: 'example.exs', argv: ['elixir'] },
}

let folder = ''
beforeAll(async () => {
  await everythingUp()
  await until((one) => Object.keys(states(one)).join() === 'works')
  folder = await mkdtemp(join(tmpdir(), 'macula-using-'))
  await chmod(folder, 0o777)
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Runs an example in a folder of its own; throws with all it said where it does not end with 0. */
async function ran(language: string, name: string): Promise<string> {
  const example = examples.find((one) => one.language === language && one.name === name)
  const program = programs[language]
  if (!example || !program) throw new Error(`docs/using-the-stack.md has no ${language} ${name}`)
  const place = join(folder, `${language}-${name}`)
  await mkdir(place)
  const file = join(place, program.file)
  await writeFile(file, example.code)
  await chmod(file, 0o644)
  await chmod(place, 0o777)
  let argv = [...program.argv, file]
  if (language === 'go') {
    // Compiled by us, who have compiled its library before; run by the person.
    const built = await run('env', ['GO111MODULE=off', 'go', 'build', '-o', join(place, 'example'), file], {
      timeout: 400_000,
    })
    if (built.code !== 0) throw new Error(`go ${name} is not built:\n${built.err}`)
    argv = [join(place, 'example')]
  }
  const begin = `cd "$1" && eval "$(maculactl env)" && shift && exec "$@"`
  const [command = '', ...args] = as(user, ['bash', '-c', begin, 'bash', place, ...argv], {
    PATH: terminalPath,
  })
  const got: Ran = await run(command, args, { timeout: 400_000 })
  if (got.code !== 0) throw new Error(`${language} ${name} ended with ${got.code}:\n${got.out}\n${got.err}`)
  return got.out
}

const soon = { timeout: 180_000, interval: 300 } as const

test('every example of the page is one that is run here', () => {
  expect(examples.map(({ language, name }) => `${language} ${name}`)).toEqual([
    'sh trace',
    'python trace',
    'js trace',
    'go trace',
    'elixir trace',
    'sh metrics',
    'python metrics',
    'js metrics',
    'sh image',
    'sh database',
    'sh object',
    'sh record',
    'python record',
  ])
})

describe('a trace', () => {
  test('by curl is found again, with the line of the ingress that belongs to it', async () => {
    const out = await ran('sh', 'trace')
    const trace = /"traceId" ?: ?"([0-9a-f]{32})"/.exec(out)?.[1] ?? /[0-9a-f]{32}/.exec(out)?.[0] ?? ''
    expect(trace).toMatch(/^[0-9a-f]{32}$/)
    // Lines are on their way for some seconds.
    await expect
      .poll(
        async () =>
          (
            await curl(
              '-G',
              '--data-urlencode',
              `query={service_name="ingress"} |= "${trace}"`,
              'http://loki.macula.local/loki/api/v1/query_range',
            )
          ).body,
        soon,
      )
      .toContain(`\\"trace_id\\":\\"${trace}\\"`)
  })

  test.each(['python', 'js', 'go', 'elixir'])(
    'by %s is found again by the id that it prints',
    async (language) => {
      const trace = (await ran(language, 'trace')).trim()
      expect(trace).toMatch(/^[0-9a-f]{32}$/)
      await expect
        .poll(async () => (await curl(`http://tempo.macula.local/api/traces/${trace}`)).body, soon)
        .toContain('checkout')
    },
  )
})

test.each(['sh', 'python', 'js'])('metrics by %s tell what is scraped', async (language) => {
  expect(await ran(language, 'metrics')).toMatch(/grafana/)
})

test('an image is pushed and listed', async () => {
  expect(await ran('sh', 'image')).toContain('{"name":"example/hello","tags":["dev"]}')
})

test('a database is made and used', async () => {
  expect((await ran('sh', 'database')).trim()).toBe('1')
})

test('an object is put and got', async () => {
  expect(await ran('sh', 'object')).toMatch(/hello\n?$/)
})

test('a record is made', async () => {
  expect(await ran('sh', 'record')).toMatch(/"content": ?"127\.0\.0\.2"/)
  await ran('python', 'record')
  const { POWERDNS_API_KEY: key = '', POWERDNS_URL: url = '' } = await variables('powerdns')
  const zone = await curl('-H', `X-API-Key: ${key}`, `${url}/api/v1/servers/localhost/zones/macula.local.`)
  for (const name of ['example-shop', 'example-python'])
    expect(zone.body).toContain(`"${name}.macula.local."`)
})

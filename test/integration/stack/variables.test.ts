import { execa } from 'execa'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quoteDotenv } from '../../../main/model/quote.ts'
import { findTool } from '../../../main/system/host/tool.ts'
import { variablesOfSecret } from '../../../main/model/secret.ts'
import { readVariables } from '../../../main/system/stack/read-variables.ts'
import { environmentText, unwritable } from '../../../main/system/stack/variables-file.ts'

/** What the Compose of this machine makes of variables files: of ours, and of those that people bring. */

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-variables-test-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const secrets = [
  `'"$#\\ :/@%{}`,
  'a $HOME ${X:-y} #z',
  "it's",
  'end\\',
  ' spaces ',
  '$$',
  'Grüße',
  'plain-1',
  '%41',
  `x'\\`,
  `'lead`,
  '{"a":1}',
]

test.each([true, false])(
  'each secret reaches a container as it is, in every form (by the file alone: %s)',
  async (alone) => {
    const values = new Map(secrets.flatMap((value, index) => variablesOfSecret(`S${index}`, value)))
    const environment = Object.fromEntries([...values.keys()].map((name) => [name, `\${${name}:?generated}`]))
    const lines = [...values].map(([name, value]) => `${name}=${quoteDotenv(value)}\n`)
    writeFileSync(join(folder, '.env'), alone ? lines.join('') : environmentText(values))
    writeFileSync(
      join(folder, 'compose.yaml'),
      JSON.stringify({ name: 'x', services: { s: { image: 'scratch', environment } } }),
    )
    const { stdout } = await execa('docker', ['compose', 'config', '--format', 'json'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: '/root',
        X: 'not ours',
        ...(alone ? {} : unwritable(values)),
      },
      extendEnv: false,
    })
    const read = (JSON.parse(stdout) as { services: { s: { environment: Record<string, string> } } }).services
      .s
    for (const [name, value] of values)
      expect(
        read.environment[name]?.replaceAll('$$', () => '$'),
        name,
      ).toBe(value)
  },
)

const read = async (text: string, ...names: string[]) =>
  await readVariables({
    docker: await findTool('docker', process.env),
    config: folder,
    env: process.env,
    text,
    names,
  })

test.each<readonly [string, string | undefined]>([
  ['A=plain', 'plain'],
  ['export A=plain', 'plain'],
  ['A=1\nA=2', '2'],
  ["A='$x #y'", '$x #y'],
  ['A="q\\"\\$x\\\\"', 'q"$x\\'],
  ['A=ab#cd', 'ab#cd'],
  ['A=ab #cd', 'ab'],
  ['A=a$$b', 'a$b'],
  ['B=b\nA=a-${B}', 'a-b'],
  ['A=pa$$$$word', 'pa$$word'],
  ['A=', undefined],
  ['B=1', undefined],
  ['\r\nA=x\r\n', 'x'],
])('%j is read as the platform’s own containers got it', async (text, value) => {
  expect((await read(text, 'A')).get('A')).toBe(value)
})

test('a file that Compose cannot read: the line is told, its text is not', async () => {
  const trouble = await read("B=1\nA='canary-secret\n", 'A').then(
    () => undefined,
    (error: unknown) => error as Error,
  )
  expect(trouble?.message).toMatch(/Compose cannot read the file/)
  expect(trouble?.message).not.toContain('canary')
})

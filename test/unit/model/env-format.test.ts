import { execFileSync } from 'node:child_process'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { envText, isPlainVariable, quoteElixir, quoteFish } from '../../../main/model/env-format.ts'

const hard = [
  { name: 'PLAIN', value: 'http://grafana.macula.local' },
  { name: 'QUOTES', value: `a'b"c` },
  { name: 'DOLLAR', value: '$HOME `id` $(id) \\ #{x} %' },
  { name: 'EMPTY', value: '' },
]

test('what is written for a shell is read by a shell as it was', () => {
  const script = `${envText('shell', hard)}printf '%s\\n' ${hard.map(({ name }) => `"$${name}"`).join(' ')}`
  const out = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
  expect(out.split('\n').slice(0, -1)).toEqual(hard.map(({ value }) => value))
})

test('a .env is read by Node, JSON by anything', () => {
  const easy = hard.filter(({ name }) => name !== 'QUOTES')
  expect(parseEnv(envText('dotenv', easy))).toEqual(
    Object.fromEntries(easy.map(({ name, value }) => [name, value])),
  )
  expect(JSON.parse(envText('json', hard))).toEqual(
    Object.fromEntries(hard.map(({ name, value }) => [name, value])),
  )
})

test.each([
  ["it's \\ $x (id)", String.raw`'it\'s \\ $x (id)'`],
  ['plain', `'plain'`],
])('fish takes %s as one word', (value, quoted) => {
  expect(quoteFish(value)).toBe(quoted)
})

test.each([
  ['a"b\\c#{1}', String.raw`"a\"b\\c\#{1}"`],
  ['plain', '"plain"'],
])('Elixir takes %s as a string with nothing filled in', (value, quoted) => {
  expect(quoteElixir(value)).toBe(quoted)
})

test('what could break out of its line is not written', () => {
  expect(isPlainVariable({ name: 'A', value: 'x\nB=1' })).toBe(false)
  expect(isPlainVariable({ name: 'A B', value: 'x' })).toBe(false)
  expect(isPlainVariable({ name: 'A', value: 'x\u001B[2J' })).toBe(false)
})

/** What tries to end the word that it stands in, or to be filled in. */
const hostile = [
  ...hard,
  { name: 'ENDS', value: "x\\'; echo owned; '" },
  { name: 'BACKSLASH', value: 'at the end\\' },
  { name: 'FILLED', value: '#{System.halt(3)} \\#{x} #\\{y} "#{z}' },
  { name: 'OPTION', value: '--erase *? ~ [a] {b,c} (id)' },
  { name: 'LETTERS', value: 'grüße 🦊 שלום' },
]
const values = hostile.map(({ value }) => value)

/** Whether a program of this name answers here; both come with Debian (fish, elixir). */
function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test.skipIf(!has('fish'))(
  'the real fish reads what is written for it as it was, and runs nothing of it',
  () => {
    const script = `${envText('fish', hostile)}printf '%s\\n' ${hostile.map(({ name }) => `"$${name}"`).join(' ')}`
    const out = execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' })
    expect(out.split('\n').slice(0, -1)).toEqual(values)
  },
)

test.skipIf(!has('elixir'))(
  'the real Elixir reads what is written for it as it was; what is set before stays',
  () => {
    const lines = hostile.map(({ name }) => `IO.puts(System.get_env("${name}"))`).join('\n')
    const out = execFileSync('elixir', ['-e', `${envText('elixir', hostile)}${lines}`], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8', PLAIN: 'set before' },
    })
    expect(out.split('\n').slice(0, -1)).toEqual(['set before', ...values.slice(1)])
  },
)

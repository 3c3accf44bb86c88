import { expect, test } from 'vitest'
import { envText } from '../../../main/system/eject/env-file.ts'
import { openFilling } from '../../../main/system/eject/fill.ts'
import { settings } from '../stack/fixture.ts'

/** Passwords that stand in a URL or in YAML, in what works without us. */

const fill = (text: string): string => openFilling('web', settings, '').fill(text)

test.each([
  ['${MACULA_SECRET_A:?x}', '${MACULA_SECRET_A:?README.md says where it comes from}'],
  [
    'postgres://u:${MACULA_URL_SECRET_A:?x}@h',
    'postgres://u:${MACULA_URL_SECRET_A:-${MACULA_SECRET_A:?README.md says where it comes from}}@h',
  ],
  [
    '${MACULA_JSON_SECRET_A}',
    '${MACULA_JSON_SECRET_A:-${MACULA_SECRET_A:?README.md says where it comes from}}',
  ],
])('%s becomes %s', (text, written) => {
  expect(fill(text)).toBe(written)
})

test.each<readonly [string, readonly string[]]>([
  ['abcDEFGH1234', ['MACULA_SECRET_A=abcDEFGH1234']],
  [
    '12345678',
    ['MACULA_JSON_SECRET_A=\'"12345678"\'', 'MACULA_SECRET_A=12345678', 'MACULA_URL_SECRET_A=12345678'],
  ],
  [
    `it's $x`,
    [
      String.raw`MACULA_JSON_SECRET_A="\"it's \$x\""`,
      String.raw`MACULA_SECRET_A="it's \$x"`,
      'MACULA_URL_SECRET_A=it%27s%20%24x',
    ],
  ],
])('%j stands in .env as %j', (value, lines) => {
  const variables = new Map([['MACULA_SECRET_A', { name: 'MACULA_SECRET_A', services: ['web'] }]])
  expect(envText(variables, new Map([['A', value]]))).toBe(`${lines.join('\n')}\n`)
})

import { expect, test } from 'vitest'
import { secretsInCopy } from '../../../main/system/keep/recover.ts'
import { environmentText, unwritable } from '../../../main/system/stack/variables-file.ts'

/** What of a value stands in the file, and whether Compose is given it beside the file. */
test.each<readonly [string, string, boolean]>([
  ['abcDEF123', 'MACULA_SECRET_A=abcDEF123', false],
  ['p%40ss/w.o:r-d@_', 'MACULA_SECRET_A=p%40ss/w.o:r-d@_', false],
  ['$HOME #x "y"', `MACULA_SECRET_A='$HOME #x "y"'`, true],
  [' {} ', "MACULA_SECRET_A=' {} '", true],
  ["it's", `# MACULA_SECRET_A="it's"`, true],
  ['end\\', String.raw`# MACULA_SECRET_A="end\\"`, true],
  [`'"$#\\ :/@%{}`, String.raw`# MACULA_SECRET_A="'\"$#\\ :/@%{}"`, true],
])('%j is written as %j, and read back', (value, line, given) => {
  const values = new Map([['MACULA_SECRET_A', value]])
  expect(environmentText(values)).toBe(`${line}\n`)
  expect(Object.keys(unwritable(values))).toEqual(given ? ['MACULA_SECRET_A'] : [])
  expect(secretsInCopy(environmentText(values)).get('A')).toBe(value)
})

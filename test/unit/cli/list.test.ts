import { expect, test } from 'vitest'
import { drawList } from '../../../main/cli/draw/list.ts'
import { penFor } from '../../../main/cli/style.ts'
import { createProgram } from '../../../main/cli/program.ts'
import { thisMachine } from '../../../main/cli/this-machine.ts'

const columns = [{ head: 'Database' }, { head: 'Size', side: 'right' }, { head: 'Extensions' }] as const
const rows = [
  ['macula', '9.79 MB', 'pg_stat_statements 1.11, timescaledb 2.29.2, timescaledb_toolkit 1.22'],
  ['shop', '8 MB', 'no extension'],
]
const style = (columnsOf: number | undefined, env: Record<string, string> = { NO_COLOR: '1' }) =>
  penFor(
    (columnsOf === undefined ? {} : { isTTY: true, columns: columnsOf, rows: 40 }) as never,
    { LANG: 'C.UTF-8', ...env },
    'linux',
  )

test('heads stand over their columns, and what does not fit 80 columns goes on under its own begin', () => {
  expect(drawList(style(80), columns, rows)).toEqual([
    'Database     Size  Extensions',
    'macula    9.79 MB  pg_stat_statements 1.11, timescaledb 2.29.2,',
    '                   timescaledb_toolkit 1.22',
    'shop         8 MB  no extension',
  ])
})

test('a pipe gets whole lines; heads alone say nothing; they are dim', () => {
  expect(drawList(style(undefined), columns, rows)).toHaveLength(3)
  expect(drawList(style(80), columns, [])).toEqual([])
  const coloured = style(80, { FORCE_COLOR: '1', TERM: 'xterm-256color' })
  expect(drawList(coloured, columns, rows)[0]).toBe(coloured.paint.dim('Database     Size  Extensions'))
})

test.each([
  ['db', "psql -U macula -c 'DROP DATABASE shop_dev'"],
  ['s3', 'aws s3 rb s3://shop-images --force'],
])('the help of %s says how what it creates is removed', (name, line) => {
  const command = createProgram(thisMachine(), () => undefined).commands.find((one) => one.name() === name)
  let told = ''
  command?.configureOutput({ writeOut: (text) => (told += text) })
  command?.outputHelp()
  expect(told).toContain(line)
  expect(told).toMatch(/No command of maculactl removes a/)
})

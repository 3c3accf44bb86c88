import { readFileSync } from 'node:fs'
import { fc } from '../../chance.ts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hostsPart } from '../../../main/system/migration/hosts.ts'
import { openMachine } from '../../../main/system/setup/machine.ts'
import { openNameSteps } from '../../../main/system/setup/open-routes.ts'
import { hostsLines } from '../../../main/system/host/name-lines.ts'
import { lineFix, sayLineTodo } from '../../../main/model/rungs/name.ts'
import { plantTree, type Tree } from './tree.ts'

/** Hosts files as people have them: what is taken out of them is what root's own program takes, and the rest is told. */

// Root's program runs dozens of small programs; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 })

const FILE = '/etc/hosts'
const names = new Map([['grafana.macula.local', '127.0.0.4']])

let tree: Tree
afterEach(() => tree.remove())

const part = () => hostsPart({ names, suffix: 'macula.local', below: tree.root })

/** Takes out what the part plans, by root's program; the file afterwards, byte for byte. */
async function taken(file: string | Buffer): Promise<string> {
  tree = plantTree()
  tree.write(FILE, file)
  const [step] = await part().plan()
  if (step?.change) expect(await tree.apply(step.change)).toMatchObject({ kind: 'done' })
  return readFileSync(tree.at(FILE)).toString('latin1')
}

const GOES = '127.0.0.1 grafana.macula.local\n'

describe('a line that root’s program would refuse keeps no other from going, and is told with its number and why', () => {
  it.each<readonly [string, string, string, string]>([
    [
      'a pattern',
      '127.0.0.1 *.macula.local\n',
      '127.0.0.1 *.macula.local\n',
      'Line 2 stays: “*.macula.local” is not a host name',
    ],
    [
      'a pattern beside a name',
      '127.0.0.1 *.macula.local home.macula.local # all\n',
      '127.0.0.1 *.macula.local # all\n',
      '“*.macula.local” on line 2 stays: it is not a host name',
    ],
    [
      'a name with an umlaut',
      '127.0.0.1 b\u00FCcher.macula.local\n',
      '127.0.0.1 b\u00FCcher.macula.local\n',
      'Line 2 stays: “b\u00FCcher.macula.local” is not a host name',
    ],
    [
      'an empty label',
      '127.0.0.1 a..macula.local\n',
      '127.0.0.1 a..macula.local\n',
      'Line 2 stays: “a..macula.local”',
    ],
    [
      'a word for an address',
      'localhost grafana.macula.local\n',
      'localhost grafana.macula.local\n',
      'Line 2 stays: it does not begin with an address, but with “localhost”',
    ],
    [
      'an address with a zone of capitals',
      'fe80::1%ETH0 grafana.macula.local\n',
      'fe80::1%ETH0 grafana.macula.local\n',
      'Line 2 stays: it does not begin with an address',
    ],
    [
      'a mark of byte order',
      '\uFEFF127.0.0.1 grafana.macula.local\n',
      '\uFEFF127.0.0.1 grafana.macula.local\n',
      'Line 2 stays: it does not begin with an address',
    ],
  ])('%s', async (_, line, stays, told) => {
    expect(await taken(`${GOES}${line}`)).toBe(Buffer.from(stays).toString('latin1'))
    tree.write(FILE, `${GOES}${line}`)
    expect((await part().detect())[0]?.remains).toContain(told)
  })

  it('bytes that are no text', async () => {
    const odd = Buffer.from('127.0.0.1 grafana.macula.local # f\u00FCr uns\n', 'latin1')
    expect(await taken(Buffer.concat([Buffer.from(GOES), odd]))).toBe(odd.toString('latin1'))
    expect((await part().detect())[0]?.remains).toContain(
      'Line 1 stays: it has bytes that are not UTF-8 text.',
    )
  })

  it.each([
    ['an end is missing', `# BEGIN macula-desktop\n${GOES}${GOES}`, '1'],
    ['a beginning is missing', `${GOES}# END macula-desktop\n${GOES}`, '2'],
    ['there are two', '# BEGIN macula-desktop\n# END macula-desktop\n'.repeat(2) + GOES + GOES, '1, 2, 3, 4'],
  ])('a block of ours whose markers are torn: %s', async (_, file, lines) => {
    expect(await taken(file)).toBe(file)
    expect((await part().detect())[0]?.remains).toContain(
      `All of them stay: the marker lines of Macula’s block are torn (line ${lines}); remove them first (sudoedit /etc/hosts).`,
    )
  })

  it('set-up, too, takes out what goes and tells of what stays; its row in status says how', async () => {
    tree = plantTree()
    const file = `${GOES}localhost grafana.macula.local\n`
    tree.write(FILE, file)
    const machine = { ...openMachine(tree.root), platform: 'linux' as const }
    const [step] = openNameSteps({ dns53: false }, part(), machine).filter(({ id }) => id === 'hosts-lines')
    const plan = await step?.plan({ names })
    expect(plan?.says).toContain('Line 2 stays: it does not begin with an address')
    if (plan) expect(await tree.apply(plan.change)).toMatchObject({ kind: 'done' })
    expect(tree.read(FILE)).toBe('localhost grafana.macula.local\n')
    const lines = hostsLines(tree.read(FILE), 'grafana.macula.local', '127.0.0.4')
    expect(lineFix(lines)).toBeUndefined()
    expect(sayLineTodo(lines, '127.0.0.4')).toContain('Take line 1 out of /etc/hosts (sudoedit /etc/hosts)')
  })
})

describe('what goes comes out as it should', () => {
  it.each<readonly [string, string, string]>([
    [
      'line ends of another system',
      '127.0.0.1 localhost\r\n127.0.0.1 grafana.macula.local\r\n',
      '127.0.0.1 localhost\r\n',
    ],
    ['tabs', '\t127.0.0.1\t\tgrafana.macula.local\tbox\n', '\t127.0.0.1\t\tbox\n'],
    [
      'no end of the last line',
      '127.0.0.1 localhost\n127.0.0.1 grafana.macula.local',
      '127.0.0.1 localhost\n',
    ],
    ['a dot at the end of a name', '127.0.0.1 Grafana.Macula.Local. box\n', '127.0.0.1 box\n'],
    [
      'a blank of Unicode before a comment',
      '127.0.0.1 grafana.macula.local box\u00A0# mine\n',
      '127.0.0.1 box\u00A0# mine\n',
    ],
    [
      'other names that are no host names',
      '127.0.0.1 grafana.macula.local b\u00FCro *.example\n',
      '127.0.0.1 b\u00FCro *.example\n',
    ],
    ['a comment without a blank', '127.0.0.1 grafana.macula.local box#mine\n', '127.0.0.1 box#mine\n'],
  ])('%s', async (_, file, stays) => {
    expect(await taken(file)).toBe(Buffer.from(stays).toString('latin1'))
  })

  it('of ten thousand lines as many as root can take at once, and the rest is told', async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => `127.0.0.1 a${at}.macula.local\n`)
    tree = plantTree()
    tree.write(FILE, rows.join(''))
    const [step] = await part().plan()
    expect(step?.effects).toHaveLength(200)
    const [found] = await part().detect()
    expect(found?.remains).toContain('200 lines go at a time: 9800 more go the next time.')
    expect(found?.holds).toHaveLength(21)
  })

  it('whatever words a file is made of, root’s program takes the whole plan', async () => {
    const word = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom('grafana.macula.local', 'x.macula.local', 'GRAFANA.macula.local.'),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          'box',
          'localhost',
          '*.macula.local',
          'ü.macula.local',
          'a_b.macula.local',
          '-.macula.local',
        ),
      },
      {
        weight: 1,
        arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\n', '')),
      },
    )
    const address = fc.constantFrom(
      '127.0.0.1',
      '127.1',
      '::1',
      '10.0.0.1',
      '::ffff:127.0.0.1',
      'fe80::1%lo',
      '0x7f.1',
      '#',
      'x',
    )
    const gap = fc.constantFrom(' ', '\t', '  ', '\r', '\v', '\f', ' \u00A0 ')
    const end = fc.constantFrom('', ' ', ' # mine', '#', ' #\u00A0', '\r')
    const row = fc
      .tuple(fc.constantFrom('', ' ', '\t'), address, fc.array(fc.tuple(gap, word), { maxLength: 5 }), end)
      .map(([before, first, rest, last]) => `${before}${first}${rest.flat().join('')}${last}`)
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        const before = `${rows.join('\n')}\n`
        await taken(before)
        // A second look finds nothing that could go and did not.
        expect(await part().plan()).toEqual([])
        await tree.undo()
        expect(tree.read(FILE)).toBe(before)
        tree.remove()
      }),
      { seed: 11, numRuns: 8 },
    )
  })
})

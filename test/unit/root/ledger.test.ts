import { fc } from '../../chance.ts'
import { chmodSync, rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { readBlock } from '../../../main/system/root/block.ts'
import { parseLedger } from '../../../main/system/root/ledger.ts'
import { all, hosts, LEDGER, lowPorts, plantTree, SYSCTL, type Tree } from './tree.ts'

const head = 'macula-ledger 1\n'
const begin = (id: number, target = SYSCTL): string =>
  `begin ${id} 1795465786 low-ports TG93IHBvcnRz file ${target} ${'a'.repeat(64)} absent - - - ${id}\n`
const end = (word: string, id: number): string => `${word} ${id} 1795465787\n`

describe('reading the ledger', () => {
  it('tells applied, undone and unfinished apart; hides what did not happen or was replaced', () => {
    const text =
      head +
      [
        begin(1),
        end('done', 1),
        end('undone', 1),
        begin(2),
        end('dropped', 2),
        begin(3),
        end('done', 3),
      ].join('') +
      [begin(4), end('done', 4), 'reloaded systemd-resolved 1795465788\n', begin(5, '/etc/hosts')].join('')
    const { records, problems } = parseLedger(text)
    expect(problems).toEqual([])
    expect(records.map((record) => [record.id, record.state])).toEqual([
      ['1', 'undone'],
      ['4', 'applied'],
      ['5', 'unfinished'],
    ])
    expect(records[0]).toMatchObject({
      title: 'Low ports',
      at: 1_795_465_786_000,
      verb: 'file',
      target: SYSCTL,
    })
  })

  it.each([
    ['', 0],
    [head, 0],
    ['macula-ledger 2\n', 1],
    ['{"json":true}', 1],
    [`${head}${begin(1).slice(0, 40)}`, 1],
    [`${head}done 7 1795465787\n`, 1],
    [`${head}\0\0\0\n${begin(1)}${end('done', 1)}`, 1],
  ])('fault 33: %j is read as far as it goes, with %i lines named', (text, problems) => {
    expect(parseLedger(text).problems).toHaveLength(problems)
  })

  it('fault 8: no text makes it throw', () => {
    const word = fc.constantFrom(
      'begin',
      'done',
      'undone',
      'dropped',
      '1',
      '2',
      '\n',
      ' ',
      head,
      begin(1),
      SYSCTL,
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join('')),
    )
    fc.assert(
      fc.property(text, (rest) => {
        for (const one of [rest, head + rest]) expect(parseLedger(one).records).toBeInstanceOf(Array)
      }),
      { numRuns: 20_000 },
    )
  })

  it('reads our block as root does', () => {
    const [open, close] = ['# BEGIN macula-desktop\n', '# END macula-desktop\n']
    expect(readBlock('a\n')).toEqual({ kind: 'none' })
    expect(readBlock(`a\n${open}x\ny\n${close}b`)).toEqual({ kind: 'block', text: 'x\ny\n', first: 3 })
    expect(readBlock(`${open}${close}`)).toEqual({ kind: 'block', text: '', first: 2 })
    for (const torn of [open, close, close + open, open + open, open + close + open])
      expect(readBlock(torn)).toMatchObject({ kind: 'torn' })
  })
})

describe('drift', () => {
  let tree: Tree
  afterEach(() => tree.remove())

  it('is none, changed with a diff, missing', async () => {
    tree = plantTree()
    await tree.apply(...all)
    expect((await tree.port.ledger()).map((entry) => entry.drift)).toEqual(['none', 'none', 'none', 'none'])
    tree.write('/etc/hosts', tree.read('/etc/hosts').replace('127.0.0.4', '127.0.0.5'))
    rmSync(tree.at(SYSCTL))
    expect(await tree.entry('/etc/hosts')).toMatchObject({
      drift: 'changed',
      diff: [
        '--- /etc/hosts (as Macula wrote it)',
        '+++ /etc/hosts (now)',
        '@@ -1,2 +1,2 @@',
        '-127.0.0.4 grafana.macula.local',
        '+127.0.0.5 grafana.macula.local',
        ' 127.0.0.9 s3.macula.local',
      ],
    })
    expect(await tree.entry(SYSCTL)).toMatchObject({ drift: 'missing', undoable: true })
  })

  it('of a removed block or file: undo has nothing to take away and says done', async () => {
    tree = plantTree()
    const before = tree.picture()
    await tree.apply(...all)
    tree.write('/etc/hosts', '127.0.0.1\tlocalhost\n::1 localhost\n\n# mine\n10.0.0.1 nas', 0o755)
    rmSync(tree.at(SYSCTL))
    expect(await tree.entry('/etc/hosts')).toMatchObject({ drift: 'missing' })
    expect((await tree.undo()).kind).toBe('done')
    expect(tree.picture()).toEqual(before)
  })

  it('fault 33: damaged lines are told and the rest still works, also for root', async () => {
    const told: string[] = []
    tree = plantTree({ onProblem: (says) => told.push(says) })
    const before = tree.picture()
    await tree.apply(hosts)
    tree.write(`${LEDGER}/ledger`, `${tree.read(`${LEDGER}/ledger`)}begin 2 x\n???\n`)
    expect(await tree.port.ledger()).toHaveLength(1)
    expect(told).toHaveLength(2)
    await tree.apply(lowPorts)
    expect((await tree.undo()).kind).toBe('done')
    expect(tree.picture()).toEqual(before)
  })

  it('a backup that somebody changed is not given back', async () => {
    tree = plantTree()
    tree.write(SYSCTL, '# theirs\n')
    await tree.apply(lowPorts)
    chmodSync(tree.at(`${LEDGER}/1.before`), 0o644)
    tree.write(`${LEDGER}/1.before`, '# forged\n')
    const outcome = await tree.undo()
    expect(outcome.kind).toBe('failed')
    expect(tree.read(SYSCTL)).toContain('port_start = 80')
  })
})

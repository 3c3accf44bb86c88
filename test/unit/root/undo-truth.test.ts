import { linkSync, renameSync, symlinkSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { readBlock } from '../../../main/system/root/block.ts'
import { hosts, lowPorts, plantTree, shells, SYSCTL, type Tree } from './tree.ts'
import type { RootOutcome } from '../../../main/model/change.ts'

/** Undo gives back every byte, or says what is left. */

let tree: Tree
afterEach(() => tree.remove())

const says = (outcome: RootOutcome): string =>
  outcome.kind === 'refused' ? outcome.says : outcome.steps.map((step) => step.says).join(' ')

/** Words are read by the same programs everywhere; that the shells agree is shown by the first of each kind. */
const [first = ['dash'], ...others] = shells
const inAll = [first, ...others].map((shell) => ({ name: shell.join(' '), shell }))

describe.each(inAll)('under $name', ({ shell }) => {
  it.each(shell === first ? ['a\0b\n', '\0', 'a\n\0', 'x\n\0\n127.0.0.1 y'] : ['a\0b\n\0'])(
    'a hosts file with a NUL (%j) gets the block as lines of its own, and every byte back',
    async (content) => {
      tree = plantTree({ shell })
      tree.write('/etc/hosts', content)
      expect((await tree.apply(hosts)).kind).toBe('done')
      expect(tree.read('/etc/hosts')).toMatch(/^# BEGIN macula-desktop$/m)
      expect((await tree.apply(hosts)).kind === 'done' && (await tree.entry('/etc/hosts'))?.drift).toBe(
        'none',
      )
      const undone = await tree.undo()
      expect(says(undone)).toBe('as it was before Macula')
      expect(tree.read('/etc/hosts')).toBe(content)
    },
  )

  it('a NUL that came later, before our block: the block is found and taken out', async () => {
    tree = plantTree({ shell })
    await tree.apply(hosts)
    tree.write('/etc/hosts', `\0\n${tree.read('/etc/hosts')}`)
    expect(says(await tree.undo())).toBe('our block is out of it; its other lines are as others left them')
    expect(tree.read('/etc/hosts')).not.toContain('macula')
  })

  it('a block whose line ends were changed is somebody’s edit: asked first, then taken out', async () => {
    tree = plantTree({ shell })
    await tree.apply(hosts)
    tree.write('/etc/hosts', tree.read('/etc/hosts').replaceAll('\n', '\r\n'))
    expect(await tree.entry('/etc/hosts')).toMatchObject({ state: 'applied', drift: 'changed' })
    const asked = await tree.undo()
    expect(asked.kind).toBe('failed')
    expect(says(asked)).toContain('changed by somebody else')
    expect(tree.read('/etc/hosts')).toContain('grafana.macula.local')
    const undone = await tree.undo(undefined, true)
    expect(says(undone)).toContain(
      'our block is out of it; its other lines are as others left them; the edited',
    )
    expect(tree.read('/etc/hosts')).toBe(
      '127.0.0.1\tlocalhost\r\n::1 localhost\r\n\r\n# mine\r\n10.0.0.1 nas\r\n',
    )
  })
})

describe.each(inAll.slice(0, 1))('under $name', ({ shell }) => {
  it('our lines without our markers are told by their numbers until they are gone', async () => {
    tree = plantTree({ shell })
    await tree.apply(hosts)
    tree.write('/etc/hosts', tree.read('/etc/hosts').replaceAll(/# (?:BEGIN|END).*\n/g, ''))
    for (const anyway of [false, true]) {
      const outcome = await tree.undo(undefined, anyway)
      expect(outcome.kind).toBe('failed')
      expect(says(outcome)).toContain(
        'lines that Macula wrote are still there (line 6, 7); remove them by hand',
      )
    }
    tree.write('/etc/hosts', '127.0.0.1 localhost\n')
    expect((await tree.undo()).kind).toBe('done')
    expect(await tree.entry('/etc/hosts')).toMatchObject({ state: 'undone' })
  })

  it('a line that stood there before us is nobody’s left-over', async () => {
    tree = plantTree({ shell })
    tree.write('/etc/hosts', '127.0.0.4 grafana.macula.local\n')
    await tree.apply(hosts)
    tree.write('/etc/hosts', `# more\n${tree.read('/etc/hosts')}`)
    expect((await tree.undo()).kind).toBe('done')
    expect(tree.read('/etc/hosts')).toBe('# more\n127.0.0.4 grafana.macula.local\n')
  })

  const torn: readonly (readonly [string, string, string])[] = [
    ['begin alone', 'a\n# BEGIN macula-desktop\nb\n', '2'],
    ['end alone', '# END macula-desktop\n', '1'],
    ['the wrong way round', '# END macula-desktop\n# BEGIN macula-desktop\n', '1, 2'],
    ['two blocks', '# BEGIN macula-desktop\n# END macula-desktop\n'.repeat(2), '1, 2, 3, 4'],
    ['with blanks', '  # BEGIN macula-desktop \r\nx\n', '1'],
  ]
  it.each(torn)(
    'torn markers (%s): their lines are named, and nothing is changed',
    async (_, content, lines) => {
      tree = plantTree({ shell })
      tree.write('/etc/hosts', content)
      const outcome = await tree.apply(hosts)
      expect(outcome.kind === 'failed' && outcome.says).toContain(
        `are torn (line ${lines}); remove them by hand`,
      )
      expect(tree.read('/etc/hosts')).toBe(content)
      expect(readBlock(content)).toEqual({ kind: 'torn', lines: lines.split(', ').map(Number) })
    },
  )

  it('a block that was torn after us: undo says so, and not that all is as before', async () => {
    tree = plantTree({ shell })
    await tree.apply(hosts)
    tree.write('/etc/hosts', tree.read('/etc/hosts').replace('# END macula-desktop\n', ''))
    const outcome = await tree.undo(undefined, true)
    expect(outcome.kind).toBe('failed')
    expect(says(outcome)).toContain('are torn (line 6)')
  })

  it.each([
    [
      'a link',
      'is a link; only plain files are changed',
      (t: Tree) => {
        renameSync(t.at('/etc/hosts'), t.at('/etc/hosts.real'))
        symlinkSync('hosts.real', t.at('/etc/hosts'))
      },
    ],
    [
      'a file with a second name',
      'has a second name (hard link)',
      (t: Tree) => linkSync(t.at('/etc/hosts'), t.at('/etc/also')),
    ],
  ] as const)('a hosts file that is %s has its own sentence', async (_, sentence, make) => {
    tree = plantTree({ shell })
    make(tree)
    const outcome = await tree.apply(hosts)
    expect(outcome.kind === 'failed' && outcome.says).toContain(sentence)
  })
})

describe('root reads again after it has written', () => {
  it('a file that another program writes at once is not said to be as before', async () => {
    tree = plantTree()
    await tree.apply(lowPorts)
    // A program that puts its text back the moment ours goes: here the removal itself brings another one.
    const spiteful = `rm() { command rm "$@"; case $* in *60-macula.conf*) echo '# theirs' >'${tree.at(SYSCTL)}' ;; esac; }\n`
    const text = (await import('./tree.ts')).program
    const { runRaw, undoAll } = await import('./tree.ts')
    const run = runRaw(
      tree,
      { plan: undoAll },
      { text: text.replace('\nmain "$@"', `\n${spiteful}main "$@"`) },
    )
    expect(run.stdout).toMatch(
      /60-macula\.conf\tfailed\twas given back, but is not so now: another program writes it/,
    )
    expect((await tree.entry(SYSCTL))?.state).toBe('applied')
  })
})

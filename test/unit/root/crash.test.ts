import { afterEach, describe, expect, it } from 'vitest'
import { parseLedger } from '../../../main/system/root/ledger.ts'
import { planOf } from '../../../main/system/root/plan.ts'
import { applyAll, LEDGER, lowPorts, plantTree, resolved, runRaw, shells, SYSCTL, undoAll } from './tree.ts'
import type { Tree } from './tree.ts'

let tree: Tree
afterEach(() => tree.remove())

const small = planOf([lowPorts])

/** A machine with a foreign file at one of our paths, and the contents that file may have at any moment. */
function plant(shell: readonly string[]): { readonly foreign: string; readonly ours: string } {
  tree = plantTree({ shell })
  tree.write(SYSCTL, '# theirs, no newline', 0o640)
  const file = lowPorts.verbs[0]
  return { foreign: '# theirs, no newline', ours: file?.verb === 'file' ? file.content : '' }
}

function ledgerIsWhole(): void {
  if (!tree.has(`${LEDGER}/ledger`)) return
  expect(parseLedger(tree.read(`${LEDGER}/ledger`)).problems).toEqual([])
}

/** Kills the run at its nth point for n = 1, 2, … until one ends by itself; returns how many there were. */
function atEveryPoint(shell: readonly string[], plan: typeof small): number {
  for (let n = 1; ; n++) {
    const { foreign, ours } = plant(shell)
    const before = tree.picture()
    const run = runRaw(tree, { plan, crashAt: n }, { shell })
    expect([foreign, ours]).toContain(tree.read(SYSCTL))
    ledgerIsWhole()
    if (run.signal !== 'SIGKILL') {
      expect(run.stdout).toContain('end\tok')
      tree.remove()
      return n - 1
    }
    const undone = runRaw(tree, { plan: undoAll }, { shell })
    expect(undone.stdout, `undo after a kill at ${n}`).toContain('end\tok')
    expect(tree.picture(), `undo after a kill at ${n}`).toEqual(before)
    tree.remove()
  }
}

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))(
  'fault 11 under $name',
  ({ shell }) => {
    it('killed at any point: old or new file, and undo gives everything back', { timeout: 240_000 }, () => {
      if (shell[0] === 'dash') expect(atEveryPoint(shell, small)).toBeGreaterThan(20)
      else expect(killedSome(shell)).toBeGreaterThan(3)
    })
  },
)

/** The other shells: every fifth point is enough to see that they die and recover in the same way. */
function killedSome(shell: readonly string[]): number {
  let killed = 0
  for (const n of [3, 9, 14, 19, 24]) {
    plant(shell)
    const before = tree.picture()
    if (runRaw(tree, { plan: small, crashAt: n }, { shell }).signal === 'SIGKILL') killed++
    expect(runRaw(tree, { plan: small }, { shell }).stdout).toContain('end\tok')
    expect(runRaw(tree, { plan: undoAll }, { shell }).stdout).toContain('end\tok')
    expect(tree.picture()).toEqual(before)
    if (n < 24) tree.remove()
  }
  return killed
}

it('fault 11: killed in the middle of an undo, the next undo ends it', { timeout: 240_000 }, () => {
  for (let n = 1; ; n++) {
    plant(['dash'])
    const before = tree.picture()
    runRaw(tree, { plan: small })
    const run = runRaw(tree, { plan: undoAll, crashAt: n })
    ledgerIsWhole()
    expect(runRaw(tree, { plan: undoAll }).stdout).toContain('end\tok')
    expect(tree.picture(), `killed at ${n}`).toEqual(before)
    if (run.signal !== 'SIGKILL') return
    tree.remove()
  }
})

it('fault 11: a set-up killed half way is shown as unfinished and ended by the next', async () => {
  tree = plantTree()
  let killed = 0
  for (let n = 1; killed === 0; n++) {
    runRaw(tree, { plan: planOf([resolved]), crashAt: n })
    const entries = await tree.port.ledger()
    if (entries.some((entry) => entry.state === 'unfinished')) killed = n
    else tree.write(`${LEDGER}/unused`, '')
  }
  expect((await tree.apply(resolved)).kind).toBe('done')
  expect((await tree.port.ledger()).map((entry) => [entry.state, entry.drift])).toEqual([['applied', 'none']])
})

it('knows its own number of points', () => {
  tree = plantTree()
  expect(runRaw(tree, { plan: applyAll, crashAt: 10_000 }).stdout).toContain('end\tok')
})

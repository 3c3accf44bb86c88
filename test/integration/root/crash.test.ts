import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseLedger } from '../../../main/system/root/ledger.ts'
import { planOf, type Plan } from '../../../main/system/root/plan.ts'
import {
  applyAll,
  change,
  hosts,
  LEDGER,
  lowPorts,
  pictureOf,
  plantTree,
  program,
  resolved,
  runRaw,
  shells,
  SYSCTL,
  undoAll,
} from '../../unit/root/tree.ts'
import type { Tree } from '../../unit/root/tree.ts'
import { shownFile, shownLink } from '../../../main/system/root/shown.ts'

vi.setConfig({ testTimeout: 600_000 })

let tree: Tree
let before: readonly string[]
afterEach(() => tree.remove())

const theirs = '# theirs, no newline'
const ours = 'net.ipv4.ip_unprivileged_port_start = 80\n'

/** A machine with a file of somebody else at one of our paths. */
const CONF = '/etc/dnsmasq.d/macula.conf'
const LINK = '/etc/NetworkManager/dnsmasq.d/macula.conf'
const taken = change(
  'migrate-names',
  { verb: 'remove', path: LINK, shown: shownLink('../../dnsmasq.d/macula.conf') },
  { verb: 'remove', path: CONF, shown: shownFile(Buffer.from('no-hosts\n')) },
)
const lines = change('migrate-hosts', {
  verb: 'lines',
  path: '/etc/hosts',
  lines: [
    { line: 1, text: '127.0.0.1\tlocalhost home.macula.local', stays: '127.0.0.1\tlocalhost' },
    { line: 3, text: '127.0.0.9 s3.macula.local', stays: '' },
  ],
})

function plant(): void {
  tree = plantTree()
  tree.write(SYSCTL, theirs, 0o640)
  for (const folder of ['/etc/dnsmasq.d', '/etc/NetworkManager/dnsmasq.d', '/usr/bin', '/run/systemd/system'])
    mkdirSync(tree.at(folder), { recursive: true, mode: 0o755 })
  tree.write(CONF, 'no-hosts\n', 0o640)
  symlinkSync('../../dnsmasq.d/macula.conf', tree.at(LINK))
  // systemctl stood in for: two files tell whether the one unit is enabled and active.
  writeFileSync(
    tree.at('/usr/bin/systemctl'),
    `#!/bin/sh
case "$1 $2" in
  'is-enabled dnsmasq.service') [ -e ${tree.root}/enabled ] && echo enabled || echo disabled ;;
  'is-active dnsmasq.service') [ -e ${tree.root}/active ] && echo active || echo inactive ;;
  'stop dnsmasq.service') rm -f ${tree.root}/active ;;
  'start dnsmasq.service') : >${tree.root}/active ;;
  'disable dnsmasq.service') rm -f ${tree.root}/enabled ;;
  'enable dnsmasq.service') : >${tree.root}/enabled ;;
  *) exit 3 ;;
esac
`,
    { mode: 0o755 },
  )
  for (const state of ['/enabled', '/active']) tree.write(state, '')
  tree.write('/etc/hosts', HOSTS)
  before = tree.picture()
}
const HOSTS = '127.0.0.1\tlocalhost home.macula.local\n::1 localhost\n127.0.0.9 s3.macula.local\n10.0.0.1 nas'

/** After a kill: each file is the old or the new one, and the ledger has only whole lines. */
function nothingIsHalf(): void {
  expect([theirs, ours]).toContain(tree.read(SYSCTL))
  expect(tree.read('/etc/hosts')).toMatch(/^127[^]*nas\n?(# BEGIN [^]*\n# END macula-desktop\n)?$/)
  if (tree.has(`${LEDGER}/ledger`)) expect(parseLedger(tree.read(`${LEDGER}/ledger`)).problems).toEqual([])
}

function endsWell(plan: Plan, shell: readonly string[], when: string): void {
  const run = runRaw(tree, { plan }, { shell })
  expect(`${when}: ${run.stdout}${run.stderr}`).toContain('end\tok')
}

/** The program, which leaves a copy of the machine as it is at each of its points instead of being killed at one. */
const copying = program.replace(
  /^point\(\) \{.*\}$/m,
  'point() { points=$((points + 1)); [ -e "$BASE.points/$points" ] || cp -a "$BASE" "$BASE.points/$points"; }',
)
expect(copying).not.toBe(program)

interface Plans {
  readonly first?: Plan
  readonly killed: Plan
  readonly next?: Plan
}

/** Whatever was left: nothing is half, `next` goes on from there, and undo gives everything back. */
function comesBack(shell: readonly string[], { next }: Plans, at: string): void {
  nothingIsHalf()
  if (next) endsWell(next, shell, `next after a kill at ${at}`)
  endsWell(undoAll, shell, `undo after a kill at ${at}`)
  expect(tree.picture(), `undone after a kill at ${at}`).toEqual(before)
}

/** All that a run can find of the machine, the ledger's folder and the names that a file has in it too. */
const found = (): string =>
  pictureOf(tree.root, '')
    .map((line) => `${line} ${lstatSync(tree.at(line.slice(0, line.indexOf(' ')))).nlink}`)
    .join('\n')

/** The machine's files, but for the stand-in that has the machine's folder in it. */
const files = (): readonly string[] =>
  tree.picture().filter((line) => !line.startsWith('/usr/bin/systemctl '))

/**
 * A run of `killed` on a fresh machine (after `first`) as it is at its points 1, 1 + step, … and at its end: what a kill there
 * leaves, since nothing of it goes on after one. From each of them `next` and the undo of all have to work. More than half are as
 * one before them to the last byte (a file's before and after it is flushed, say): what comes back from one comes back from both.
 * Really killed it is at the first point, in the middle and at the last. Returns from how many points it came back.
 */
function atPoints(shell: readonly string[], plans: Plans, step = 1): number {
  plant()
  const { root } = tree
  const points = `${root}.points`
  const left = new Map<number, readonly string[]>()
  const cameBack = new Set<string>()
  let tried = 0
  let total: number
  try {
    if (plans.first) endsWell(plans.first, shell, 'first')
    mkdirSync(points)
    const run = runRaw(tree, { plan: plans.killed }, { shell, text: copying })
    expect(run.stdout + run.stderr).toContain('end\tok')
    total = readdirSync(points).length
    renameSync(root, join(points, String(total + 1)))
    for (let n = 1; n <= total + step; n += step, tried += 1) {
      rmSync(root, { recursive: true, force: true })
      renameSync(join(points, String(Math.min(n, total + 1))), root)
      left.set(n, files())
      const is = found()
      if (cameBack.has(is)) continue
      comesBack(shell, plans, String(n))
      cameBack.add(is)
    }
  } finally {
    rmSync(points, { recursive: true, force: true })
    tree.remove()
  }
  const middle = 1 + step * Math.floor((total - 1) / step / 2)
  const last = 1 + step * Math.floor((total - 1) / step)
  for (const n of new Set([1, middle, last])) {
    plant()
    if (plans.first) endsWell(plans.first, shell, 'first')
    expect(runRaw(tree, { plan: plans.killed, crashAt: n }, { shell }).signal).toBe('SIGKILL')
    expect(files(), `killed at ${n}`).toEqual(left.get(n))
    comesBack(shell, plans, `${n}, by a signal`)
    tree.remove()
  }
  return tried - 1
}

const other = change('route-hosts', {
  verb: 'block',
  path: '/etc/hosts',
  content: '127.0.0.7 draw.macula.local\n',
})

describe('fault 11: killed at every point, root leaves the old or the new file', () => {
  it.each([
    ['a file and a kernel key', planOf([lowPorts]), 1],
    ['a file in a new folder', planOf([resolved]), 1],
    ['a block', planOf([hosts]), 1],
    ['a file and a link that are taken away', planOf([taken]), 3],
    ['lines of the hosts file', planOf([lines]), 3],
  ])('%s: undo gives everything back', (_, killed, step) => {
    expect(atPoints(['dash'], { killed }, step)).toBeGreaterThan(15 / step)
  })

  it('the next set-up ends what was begun', () => {
    expect(atPoints(['dash'], { killed: planOf([lowPorts]), next: planOf([lowPorts]) }, 2)).toBeGreaterThan(8)
  })

  it('a block that replaces an older one of ours', () => {
    const plans = { first: planOf([hosts]), killed: planOf([other]) }
    expect(atPoints(['dash'], plans)).toBeGreaterThan(10)
  })

  it('the next set-up ends taking away, and so does the next undo', () => {
    const all = planOf([taken, lines])
    expect(atPoints(['dash'], { killed: all, next: all }, 7)).toBeGreaterThan(4)
    expect(atPoints(['dash'], { first: all, killed: undoAll }, 5)).toBeGreaterThan(3)
  })

  it('a unit is on or off as it was, whenever the run ended', () => {
    const off = planOf([change('migrate-unit', { verb: 'unit-off', unit: 'dnsmasq.service' })])
    expect(atPoints(['dash'], { killed: off, next: off }, 2)).toBeGreaterThan(4)
    expect(atPoints(['dash'], { first: off, killed: undoAll })).toBeGreaterThan(5)
  })

  it('an undo is ended by the next undo', () => {
    const plans = { first: planOf([lowPorts, hosts]), killed: undoAll }
    expect(atPoints(['dash'], plans, 2)).toBeGreaterThan(8)
  })

  const others = shells.filter(([name]) => name !== 'dash')
  it.each(others.map((shell) => [shell.join(' '), shell] as const))('the same under %s', (_, shell) => {
    expect(atPoints(shell, { killed: applyAll, next: applyAll }, 13)).toBeGreaterThan(3)
  })

  it('killed from outside, with everything it runs, at any moment', async () => {
    const file = `${tree.root}.plan`
    let killed = 0
    // Spread over the time that a run takes here and now; one that was over sooner tells so.
    let took = 600
    for (let n = 0; n < 10; n++) {
      plant()
      const ms = (took * n) / 10
      writeFileSync(file, applyAll.text)
      const words = ['-s', '--', '--root', tree.root, file, applyAll.sha256]
      const child = spawn('dash', words, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
      child.stdin.end(program)
      const closed = once(child, 'close')
      const began = Date.now()
      const timer = setTimeout(() => endGroup(child, 'SIGKILL'), ms)
      const [, signal] = (await closed) as [number | null, string | null]
      clearTimeout(timer)
      if (signal === 'SIGKILL') killed++
      else took = Math.max(20, Date.now() - began)
      nothingIsHalf()
      endsWell(applyAll, ['dash'], `next after a kill at ${ms} ms`)
      endsWell(undoAll, ['dash'], `undo after a kill at ${ms} ms`)
      expect(tree.picture()).toEqual(before)
      tree.remove()
    }
    rmSync(file, { force: true })
    expect(killed).toBeGreaterThan(3)
  })
})

/** Signals a program and all it runs; one that has just ended is left. */
function endGroup({ pid, exitCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It ended by itself just now.
  }
}

it('Ctrl-C does not cut a step: the run goes on to its end', async () => {
  for (const ms of [20, 120, 260, 400]) {
    plant()
    const file = `${tree.root}.plan`
    writeFileSync(file, applyAll.text)
    const words = ['-s', '--', '--root', tree.root, file, applyAll.sha256]
    const child = spawn('dash', words, { detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
    let out = ''
    child.stdout.on('data', (text: Buffer) => {
      // From the hello on; before it nothing was begun.
      if (out === '') setTimeout(() => endGroup(child, 'SIGINT'), ms)
      out += text.toString()
    })
    child.stdin.end(program)
    await once(child, 'close')
    rmSync(file)
    expect(out).toContain('end\tok')
    tree.remove()
  }
})

it('fault 11: a step that was begun and not ended is shown as unfinished, and ended by the next run', async () => {
  plant()
  for (let n = 1; !(await tree.port.ledger()).some((entry) => entry.state === 'unfinished'); n++) {
    tree.remove()
    plant()
    runRaw(tree, { plan: planOf([resolved]), crashAt: n })
  }
  expect((await tree.apply(resolved)).kind).toBe('done')
  expect((await tree.port.ledger()).map((entry) => [entry.state, entry.drift])).toEqual([['applied', 'none']])
})

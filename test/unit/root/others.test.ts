import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { setupItems } from '../../../main/engine/run/setup.ts'
import type { Change, RootOutcome } from '../../../main/model/change.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { openRoot } from '../../../main/system/root/open-root.ts'
import { personOf, personUid } from '../../../main/system/root/person.ts'
import { openMachine, type Machine } from '../../../main/system/setup/machine.ts'
import { openRoutes, openSteps } from '../../../main/system/setup/open-routes.ts'
import { endpoint, service } from '../stack/fixture.ts'
import {
  assets,
  hosts,
  KERNEL,
  LEDGER,
  lowPorts,
  plantTree,
  RESOLVED,
  resolved,
  results,
  shells,
  type Tree,
} from './tree.ts'

/** Two people of one machine: what root wrote for one is not replaced or taken back by the other unasked. */

let tree: Tree
afterEach(() => tree.remove())

const asked = { ADA: '4001', BOB: '4002' }
/** The same machine for another person: sudo tells root's program who it is. */
function rootOf(person: keyof typeof asked, shell: readonly string[] = ['dash']) {
  const paths = {
    config: `${tree.root}-state`,
    state: `${tree.root}-state`,
    data: `${tree.root}-state`,
    assets,
    ledger: LEDGER,
  }
  const port = openRoot(paths, { below: tree.root, shell, uid: 0, env: { SUDO_UID: asked[person] } })
  return {
    apply: (...changes: readonly Change[]) => port.apply(changes, () => undefined),
    undo: (options: { evenOthers?: boolean } = {}, entries?: readonly string[]) =>
      port.undo(entries, { evenIfDrifted: false, ...options }, () => undefined),
    ledger: () => port.ledger(),
  }
}
const machineOf = (person: keyof typeof asked, user?: string): Machine => ({
  ...openMachine(tree.root),
  platform: 'linux',
  person: { uid: Number(asked[person]), ...(user === undefined ? {} : { user }) },
  output: () => Promise.resolve(undefined),
})
const says = (outcome: RootOutcome): string =>
  outcome.kind === 'refused' ? outcome.says : outcome.steps.map((step) => step.says).join('; ')
const catalog = (address: string) => ({
  services: [service('web', { address, endpoints: [endpoint({ name: 'web' })] })],
  forwards: [],
  problems: [],
})
const settings = { ...defaultSettings, suffix: 'macula.local' }
const itemsOf = async (machine: Machine, address: string) =>
  await setupItems(
    { routes: openRoutes(machine), steps: openSteps(machine) } as unknown as Adapters,
    settings,
    catalog(address),
  )
const namesIn = async (machine: Machine, address: string) =>
  (await itemsOf(machine, address)).find(({ change }) => change.id.startsWith('route'))

const bobs = {
  ...hosts,
  verbs: [{ verb: 'block', path: '/etc/hosts', content: '127.0.1.4 grafana.macula.local\n' }],
} as const

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('root under $name', ({ shell }) => {
  it('leaves another person’s block and file as they are, for set-up and for undo, until that is said', async () => {
    tree = plantTree()
    const before = tree.picture()
    const [ada, bob] = [rootOf('ADA', shell), rootOf('BOB', shell)]
    expect((await ada.apply(hosts, resolved)).kind).toBe('done')
    const adas = tree.picture()

    const other = { ...resolved, verbs: [{ ...resolved.verbs[0]!, content: '# his\n' }] } as typeof resolved
    for (const taken of [
      await bob.apply(bobs),
      await bob.apply(other),
      await bob.undo({}, ['1']),
      await bob.undo(),
    ]) {
      expect(taken.kind).toBe('failed')
      expect(says(taken)).toContain('it is of uid 4001 and is left as it is; only with --even-others does')
      expect(tree.picture()).toEqual(adas)
    }
    expect(await bob.ledger()).toMatchObject([
      { target: '/etc/hosts', by: { uid: 4001 }, others: true, undoable: false },
      { target: RESOLVED, by: { uid: 4001 }, others: true, undoable: false },
    ])
    expect((await ada.ledger()).map(({ undoable, others }) => [undoable, others])).toEqual([
      [true, undefined],
      [true, undefined],
    ])
    expect((await bob.undo({ evenOthers: true })).kind).toBe('done')
    expect(tree.picture()).toEqual(before)
    expect((await bob.apply(bobs)).kind).toBe('done')
    expect((await ada.undo()).kind).toBe('failed')
  })
})

describe('whose it is', () => {
  it('a block written by hand for another person (no record of root) is not replaced', async () => {
    tree = plantTree()
    tree.write(
      '/etc/hosts',
      '# BEGIN macula-desktop\n# of ada (uid 4001)\n127.0.0.4 a.macula.local\n# END macula-desktop\n',
    )
    expect(says(await rootOf('BOB').apply(bobs))).toContain('it is of uid 4001')
    expect((await rootOf('ADA').apply(bobs)).kind).toBe('done')
  })

  it('root writes no block for anybody else than who asks', async () => {
    tree = plantTree()
    const forged = {
      ...hosts,
      verbs: [
        { verb: 'block', path: '/etc/hosts', content: '# of ada (uid 4001)\n127.0.0.4 a.macula.local\n' },
      ],
    } as const
    const outcome = await rootOf('BOB').apply(forged)
    expect(outcome).toMatchObject({ kind: 'failed' })
    expect(outcome.kind === 'failed' && outcome.says).toContain('has a line that does not belong there')
    expect((await rootOf('ADA').apply(forged)).kind).toBe('done')
  })

  it('a record and a block of an older version are of whoever asks', async () => {
    tree = plantTree()
    await rootOf('ADA').apply(hosts, lowPorts)
    tree.write(
      `${LEDGER}/ledger`,
      readFileSync(tree.at(`${LEDGER}/ledger`), 'utf8').replaceAll(/^by .*\n/gm, ''),
    )
    expect((await rootOf('BOB').ledger()).every((entry) => entry.undoable && entry.by === undefined)).toBe(
      true,
    )
    expect((await rootOf('BOB').apply(bobs)).kind).toBe('done')
    expect((await rootOf('BOB').undo()).kind).toBe('done')
  })

  it('low ports are there for everybody: nothing is written again, and whose they are is told', async () => {
    tree = plantTree()
    await rootOf('ADA').apply(lowPorts)
    expect(tree.read(KERNEL)).toBe('80\n')
    expect(results(await rootOf('BOB').apply(lowPorts)).every((line) => line.endsWith(' unchanged'))).toBe(
      true,
    )
    const item = (machine: Machine) =>
      itemsOf(machine, '127.0.0.4').then((items) => items.find(({ change }) => change.id === 'low-ports'))
    expect(await item(machineOf('BOB'))).toMatchObject({
      state: 'in place',
      says: 'net.ipv4.ip_unprivileged_port_start is 80, by uid 4001',
    })
    expect((await item(machineOf('ADA')))?.says).toBe('net.ipv4.ip_unprivileged_port_start is 80')
    expect(says(await rootOf('BOB').undo())).toContain('it is of uid 4001')
    expect(tree.read(KERNEL)).toBe('80\n')
  })

  it('set-up plans nothing where the names are another person’s, and says whose', async () => {
    tree = plantTree()
    tree.write('/etc/nsswitch.conf', 'hosts: files dns\n')
    const mine = await namesIn(machineOf('ADA', 'ada'), '127.0.0.4')
    expect(mine?.state).toBe('to do')
    await rootOf('ADA').apply(mine!.change)
    expect(tree.read('/etc/hosts')).toContain(
      '# BEGIN macula-desktop\n# of ada (uid 4001)\n127.0.0.4 web.macula.local\n',
    )
    expect(await namesIn(machineOf('ADA'), '127.0.0.4')).toMatchObject({
      state: 'in place',
      says: 'hosts file is set up for our names.',
    })
    expect((await namesIn(machineOf('ADA'), '127.0.0.5'))?.state).toBe('to do')
    expect(await namesIn(machineOf('BOB'), '127.0.1.4')).toMatchObject({
      state: 'blocked',
      change: { verbs: [] },
      says: 'hosts file points the names of this machine at the Macula of ada (uid 4001). A second Macula beside it has no names of its own; its services open at address and port. To take the names over: maculactl undo route-hosts --even-others, then maculactl setup.',
    })
  })

  it('a drop-in of systemd-resolved of another person is no reason for a way round it', async () => {
    tree = plantTree()
    tree.write('/etc/nsswitch.conf', 'hosts: files dns\n')
    await rootOf('ADA').apply(resolved)
    expect(await namesIn(machineOf('BOB'), '127.0.1.4')).toMatchObject({
      state: 'blocked',
      says: expect.stringContaining(
        'systemd-resolved points the names of this machine at the Macula of uid 4001.',
      ) as string,
    })
    await rootOf('ADA').undo()
    expect((await namesIn(machineOf('BOB'), '127.0.1.4'))?.state).toBe('to do')
  })
})

it('who asks is who runs it, and behind a root by sudo the person', () => {
  tree = plantTree()
  expect(personUid({ SUDO_UID: '7' }, 1000)).toBe(1000)
  expect(personUid({ SUDO_UID: '7' }, 0)).toBe(7)
  for (const SUDO_UID of ['', 'x', '-1', '07', '99999999999']) expect(personUid({ SUDO_UID }, 0)).toBe(0)
  expect(personOf({}).uid).toBe(process.getuid?.())
  if (process.getuid?.() === 0)
    for (const [name, user] of [
      ['ada', 'ada'],
      ['a b)', undefined],
    ] as const)
      expect(personOf({ SUDO_UID: '4001', SUDO_USER: name })).toEqual(
        user === undefined ? { uid: 4001 } : { uid: 4001, user },
      )
})

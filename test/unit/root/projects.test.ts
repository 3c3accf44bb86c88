import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Adapters, RouteInput } from '../../../main/engine/adapters.ts'
import { seeRoute } from '../../../main/engine/doctor/checks/route.ts'
import { setupItems } from '../../../main/engine/run/setup.ts'
import type { Change } from '../../../main/model/change.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { openRoot } from '../../../main/system/root/open-root.ts'
import { planOf } from '../../../main/system/root/plan.ts'
import { openMachine } from '../../../main/system/setup/machine.ts'
import { openRoutes, openSteps } from '../../../main/system/setup/open-routes.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { assets, hosts, LEDGER, lowPorts, plantTree, shells, type Tree } from './tree.ts'

/** Two projects of one person on one machine: which of them root wrote for is written down, told, and heeded. */

let tree: Tree
afterEach(() => tree.remove())

function rootOf(project: string | undefined, shell: readonly string[] = ['dash']) {
  const folder = `${tree.root}-state`
  const paths = { config: folder, state: folder, data: folder, assets, ledger: LEDGER }
  const env = { SUDO_UID: '4001' }
  const own = project === undefined ? {} : { project }
  return openRoot(paths, { below: tree.root, shell, uid: 0, env, ...own })
}
const apply = async (project: string | undefined, ...changes: readonly Change[]) =>
  await rootOf(project).apply(changes, () => undefined)

const machine = () => ({
  ...openMachine(tree.root),
  platform: 'linux' as const,
  person: { uid: 4001, user: 'ada' },
  output: () => Promise.resolve(undefined),
})
const settingsOf = (project: string) => ({ ...defaultSettings, suffix: 'macula.local', project })
const catalog = (address: string) => ({
  services: [
    service('web', { address, endpoints: [endpoint({ name: 'web' }), endpoint({ id: 'api', name: 'api' })] }),
  ],
  forwards: [],
  problems: [],
})
const itemOf = async (project: string, address: string) =>
  (
    await setupItems(
      { routes: openRoutes(machine()), steps: openSteps(machine()) } as unknown as Adapters,
      settingsOf(project),
      catalog(address),
    )
  ).find(({ change }) => change.id.startsWith('route'))
const findingOf = async (project: string, address: string) => {
  const input: RouteInput = {
    settings: settingsOf(project),
    names: new Map([['web.macula.local', address]]),
  }
  return (await seeRoute(openRoutes(machine()), input)).finding
}

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('root under $name', ({ shell }) => {
  it('writes down the project of a plan, and each project knows the other’s entries', async () => {
    tree = plantTree()
    await rootOf('one', shell).apply([lowPorts], () => undefined)
    await rootOf('two', shell).apply([hosts], () => undefined)
    expect((await rootOf('one').ledger()).map(({ project, elsewhere }) => [project, elsewhere])).toEqual([
      ['one', undefined],
      ['one', undefined],
      ['two', true],
    ])
    expect((await rootOf('two').ledger()).map((entry) => entry.elsewhere ?? false)).toEqual([
      true,
      true,
      false,
    ])
    // Whoever does not know the project leaves nothing out.
    expect((await rootOf(undefined).ledger()).every((entry) => entry.elsewhere === undefined)).toBe(true)
    expect((await rootOf('one', shell).undo(['3'], { evenIfDrifted: false }, () => undefined)).kind).toBe(
      'done',
    )
  })

  it('refuses a project that is none, and a second one', async () => {
    tree = plantTree()
    const outcome = async (head: string) => {
      const { createHash } = await import('node:crypto')
      const { writeFileSync } = await import('node:fs')
      const { spawnSync } = await import('node:child_process')
      const text = planOf([hosts]).text.replace('macula-plan 1\n', `macula-plan 1\n${head}\n`)
      writeFileSync(tree.at('/plan'), text, { mode: 0o600 })
      const sha = createHash('sha256').update(text).digest('hex')
      const words = ['-s', '--', '--root', tree.root, tree.at('/plan'), sha]
      const [program, ...argv] = shell
      const input = readFileSync(`${assets}/root/macula-root`)
      return spawnSync(program, [...argv, ...words], { input, encoding: 'utf8' }).stdout
    }
    for (const bad of ['project Two', 'project a b', 'project ', 'project one\nproject two'])
      expect(await outcome(bad)).toContain('refused')
    expect(tree.has(LEDGER)).toBe(false)
    expect(await outcome('project two')).toContain('end\tok')
  })
})

it('an entry of an older version names no project and counts as this one’s', async () => {
  tree = plantTree()
  await apply('one', hosts)
  tree.write(
    `${LEDGER}/ledger`,
    readFileSync(tree.at(`${LEDGER}/ledger`), 'utf8').replaceAll(/^of .*\n/gm, ''),
  )
  expect(await rootOf('two').ledger()).toMatchObject([{ state: 'applied', undoable: true }])
  expect((await rootOf('two').ledger())[0]).not.toHaveProperty('elsewhere')
})

it('a plan for a project that is no label is not made', () => {
  tree = plantTree()
  expect(() => planOf([hosts], 'Two words')).toThrow('is not the name of a project')
  expect(planOf([hosts], 'two').text.split('\n')[1]).toBe('project two')
})

describe('the names of another project', () => {
  it('set-up says whose block it replaces and where its names lead from then on; the doctor says whose they are', async () => {
    tree = plantTree()
    tree.write('/etc/nsswitch.conf', 'hosts: files dns\n')
    const first = await itemOf('one', '127.0.0.4')
    expect(first?.change.price).not.toContain('project')
    await apply('one', first!.change)
    // Of one's own that moved nobody else is named.
    const moved = await itemOf('one', '127.0.1.4')
    expect(moved?.change.price).not.toContain('project')
    expect(moved?.says).toBe(
      'Macula’s block in /etc/hosts leads 2 names elsewhere, the first of them api.macula.local: it is at 127.0.0.4 there, not 127.0.1.4.',
    )
    expect(await findingOf('one', '127.0.1.4')).toMatchObject({
      what: 'A name leads elsewhere: web.macula.local.',
      why: 'The hosts file has web.macula.local at 127.0.0.4, not 127.0.1.4: it was written for other addresses, or by another Macula.',
      todo: 'maculactl setup writes it.',
    })
    const second = await itemOf('two', '127.0.1.4')
    expect(second?.state).toBe('to do')
    expect(second?.change.price).toContain(
      'What is there was written for your project one and is replaced: its names lead to this one (two) from then on',
    )
    expect(await findingOf('two', '127.0.1.4')).toMatchObject({
      why: 'The hosts file has web.macula.local at 127.0.0.4, not 127.0.1.4: it was written for your project one.',
      todo: 'maculactl setup writes it; names of the project one lead here from then on.',
    })
    await apply('two', second!.change)
    expect(await findingOf('one', '127.0.0.4')).toMatchObject({
      why: expect.stringContaining('written for your project two') as string,
    })
  })
})

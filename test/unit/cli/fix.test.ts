import { describe, expect, test } from 'vitest'
import { fixesSchema } from '../../../main/cli/json/fix.ts'
import type { Engine } from '../../../main/engine/engine.ts'
import type { FixAction } from '../../../main/model/ladder.ts'
import type { RunResult } from '../../../main/model/run.ts'
import { runCommand } from './run-command.ts'
import { greenWorld, silence, troubleWorld, type Draft } from './worlds.ts'

/** `maculactl fix`: what the window's buttons do, by name. */

function held(): Draft {
  const world = greenWorld()
  world.listeners.set('127.0.0.4:80', {
    kind: 'foreign',
    holder: { pid: 812, program: 'docker-proxy', user: 'root', container: 'shop-web-1', compose: 'shop' },
    ms: 1,
  })
  return world
}

function recorder(): { readonly actions: FixAction[]; readonly over: Partial<Engine> } {
  const actions: FixAction[] = []
  const fix: Engine['fix'] = async (action, tell) => {
    actions.push(action)
    tell({ kind: 'phase', ms: 1, says: 'Restoring names and forwarders' })
    const result: RunResult = { ok: true, done: ['grafana'], failed: [], skipped: [], ms: 2 }
    return await Promise.resolve(result)
  }
  return { actions, over: { fix } }
}

describe('without a name', () => {
  test('it lists what is wrong, each with its button and what is typed for it', async () => {
    const { code, out } = await runCommand({ world: held() }).run('fix')
    expect(code).toBe(0)
    expect(out).toContain('the container shop-web-1 of the Compose project shop')
    expect(out).toContain('Stop shop-web-1…  maculactl fix grafana')
  })

  test('set-up’s changes are told by set-up’s command', async () => {
    const { out } = await runCommand({ world: troubleWorld() }).run('fix', '--json')
    const { fixes } = fixesSchema.parse(JSON.parse(out))
    expect(fixes.map(({ id }) => id)).toEqual(expect.arrayContaining(['tempo', 'grafana']))
    for (const { id, command } of fixes)
      expect(command).toMatch(new RegExp(`^(?:maculactl (?:fix ${id}|setup|doctor|logs )|sudo )`))
  })

  test('nothing is wrong', async () => {
    expect((await runCommand({ world: greenWorld() }).run('fix')).out).toBe('✔ There is nothing to fix.\n')
  })
})

describe('a port that a container has', () => {
  test('is freed after a question', async () => {
    const { actions, over } = recorder()
    const one = runCommand({ world: held(), over, columns: 100, answers: ['yes'] })
    const { code, err } = await one.run('fix', 'Grafana')
    expect(code).toBe(0)
    expect(one.questions).toEqual(['Stop shop-web-1?', '- Do nothing', '- Stop shop-web-1'])
    expect(err).toContain('shop-web-1 is not part of Macula and holds 127.0.0.4:80. Docker stops it')
    expect(actions).toEqual([
      { kind: 'release', key: '127.0.0.4:80', what: { kind: 'container', name: 'shop-web-1' } },
    ])
  })

  test.each([['no'], [undefined]])('is left alone at the answer %s', async (answer) => {
    const { actions, over } = recorder()
    const one = runCommand({ world: held(), over, columns: 100, answers: [answer] })
    expect((await one.run('fix', 'grafana')).err).toContain('shop-web-1 was not stopped')
    expect(actions).toEqual([])
  })

  test('is left alone where nobody can be asked; --yes is the answer', async () => {
    const { actions, over } = recorder()
    expect(await runCommand({ world: held(), over }).run('fix', 'grafana')).toMatchObject({
      code: 2,
      err: expect.stringContaining('maculactl fix grafana --yes') as unknown,
    })
    expect(actions).toEqual([])
    expect((await runCommand({ world: held(), over }).run('fix', 'grafana', '--yes')).code).toBe(0)
    expect(actions).toHaveLength(1)
  })
})

test('a program’s port is tried, and nothing is asked', async () => {
  const { actions, over } = recorder()
  expect((await runCommand({ world: troubleWorld(), over }).run('fix', 'grafana')).code).toBe(0)
  expect(actions).toEqual([{ kind: 'forward' }])
})

test('the route is set again by the name of its problem', async () => {
  const { actions, over } = recorder()
  const world = troubleWorld()
  world.route = {
    ...world.route,
    kind: 'in place',
    id: 'route-networkmanager',
    title: 'NetworkManager',
  } as never
  await runCommand({ world, over }).run('fix', 'names')
  expect(actions).toEqual([{ kind: 'route' }])
})

/** A program on every port 80 of ours: nobody's own problem, one that all share. */
function heldAll(): Draft {
  const world = greenWorld()
  for (const key of [...world.listeners.keys()].filter((one) => one.endsWith(':80')))
    world.listeners.set(key, {
      kind: 'foreign',
      holder: { pid: 812, program: 'nginx', user: 'root', unit: { name: 'nginx.service', of: 'system' } },
      ms: 1,
    })
  return world
}

test.each([['grafana'], ['Grafana'], ['ports'], ['Ports']])(
  'what all share is fixed by the word %s, and each question names it by its own',
  async (word) => {
    const asked = await runCommand({ world: heldAll() }).run('fix', word)
    expect(asked).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /was not stopped: that needs a confirmation, and this is not a terminal\.[^]*maculactl fix ports --yes/,
      ) as unknown,
    })
    const { actions, over } = recorder()
    expect((await runCommand({ world: heldAll(), over }).run('fix', word, '--yes')).code).toBe(0)
    expect(actions).toEqual([expect.objectContaining({ kind: 'release' })])
  },
)

test('two shared problems of the same title are told apart', async () => {
  const { standIn } = runCommand({ world: greenWorld() })
  const snapshot = await standIn.engine.look()
  const headline = (command: string, kind: 'route' | 'engine') => ({
    what: `Broken: ${command}`,
    why: '',
    todo: '',
    fix: { label: 'Mend it', command, action: { kind } },
  })
  const causes = [
    { id: 'route', services: ['grafana'], headline: headline('one', 'route') },
    { id: 'network', services: ['grafana'], headline: headline('two', 'engine') },
  ] as const
  const broken = { ...snapshot, causes }
  for (const [word, kind] of [
    ['route', 'route'],
    ['network', 'engine'],
    ['grafana', 'route'],
  ] as const) {
    const { actions, over } = recorder()
    const look = async () => await Promise.resolve(broken)
    expect((await runCommand({ over: { ...over, look } }).run('fix', word)).code).toBe(0)
    expect(actions).toEqual([{ kind }])
  }
  const listed = await runCommand({ over: { look: async () => await Promise.resolve(broken) } }).run('fix')
  expect(listed.out).toMatch(/maculactl fix route\n[^]*maculactl fix network\n/)
})

/** Only Grafana's name is off: its own problem, and one of names. */
function oneName(): Draft {
  const world = greenWorld()
  const [name] = [...world.names.keys()].filter((one) => one.startsWith('grafana.'))
  if (name !== undefined) world.names.set(name, { kind: 'none', code: 'ENOTFOUND', ms: 2 })
  world.route = { kind: 'absent' }
  return world
}

test.each([['names'], ['Names'], ['grafana']])(
  'what only one suffers from goes by the word %s too',
  async (word) => {
    const { code, err } = await runCommand({ world: oneName() }).run('fix', word)
    expect(code).toBe(2)
    expect(err).toContain('This command does not fix Grafana.')
    expect(err).toContain('Set up names: maculactl setup')
    const { out } = await runCommand({ world: oneName() }).run('fix')
    expect(out).toMatch(/Grafana {2}.*\n {2}Set up names… {2}maculactl setup\n/)
  },
)

test('what is started or restarted is told by the same command as beside its row', async () => {
  const world = greenWorld()
  world.containers.delete('loki')
  silence(world, 'loki')
  const { out } = await runCommand({ world }).run('fix')
  const status = await runCommand({ world }).run('status')
  const [, command = ''] = /(maculactl \w+ loki)/.exec(out) ?? []
  expect(command).toBe('maculactl up loki')
  expect(status.out).toContain(command)
})

test.each([
  ['names', 'There is nothing to fix about names.'],
  ['tempo', 'There is nothing to fix about Tempo.'],
  ['nonsense', 'There is no problem named nonsense.'],
])('the word %s without a problem', async (word, says) => {
  expect((await runCommand({ world: held() }).run('fix', word)).err).toContain(says)
})

test('what does not exist is told with what can be fixed', async () => {
  const { code, err } = await runCommand({ world: held() }).run('fix', 'tempo')
  expect(code).toBe(2)
  expect(err).toContain('What can be fixed: grafana.')
})

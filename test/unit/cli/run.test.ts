import { describe, expect, test } from 'vitest'
import { runSchema } from '../../../main/cli/json/run.ts'
import type { Engine } from '../../../main/engine/engine.ts'
import { INTERRUPTED, type RunResult } from '../../../main/model/run.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { catalog } from './fixture.ts'
import { runCommand } from './run-command.ts'
import { change, dockerDownWorld, greenWorld, silence, troubleWorld } from './worlds.ts'

const failing: Engine['up'] = (ids, tell) => {
  const trouble = {
    kind: 'failed',
    what: 'The image of Tempo cannot be pulled.',
    why: 'The registry says: no such tag.',
    todo: 'Look at its tag.',
  } as const
  tell({ kind: 'failed', ms: 40, service: 'tempo', trouble })
  tell({ kind: 'skipped', ms: 41, service: 'grafana', because: 'it needs Tempo, which did not start' })
  return Promise.resolve({
    ok: false,
    done: ids === 'all' ? [] : ids.filter((id) => id !== 'tempo'),
    failed: [{ service: 'tempo', trouble }],
    skipped: [{ service: 'grafana', because: 'it needs Tempo, which did not start' }],
    ms: 50,
  })
}

/** A start that only ends when it is told to. */
const endless: Engine['up'] = async (_, tell, signal): Promise<RunResult> => {
  tell({ kind: 'starting', ms: 1, service: 'loki' })
  tell({ kind: 'answers', ms: 2, service: 'loki', tookMs: 1 })
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve())
  })
  return { ok: false, done: ['loki'], failed: [], skipped: [], ms: 12 }
}

describe('maculactl up', () => {
  test('progress on stderr line by line, the summary on stdout', async () => {
    const one = runCommand()
    const ended = await one.run('up', 'loki', 's3')
    expect(ended.code).toBe(0)
    expect(one.standIn.asked).toEqual(['up loki,object-store', 'close'])
    expect(ended.err).toBe(
      [
        '[  0.0 s] Loki is starting',
        '[  0.1 s] Loki answers, after 90 ms',
        '[  0.1 s] Object store is starting',
        '[  0.2 s] Object store answers, after 90 ms',
        'Took 0.2 s.',
        '',
      ].join('\n'),
    )
    expect(ended.out).toBe('✔ All 14 services work.\n')
  })

  test('no name means everything; the engine leaves out a cluster that was never made', async () => {
    const one = runCommand()
    await one.run('up')
    expect(one.standIn.asked[0]?.split(',')).toHaveLength(14)
  })

  test.each([
    ['up', 'after a run'],
    ['restart', 'after a run'],
    ['down', undefined],
    ['pull', undefined],
  ])('after %s is looked as far as that did not read by itself', async (verb, how) => {
    const looks: unknown[] = []
    const world = greenWorld()
    const one = runCommand({ world })
    const { engine } = one.standIn
    const ended = await runCommand({
      world,
      over: {
        async look(which) {
          looks.push(which)
          return await engine.look(which)
        },
      },
    }).run(verb, 'loki')
    expect([ended.code, looks.at(-1)]).toEqual([0, how])
  })

  test('an application is started by its name', async () => {
    const one = runCommand()
    expect((await one.run('up', 'console', 'loki')).code).toBe(0)
    expect(one.standIn.asked[0]).toBe('up console,loki')
  })

  test("a failure shows the run's own words, not only what a look sees afterwards", async () => {
    const world = greenWorld()
    world.containers.delete('tempo')
    silence(world, 'tempo')
    const ended = await runCommand({ world, over: { up: failing } }).run('up')
    expect(ended.code).toBe(1)
    expect(ended.out).toContain('What happened  The image of Tempo cannot be pulled.')
    expect(ended.out).toContain('Not tried: it needs Tempo, which did not start.')
    expect(ended.out).not.toContain('There is no container')
    expect(ended.out.split('✖ Tempo').length).toBe(2)
  })

  test('what was started and works in a roundabout way only is told, with what to do', async () => {
    const world = greenWorld()
    world.listeners.set('127.0.0.4:80', { kind: 'foreign', holder: { user: 'root' }, ms: 1 })
    const ended = await runCommand({ world, columns: 110 }).run('up', 'grafana')
    expect(ended.code).toBe(0)
    expect(ended.out).toMatch(
      /▲ Grafana\n.*What happened {2}127.0.0.4:80 is held by a program of user root[^]*What to do .*sudo ss -ltnp 'sport = :80'/,
    )
    // Of a service that was not meant nothing is told.
    expect((await runCommand({ world }).run('up', 'loki')).out).not.toContain('What to do')
  })

  test('what waits for the same is told once', async () => {
    const because = 'it needs Tempo, which did not start'
    const skipped = ['grafana', 'alloy'].map((service) => ({ service, because }))
    const both: Engine['up'] = async (ids, tell, signal) => ({
      ...(await failing(ids, tell, signal)),
      skipped,
    })
    const ended = await runCommand({ over: { up: both } }).run('up')
    expect(ended.out).toContain('? Grafana and Alloy')
    expect(ended.out.split('Not tried').length).toBe(2)
    expect(ended.out).toContain('Not tried: they need Tempo, which did not start.')
  })

  test('--json follows its schema', async () => {
    const { out, code } = await runCommand({ over: { up: failing } }).run('up', '--json')
    const value: unknown = JSON.parse(out)
    expect(runSchema.parse(value)).toEqual(value)
    expect(code).toBe(1)
    expect(value).toMatchObject({ command: 'up', ok: false, interrupted: false })
  })

  test('on a terminal services are redrawn in place with their time', async () => {
    const one = runCommand({ columns: 80 })
    const ended = await one.run('up', 'loki')
    expect(ended.err).toMatch(/✔ Loki +0\.1 s {2}answers/)
    expect(ended.out).toBe('✔ All 14 services work.\n')
  })

  test('a terminal without cursor control gets lines, and is asked nothing', async () => {
    const one = runCommand({ columns: 80, env: { TERM: 'dumb' } })
    expect((await one.run('up', 'loki')).code).toBe(0)
    expect(one.err()).toContain('Loki answers, after 90 ms')
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(one.err() + one.out()).not.toMatch(/[\u001B\r]/)
    const asked = runCommand({ columns: 80, env: { TERM: 'dumb' }, answers: ['also'] })
    expect((await asked.run('down', 's3')).code).toBe(2)
    expect(asked.questions).toEqual([])
  })

  test.each(['gone', 'macula-gone-1'])('down %s stops what the catalog has no more', async (word) => {
    const world = greenWorld()
    const loki = world.containers.get('loki')
    if (loki) world.containers.set('gone', { ...loki, service: 'gone', name: 'macula-gone-1' })
    const one = runCommand({ world })
    expect((await one.run('down', word)).code).toBe(0)
    expect((await one.run('down', 'excalidraw', word)).code).toBe(0)
    expect(one.standIn.asked.filter((asked) => asked.startsWith('down'))).toEqual([
      'down gone',
      'down excalidraw,gone',
    ])
    const unknown = await one.run('down', 'goner')
    expect([unknown.code, unknown.err]).toEqual([
      2,
      expect.stringContaining('There is no service or tier "goner".'),
    ])
  })

  test.each([
    [['loki'], 'Loki was not started as asked and keeps running as before.'],
    [['loki', 'tempo'], 'Loki and Tempo were not started as asked and keep running as before.'],
  ])('what failed though all works is said first: %s', async (ids, says) => {
    const failed = ids.map((service) => ({
      service,
      trouble: { kind: 'failed', what: 'It is refused.' } as const,
    }))
    const up: Engine['up'] = () => Promise.resolve({ ok: false, done: [], failed, skipped: [], ms: 1 })
    const { code, out } = await runCommand({ over: { up } }).run('up')
    expect(code).toBe(1)
    expect(out.startsWith(`✖ ${says}\n  All 14 services work.\n`)).toBe(true)
    expect(out).toContain('It is refused.')
  })

  test('Ctrl-C ends it, says what was left and how to go on: exit 130', async () => {
    const one = runCommand({ over: { up: endless } })
    const ended = one.run('up', 'observability')
    await expect.poll(one.err).toContain('Loki answers')
    one.interrupt()
    const { code, err } = await ended
    expect(code).toBe(130)
    expect(err).toContain('Ctrl-C again quits at once.')
    expect(err).toContain('Loki was started and keeps running; nothing else was changed.')
    expect(err).toContain('Continue with maculactl up observability')
    expect(one.ends).toEqual([])
  })

  test('a SIGTERM ends it too, and is named as that', async () => {
    const one = runCommand({ over: { up: endless } })
    const ended = one.run('up', 'observability')
    await expect.poll(one.err).toContain('Loki answers')
    one.interrupt('terminate')
    const { code, err } = await ended
    expect(code).toBe(130)
    expect(err).toContain('SIGTERM again quits at once.')
    expect(err).toContain('Stopped by SIGTERM. Loki was started')
    expect(err).not.toContain('Ctrl-C')
  })

  test('what was not reached is counted, as it was seen afterwards; what ran before counts for neither', async () => {
    const world = greenWorld()
    world.wanted.delete('grafana')
    change(world, 'grafana', { state: 'exited', stoppedOnPurpose: true, address: '' })
    const up: Engine['up'] = async (ids, tell, signal) => {
      const { failed, ...end } = await endless(ids, tell, signal)
      return {
        ...end,
        done: ['loki', 'tempo'],
        failed,
        skipped: [{ service: 'grafana', because: INTERRUPTED }],
      }
    }
    const one = runCommand({ over: { up }, world })
    const ended = one.run('up')
    await expect.poll(one.err).toContain('Loki answers')
    one.interrupt()
    expect((await ended).err).toContain(
      'Loki was started and keeps running, 1 was not.\nContinue with maculactl up\n',
    )
  })

  test('what was started though the run then threw is told too; what was only created is not "as it was"', async () => {
    const throwing =
      (...events: readonly Parameters<Parameters<Engine['up']>[1]>[0][]): Engine['up'] =>
      async (_, tell, signal) => {
        for (const event of events) tell(event)
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve())
        })
        throw new Error('aborted')
      }
    const said = async (up: Engine['up']): Promise<string> => {
      const one = runCommand({ over: { up } })
      const ended = one.run('up')
      await expect.poll(() => (one.interrupt(), one.err())).toContain('Stopping here')
      return (await ended).err
    }
    expect(await said(throwing({ kind: 'starting', ms: 1, service: 'loki' }))).toContain(
      'Loki was started and keeps running',
    )
    const made = await said(throwing({ kind: 'waiting', ms: 1, service: 'loki', says: 'Created' }))
    expect(made).toContain('before anything was started.\n')
    expect(await said(throwing())).toContain('before anything was started. Everything is as it was.')
  })

  test('a second Ctrl-C ends the process at once', async () => {
    const one = runCommand({ over: { up: () => new Promise<RunResult>(() => undefined) } })
    void one.run('up')
    await expect.poll(() => (one.interrupt(), one.ends)).toEqual([130])
  })

  test('an abort that the engine throws is told the same way', async () => {
    const up: Engine['up'] = async (_, __, signal) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve())
      })
      throw new Error('aborted')
    }
    const one = runCommand({ over: { up } })
    const ended = one.run('up')
    await expect.poll(() => (one.interrupt(), one.err())).toContain('Stopping here')
    expect(await ended).toMatchObject({ code: 130 })
    expect(one.err()).toContain('before anything was started')
  })

  test.each([
    ['outside', 4],
    ['busy', 1],
    ['failed', 1],
    ['refused', 3],
    ['invalid', 2],
    ['internal', 1],
  ] as const)('a trouble of kind %s ends with %i', async (kind, code) => {
    const up = () => Promise.reject(new MaculaError({ kind, what: 'W.', why: 'Y.', todo: 'T.' }))
    const ended = await runCommand({ over: { up } }).run('up')
    expect(ended).toMatchObject({ code, out: '', err: '✖ W.\n  Y.\n  T.\n' })
    const asJson = await runCommand({ over: { up } }).run('up', '--json')
    expect(JSON.parse(asJson.out)).toEqual({
      version: 1,
      error: { kind, what: 'W.', why: 'Y.', todo: 'T.' },
    })
    expect(asJson.code).toBe(code)
  })
})

describe('maculactl down', () => {
  test('everything: nothing to ask', async () => {
    const one = runCommand()
    expect((await one.run('down')).code).toBe(0)
    expect(one.questions).toEqual([])
  })

  test('what others need, without a terminal: a usage error that names them and both ways', async () => {
    const one = runCommand()
    const ended = await one.run('down', 's3')
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('✖ Tempo needs Object store and will fail.')
    expect(ended.err).toContain('maculactl down --also s3 stops it too, maculactl down --only s3 does not.')
    expect(one.standIn.asked).toEqual(['close'])
  })

  test('--also and --only answer the question', async () => {
    const also = runCommand()
    expect((await also.run('down', 's3', '--also')).code).toBe(0)
    expect(also.standIn.asked[0]).toBe('down object-store,and those too')
    const only = runCommand()
    expect((await only.run('down', 's3', '--only')).code).toBe(0)
    expect(only.standIn.asked[0]).toBe('down object-store')
    expect((await runCommand().run('down', 's3', '--only', '--also')).code).toBe(2)
  })

  test('on a terminal a person is asked, consequences first', async () => {
    const one = runCommand({ columns: 100, answers: ['also'] })
    expect((await one.run('down', 's3')).code).toBe(0)
    expect(one.questions).toEqual([
      'Stop Object store?',
      '- Stop Tempo too',
      '- Stop only Object store',
      '- Leave everything as it is',
    ])
    expect(one.err()).toContain('No data is removed.')
    expect(one.standIn.asked[0]).toBe('down object-store,and those too')
  })

  test.each([['leave'], [undefined]])('answered with %s: nothing is stopped, exit 3', async (answer) => {
    const one = runCommand({ columns: 100, answers: [answer] })
    const ended = await one.run('down', 's3')
    expect(ended.code).toBe(3)
    expect(ended.err).toContain('Nothing was stopped.')
    expect(one.standIn.asked).toEqual(['close'])
  })

  test('what only misses it is said and not asked', async () => {
    const one = runCommand({ columns: 100 })
    expect((await one.run('down', 'prometheus')).code).toBe(0)
    expect(one.err()).toContain('▲ Grafana uses Prometheus and will miss it.')
    expect(one.questions).toEqual([])
  })

  test('what does not run is not touched by a stop', async () => {
    const world = greenWorld()
    world.containers.delete('tempo')
    expect((await runCommand({ world }).run('down', 's3')).code).toBe(0)
  })
})

test('maculactl restart asks nothing and shows problems only when it fails', async () => {
  const one = runCommand({ world: troubleWorld() })
  const ended = await one.run('restart', 'grafana')
  expect(ended.code).toBe(0)
  expect(one.standIn.asked[0]).toBe('restart grafana')
})

test.each([
  [[], 'cluster/hub'],
  [['hub'], 'cluster/hub'],
  [['cluster/hub'], 'cluster/hub'],
  [['console'], 'console'],
  [['hub/console'], 'console'],
])('cluster events %j are of %s', async (words: readonly string[], id) => {
  const asked: string[] = []
  const events: Engine['events'] = (of) => {
    asked.push(of)
    return Promise.resolve([])
  }
  await runCommand({ over: { events } }).run('cluster', 'events', ...words)
  expect(asked).toEqual([id])
})

test('kubectl’s lines of an application are printed, each to be used as it is; without one it says why', async () => {
  const over = (selector: string) => ({
    kubeconfig: () =>
      Promise.resolve({
        file: '/k/hub',
        context: 'kind-macula-hub',
        export: 'export KUBECONFIG=/k/hub',
        app: { namespace: 'macula', selector },
      }),
  })
  const printed = await runCommand({ over: over('a=b') }).run('cluster', 'kubeconfig', 'console')
  expect(printed.out.split('\n')[0]).toBe(
    'kubectl --kubeconfig=/k/hub --context=kind-macula-hub --namespace=macula get deployments,statefulsets,daemonsets,pods --selector=a=b',
  )
  expect(printed.out).not.toContain('export')
  const none = await runCommand({ over: over('') }).run('cluster', 'kubeconfig', 'console')
  expect([none.code, none.out, none.err]).toEqual([
    1,
    '',
    'Which pods belong to it is not known, so there is no kubectl line for it.\n',
  ])
  const json = await runCommand({ over: over('a=b') }).run('cluster', 'kubeconfig', 'console', '--json')
  expect(JSON.parse(json.out)).toMatchObject({
    file: '/k/hub',
    kubectl: [expect.stringContaining('get'), expect.stringContaining('logs')],
  })
})

describe('a cluster that is not there', () => {
  test.each([['delete'], ['recreate']])('cluster %s asks for no yes, for nothing can go', async (verb) => {
    const one = runCommand({ columns: 100, answers: ['leave'] })
    expect((await one.run('cluster', verb)).code).toBe(0)
    expect(one.questions).toEqual([])
    expect(one.standIn.asked[0]).toBe('down cluster/hub,removed')
  })

  test('while Docker is down it is not known, so it is asked', async () => {
    const one = runCommand({ columns: 100, answers: ['leave'], world: dockerDownWorld() })
    expect((await one.run('cluster', 'delete')).code).toBe(3)
    expect(one.questions[0]).toBe('Delete Hub cluster?')
    const piped = await runCommand({ world: dockerDownWorld() }).run('cluster', 'delete')
    expect(piped.code).toBe(2)
    expect(piped.err).toMatch(
      /Hub cluster was not deleted: that needs a confirmation, and this is not a terminal\.[^]*maculactl cluster delete hub --yes/,
    )
  })
})

describe('a cluster that is removed', () => {
  const theirs = new MaculaError({ kind: 'failed', what: 'Macula did not create macula-hub.' })
  test.each(['delete', 'recreate'])(
    '%s: somebody else’s is told before anything is asked or goes',
    async (verb) => {
      const one = runCommand({
        columns: 100,
        answers: ['go'],
        world: dockerDownWorld(),
        over: { needRemovable: () => Promise.reject(theirs) },
      })
      const ended = await one.run('cluster', verb, 'hub')
      expect(ended.err).toContain('Macula did not create macula-hub.')
      expect([one.questions, one.standIn.asked]).toEqual([[], ['close']])
    },
  )

  test.each([
    ['recreate', 'own'],
    ['start', undefined],
  ])('%s: whether another may take its place: %s', async (verb, how) => {
    const asked: unknown[] = []
    const up: Engine['up'] = (...words) => {
      asked.push(words[3])
      return Promise.resolve({ ok: true, done: [], failed: [], skipped: [], ms: 1 })
    }
    await runCommand({ over: { up } }).run('cluster', verb, 'hub', ...(verb === 'start' ? [] : ['--yes']))
    expect(asked).toEqual([how])
  })

  test('recreate: what could not be created again stays', async () => {
    const one = runCommand({
      over: {
        needMakeable: () => Promise.reject(new MaculaError({ kind: 'failed', what: 'There is no kind.' })),
      },
    })
    expect((await one.run('cluster', 'recreate', 'hub', '--yes')).err).toContain('There is no kind.')
    expect(one.standIn.asked).toEqual(['close'])
  })

  test.each(['delete', 'recreate'])(
    '%s: it is named by its id; its title may be what another is called',
    async (verb) => {
      const one = runCommand({})
      const ended = await one.run('cluster', verb, 'Hub cluster', '--yes')
      expect([ended.code, one.standIn.asked]).toEqual([2, ['close']])
      expect(ended.err).toContain('Hub cluster is a title. To remove something, use its id.')
      expect(ended.err).toContain('The cluster of that title is hub.')
    },
  )
})

test.each([
  [['cluster', 'nonsense'], 'There is no "maculactl cluster nonsense".'],
  [['app', 'nonsense'], 'There is no "maculactl app nonsense".\n  Choose add, list or remove: '],
  [['cluster'], 'maculactl cluster needs to know what to do: list, create, '],
  [['cluster', 'list', '--no-such'], 'maculactl cluster has no option --no-such.'],
])('%j is told without jargon', async (argv, says) => {
  const ended = await runCommand({}).run(...argv)
  expect(ended.code).toBe(2)
  expect(ended.err).toContain(says)
  expect(ended.err).not.toMatch(/error:|argument|choices/)
})

test('a reset of what has no data is refused before its name is asked for', async () => {
  const what = 'Grafana keeps no data in a volume; there is nothing to reset.'
  const needData = () => Promise.reject(new MaculaError({ kind: 'failed', what }))
  for (const columns of [undefined, 100]) {
    const one = runCommand({
      ...(columns === undefined ? {} : { columns }),
      over: { needData },
      answers: ['grafana'],
    })
    const ended = await one.run('reset', 'grafana')
    expect(ended).toMatchObject({ code: 1, err: `✖ ${what}\n` })
    expect(one.questions).toEqual([])
  }
})

test('a set is started, stopped and shown by its name; what of it is gone is said, and nothing else is touched', async () => {
  const sets = { frontend: ['grafana', 'timescaledb', 'shop'] }
  const own = { catalog: () => ({ ...catalog, sets }) }
  const asked: unknown[] = []
  const result = { ok: true, done: [], failed: [], skipped: [], ms: 1 } as const
  const over: Partial<Engine> = {
    ...own,
    up: (ids) => {
      asked.push(ids)
      return Promise.resolve(result)
    },
    down: (ids) => {
      asked.push(ids)
      return Promise.resolve(result)
    },
  }
  const gone = 'Note: The set frontend also names shop, and there is no such service.'
  const up = await runCommand({ over }).run('up', '@frontend')
  expect(up.code).toBe(0)
  expect(up.err.split(gone)).toHaveLength(2)
  const down = await runCommand({ over }).run('down', '@frontend', '--only')
  expect(down.code).toBe(0)
  expect(down.err).toContain(gone)
  expect(asked).toEqual([
    ['grafana', 'timescaledb'],
    ['grafana', 'timescaledb'],
  ])
  const status = await runCommand({ over }).run('status', '@frontend', '--json')
  const { services } = JSON.parse(status.out) as { readonly services: readonly { readonly id: string }[] }
  expect(services.map(({ id }) => id)).toEqual(['grafana', 'timescaledb'])
  expect(status.err).toContain(gone)
  expect((await runCommand({ over }).run('open', '@frontend')).err).toContain(
    '@frontend is a set; one service',
  )
  expect((await runCommand({ over }).run('__complete', '--', 'up', '@f')).out).toBe('@frontend\n')
})

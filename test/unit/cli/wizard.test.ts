import { describe, expect, test } from 'vitest'
import type { CheckResult } from '../../../main/model/check.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { runSchema } from '../../../main/cli/json/run.ts'
import { runCommand } from './run-command.ts'
import { goodFacts, setupItems } from './stand-in.ts'
import { dockerDownWorld, greenWorld, nothingWorld, troubleWorld } from './worlds.ts'

const bare = setupItems.map((item) => ({ ...item, state: 'to do' }) as const)
const refusal = { kind: 'refused', how: 'denied', says: 'sudo says no.' } as const
const all = bare.map(({ change }) => change.id)

/** A machine where nothing was done yet; starting everything works. */
function machine(answers: readonly (string | readonly string[] | undefined)[], more = {}) {
  const world = nothingWorld()
  const one = runCommand({
    columns: 100,
    world,
    plan: bare,
    entries: [],
    missing: ['grafana', 'loki'],
    answers,
    over: {
      up(ids, tell) {
        Object.assign(world, greenWorld())
        tell({ kind: 'answers', ms: 5, service: 'grafana', tookMs: 5 })
        return Promise.resolve({ ok: true, done: ids === 'all' ? [] : ids, failed: [], skipped: [], ms: 900 })
      },
    },
    ...more,
  })
  return one
}

describe('maculactl setup at a terminal goes step by step', () => {
  test('from nothing to all running: changes, images, first start, what to open', async () => {
    const one = machine([all, 'now', 'now'])
    const ended = await one.run('setup')
    expect(ended.code).toBe(0)
    expect(one.questions.filter((line) => !line.startsWith('-'))).toEqual([
      'Which of these changes should be made? Enter makes what is chosen, n or Esc changes nothing.',
      expect.stringContaining('Images: 2 of 14 images are missing'),
      expect.stringContaining('First start: 14 services can be started.'),
      expect.stringMatching(/^There is no cluster yet\. .*It takes about 700 MB of memory, .*$/),
    ])
    expect(one.standIn.asked).toEqual([
      `setup ${all.join(',')}`,
      expect.stringMatching(/^pull \d+$/),
      'end wizard',
      'close',
    ])
    expect(ended.err).toContain('Set up this machine')
    expect(ended.err).toMatch(/✔ Docker +29\.7\.2, you may use it/)
    expect(ended.err).toMatch(/○ Review +3 changes to read/)
    expect(ended.out).toContain(
      '✔ This machine is set up.\n  Open Grafana at http://grafana.macula.local. A query: eval "$(maculactl env timescaledb)" && psql.',
    )
    expect(ended.out.replaceAll(/\s+/g, ' ')).toContain(
      'docker push registry.macula.local/macula/IMAGE. Connection strings: maculactl env.',
    )
  })

  test('the cluster is made when it is wished at the end', async () => {
    const one = runCommand({ columns: 100, answers: [['low-ports'], 'now'] })
    expect((await one.run('setup')).code).toBe(0)
    expect(one.standIn.asked).toContain('up cluster/hub')
  })

  const fresh = { memory: { ended: false, skipped: [], leftOut: [] } }

  test('nobody was here: it says what runs and how a row is read, and asks what shall run before anything else', async () => {
    const one = machine(['some', ['observability'], all, 'now', 'now'], fresh)
    const ended = await one.run('setup')
    expect(ended.code).toBe(0)
    expect(one.questions[0]).toBe('What should run?')
    expect(ended.err).toContain('14 services of the platform run in containers on this machine')
    expect(ended.err).toMatch(/F +Forwarder +the port there is forwarded into Docker/)
    expect(one.standIn.asked[0]).toBe('choose prometheus,grafana,loki,tempo,alloy')
    // Only what was chosen is fetched, with the object store that Tempo needs.
    expect(one.standIn.asked).toContain('pull 6')
  })

  test('all of it, or nothing at all: stopped at the welcome nothing was asked of the machine', async () => {
    const everything = machine(['all', 'stop'], fresh)
    expect((await everything.run('setup')).code).toBe(3)
    expect(everything.standIn.asked[0]).toBe('choose all')
    const stopped = machine(['stop'], fresh)
    expect((await stopped.run('setup')).code).toBe(3)
    expect(stopped.standIn.asked).toEqual(['close'])
  })

  test('a set that a person brought along is an answer of its own, with what it needs and what it costs', async () => {
    const one = machine(['@traces', 'stop'], {
      ...fresh,
      over: { settings: { ...defaultSettings, sets: { traces: ['tempo', 'gone'], lost: ['gone'] } } },
    })
    expect((await one.run('setup')).code).toBe(3)
    const labels = one.questions.slice(1, 5)
    expect(labels).toContainEqual(expect.stringContaining('- The set traces: Tempo and Object store'))
    expect(labels.join()).not.toContain('lost')
    expect(one.standIn.asked[0]).toBe('choose object-store,tempo')
  })

  test('fault 15: a refused password is survived: the rest goes on, and says what was left out', async () => {
    const one = machine([all, 'without', 'now', 'now'], { outcome: refusal })
    const ended = await one.run('setup')
    expect(ended.code).toBe(0)
    expect(ended.err).toContain('sudo says no.')
    expect(ended.err).toContain('Everything still works by address and port')
    expect(one.standIn.asked).toContain('skip review')
    expect(ended.out).toContain('Left out: Review, Password and Names.')
  })

  test('refused, read again, and made', async () => {
    let asked = 0
    const one = machine([all, 'again', all, 'stop'], {
      outcome: undefined,
      over: {
        setup: () => {
          asked += 1
          return Promise.resolve(refusal)
        },
      },
    })
    expect((await one.run('setup')).code).toBe(3)
    expect(asked).toBe(2)
  })

  test('left in the middle, it goes on there: no question twice', async () => {
    const first = machine([all, 'stop'])
    expect((await first.run('setup')).code).toBe(3)
    expect(first.standIn.asked.at(-1)).toBe('close')
    const then = machine(['now', 'now'], { plan: bare.map((item) => ({ ...item, state: 'in place' })) })
    expect((await then.run('setup')).code).toBe(0)
    expect(then.questions[0]).toContain('Images:')
  })

  test('steps can be left for later, and are offered again the next time', async () => {
    const one = machine([all, 'later', 'later'])
    const ended = await one.run('setup')
    expect(ended.code).toBe(0)
    expect(one.standIn.asked).toEqual(expect.arrayContaining(['skip images', 'skip start']))
    expect(ended.out).toContain('Left out: Images and First start.')
    const again = machine(['take', 'now', 'now'], {
      plan: bare.map((item) => ({ ...item, state: 'in place' })),
      memory: { ended: true, skipped: ['images', 'start'], leftOut: [] },
    })
    expect((await again.run('setup')).code).toBe(0)
    expect(again.questions[0]).toBe('Left out before: Images and First start. Include them now?')
    expect(again.standIn.asked).toEqual(expect.arrayContaining(['take in images', 'take in start']))
  })

  test('a change that was left out is offered again, and only then', async () => {
    const plan = bare.map((item) => ({
      ...item,
      state: item.change.id === 'low-ports' ? ('to do' as const) : ('in place' as const),
    }))
    const memory = { ended: true, skipped: [], leftOut: ['low-ports'] }
    const left = runCommand({ columns: 100, plan, memory, answers: ['leave'] })
    expect((await left.run('setup')).code).toBe(0)
    expect(left.questions[0]).toBe('Left out before: Allow ports from 80. Include it now?')
    const taken = runCommand({ columns: 100, plan, memory, answers: ['take', ['low-ports']] })
    expect((await taken.run('setup')).code).toBe(0)
    expect(taken.standIn.asked).toContain('setup low-ports')
  })

  describe('another network has the subnet', () => {
    const taken = {
      ...goodFacts[0],
      id: 'network',
      group: 'network',
      title: 'Docker network',
      result: 'failed',
      what: 'The subnet 172.23.0.0/24 is taken.',
      why: 'the docker network old has 172.23.0.0/16.',
      todo: 'Use 172.31.240.0/24, which nothing has.',
      ms: 1,
      short: '172.23.0.0/24 is taken',
      fix: {
        label: 'Use 172.31.240.0/24',
        command: 'maculactl setup --subnet 172.31.240.0/24',
        action: { kind: 'subnet', subnet: '172.31.240.0/24' },
      },
    } as const
    /** As the doctor finds it until another one was saved. */
    const busy = (answers: readonly (string | readonly string[] | undefined)[]) => {
      const facts: CheckResult[] = goodFacts.map((one) => (one.id === 'network' ? taken : one))
      return machine(answers, { facts, onSave: () => void facts.splice(0, facts.length, ...goodFacts) })
    }

    test('one key takes a free one, and set-up goes on with it', async () => {
      const one = busy(['fix', all, 'now', 'now'])
      const ended = await one.run('setup')
      expect(ended.code).toBe(0)
      expect(one.questions).toContain('- Use 172.31.240.0/24')
      expect(one.saved).toEqual([{ subnet: '172.31.240.0/24' }])
      expect(ended.err).toContain('The container network is 172.31.240.0/24 from the next start on.')
      expect(ended.err).toMatch(/✔ Network +172\.23\.0\.0\/24 is free/)
    })

    test.each([
      ['free', '172.31.240.0/24'],
      ['10.7.7.0/24', '10.7.7.0/24'],
    ])('for scripts: --subnet %s', async (word, subnet) => {
      const one = busy([])
      const ended = await one.run('setup', '--subnet', word, '--yes')
      expect(ended.code).toBe(0)
      expect(one.saved).toEqual([{ subnet }])
      expect(one.standIn.asked).toContain(`setup ${all.join(',')}`)
    })

    test('--subnet free changes nothing where ours is free', async () => {
      const one = machine([])
      expect((await one.run('setup', '--subnet', 'free', '--yes')).code).toBe(0)
      expect(one.saved).toEqual([])
    })

    test('one that cannot be is refused before anything is done', async () => {
      const one = busy([])
      expect((await one.run('setup', '--subnet', '8.8.8.0/24', '--yes')).code).toBe(2)
      expect(one.standIn.asked).toEqual(['close'])
    })
  })

  test('Docker is down: why, what to do, the command; looked at again when asked', async () => {
    const facts = [
      {
        ...goodFacts[0],
        id: 'docker',
        group: 'docker',
        title: 'Docker engine',
        result: 'failed',
        what: 'Docker does not answer.',
        why: 'Nothing answers at /var/run/docker.sock.',
        todo: 'Install Docker, or start it (sudo systemctl start docker).',
        ms: 1,
        short: 'not installed, or not running',
      } as const,
      ...goodFacts.slice(1),
    ]
    const one = runCommand({ columns: 100, world: dockerDownWorld(), facts, answers: ['again', 'stop'] })
    const ended = await one.run('setup')
    expect(ended.code).toBe(3)
    expect(one.questions.filter((line) => line.startsWith('Docker:'))).toHaveLength(2)
    expect(one.questions).not.toContain('- Go on without')
    expect(ended.err).toContain('Nothing answers at /var/run/docker.sock.')
    expect(ended.err).toContain('$ sudo systemctl start docker')
  })

  test('a service that failed at the first start is told with its reason, and can be tried again', async () => {
    const one = runCommand({
      columns: 100,
      world: troubleWorld(),
      plan: bare.map((item) => ({ ...item, state: 'in place' })),
      answers: ['later'],
    })
    const ended = await one.run('setup')
    expect(ended.code).toBe(0)
    expect(one.questions).toContain('- Try again')
    expect(ended.err).toContain('Tempo')
  })

  test('--skip leaves a change out here too; one that means nothing is an error before anything is asked', async () => {
    const one = machine([['tools'], 'later', 'later'])
    expect((await one.run('setup', '--skip', 'low-ports')).code).toBe(0)
    expect(one.questions).not.toContain('- Allow ports from 80')
    const wrong = machine([])
    expect((await wrong.run('setup', '--skip', 'low-port')).code).toBe(2)
    expect(wrong.questions).toEqual([])
  })
})

describe('maculactl reset', () => {
  test('asks to type the name, and says where the data is kept', async () => {
    const one = runCommand({ columns: 100, answers: ['grafana'] })
    const ended = await one.run('reset', 'Grafana')
    expect(ended.code).toBe(0)
    expect(one.questions).toEqual(['Type Grafana or grafana to reset it.'])
    expect(one.standIn.asked[0]).toBe('reset grafana grafana')
    expect(ended.out).toContain('macula_grafana is kept as macula_grafana_before-20261123-1042')
  })

  test('left: nothing is done, exit 3; where nobody can be asked: exit 2 with the command', async () => {
    const left = runCommand({ columns: 100, answers: [undefined] })
    expect((await left.run('reset', 'grafana')).code).toBe(3)
    const pipe = runCommand()
    const ended = await pipe.run('reset', 'grafana')
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('maculactl reset grafana --name grafana')
    for (const one of [left, pipe]) expect(one.standIn.asked).toEqual(['close'])
  })

  test('one service at a time; --json follows its schema', async () => {
    expect((await runCommand().run('reset', 'data', '--name', 'data')).code).toBe(2)
    const { out } = await runCommand().run('reset', 'grafana', '--name', 'grafana', '--json')
    const value: unknown = JSON.parse(out)
    expect(runSchema.parse(value)).toEqual(value)
    expect(runSchema.parse(value).moved).toHaveLength(1)
  })
})

test('maculactl pull gets images and starts nothing', async () => {
  const one = runCommand({ missing: ['grafana'] })
  expect((await one.run('pull', 'grafana')).code).toBe(0)
  expect(one.standIn.asked).toEqual(['pull 1', 'close'])
})

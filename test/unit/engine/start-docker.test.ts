import { expect, test } from 'vitest'
import { startDocker } from '../../../main/engine/run/start-docker.ts'
import type { RootOutcome } from '../../../main/model/change.ts'
import type { EngineMeans } from '../../../main/model/engine-means.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { DockerSeen } from '../../../main/model/observation.ts'
import type { StepEvent } from '../../../main/model/run.ts'

/** Docker started from a face: what is asked of whom, and what is told in the end. */

const up: DockerSeen = { kind: 'up', version: '26.1.5', apiVersion: '1.45', native: true }
const absent = { kind: 'down', code: 'absent', says: 'Nothing answers at /run/docker.sock.' } as const
const docker: EngineMeans = {
  kind: 'start',
  title: 'Docker',
  by: 'root',
  argv: ['systemctl', 'start', 'docker'],
  deadline: 20_000,
}
const colima: EngineMeans = { ...docker, title: 'Colima', by: 'user', argv: ['colima', 'start'] }

/** An engine that answers once it was started, unless it stays `dead`. */
function world(given: {
  readonly means?: EngineMeans
  readonly outcome?: RootOutcome
  readonly dead?: boolean
  readonly runs?: boolean
}) {
  let runs = given.runs === true
  const asked: string[] = []
  const told: StepEvent[] = []
  const seen: { docker: DockerSeen } = { docker: absent }
  const context = {
    adapters: {
      clock: { now: () => Date.now() },
      root: {
        apply: async (changes: readonly { readonly verbs: readonly unknown[] }[]) => {
          asked.push(JSON.stringify(changes.flatMap(({ verbs }) => verbs)))
          const outcome = given.outcome ?? { kind: 'done', steps: [] }
          runs = outcome.kind === 'done' && given.dead !== true
          return await Promise.resolve(outcome)
        },
      },
      engineStart: {
        run: async (means: { readonly argv: readonly string[] }) => {
          asked.push(means.argv.join(' '))
          runs = given.dead !== true
          await Promise.resolve()
        },
      },
    },
    truth: {
      seen,
      observe: {
        docker: async () => {
          seen.docker = runs ? up : { ...absent, ...(given.means ? { means: given.means } : {}) }
          await Promise.resolve()
        },
      },
      look: async () => await Promise.resolve(),
    },
  } as unknown as Parameters<typeof startDocker>[0]
  const start = async (signal = new AbortController().signal) =>
    await startDocker(context, (event) => void told.push(event), signal)
  const says = (): readonly string[] =>
    told.flatMap((event) => (event.kind === 'phase' || event.kind === 'note' ? [event.says] : []))
  return { start, asked, says }
}

const troubleOf = async (work: Promise<unknown>): Promise<MaculaError['trouble']> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof MaculaError)) throw new Error('it was not refused')
  return error.trouble
}

test('root is asked for one unit, and what came of it is told with its time', async () => {
  const one = world({ means: docker })
  expect((await one.start()).ok).toBe(true)
  expect(one.asked).toEqual(['[{"verb":"start","unit":"docker.service"}]'])
  expect(one.says().slice(0, 2)).toEqual(['Asking root to start Docker', 'Waiting until Docker answers'])
  expect(one.says().at(-1)).toMatch(/^Docker answers after .+: version 26\.1\.5\.$/)
})

test('who joined its group since signing in is lent its socket again, which comes anew', async () => {
  const one = world({ means: { ...docker, lends: true } })
  expect((await one.start()).ok).toBe(true)
  expect(one.asked).toEqual(['[{"verb":"start","unit":"docker.service"},{"verb":"group","group":"docker"}]'])
})

test('an engine of the person is started by its own command, and root is not asked', async () => {
  const one = world({ means: colima })
  await one.start()
  expect(one.asked).toEqual(['colima start'])
  expect(one.says()[0]).toBe('Starting Colima (colima start)')
})

test('one that runs already is left alone', async () => {
  const one = world({ means: docker, runs: true })
  await one.start()
  expect(one.asked).toEqual([])
  expect(one.says()).toEqual(['Docker 26.1.5 runs already.'])
})

test.each<[string, RootOutcome, string, string]>([
  [
    'refused',
    { kind: 'refused', how: 'dismissed', says: 'The window was closed.' },
    'refused',
    'The window was closed.',
  ],
  [
    'failed',
    {
      kind: 'failed',
      says: 'x',
      steps: [
        {
          change: 'a',
          verb: 'start',
          target: 'docker.service',
          result: 'failed',
          says: 'systemctl could not',
        },
      ],
    },
    'failed',
    'systemctl could not.',
  ],
])('a start that was %s says why, and the command for a terminal', async (_, outcome, kind, why) => {
  expect(await troubleOf(world({ means: docker, outcome }).start())).toEqual({
    kind,
    what: 'Docker was not started.',
    why,
    todo: 'Try again, or start it in a terminal: sudo systemctl start docker',
  })
})

test('one that does not answer in time is told with its time and its log', async () => {
  const one = world({ means: { ...docker, deadline: 30 }, dead: true })
  expect(await troubleOf(one.start())).toMatchObject({
    what: 'Docker was started and has not answered within 30 ms.',
    why: absent.says,
    todo: expect.stringContaining('journalctl -u docker') as unknown,
  })
})

test('who interrupts the wait is told that what was begun goes on', async () => {
  const one = world({ means: docker, dead: true })
  expect((await troubleOf(one.start(AbortSignal.abort()))).why).toContain('continues')
})

test.each([
  [undefined, 'by its own means'],
  [{ kind: 'install' } as const, 'maculactl setup'],
])('what nobody here can start is told: %o', async (means, todo) => {
  const one = world(means === undefined ? {} : { means })
  const trouble = await troubleOf(one.start())
  expect(trouble).toMatchObject({ kind: 'usage', what: 'Docker cannot be started from here.' })
  expect(trouble.todo).toContain(todo)
  expect(one.asked).toEqual([])
})

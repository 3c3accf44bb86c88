import type { Change, RootOutcome } from '../../model/change.ts'
import { commandOfMeans, type EngineMeans } from '../../model/engine-means.ts'
import { MaculaError } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { sayDuration } from '../../model/say.ts'
import { poll } from '../wait.ts'
import type { RunContext } from './context.ts'

type Start = Extract<EngineMeans, { kind: 'start' }>

/** Between two looks whether it answers (ms). */
const PACE = { first: 100, longest: 1000 } as const

/**
 * What root is asked for: one unit is started, which is no change of the machine. Its socket comes anew with it, so that who
 * joined the group since signing in is let in once more.
 */
function startChange({ title, argv, lends }: Start): Change {
  const unit = argv.at(-1) === 'podman.socket' ? 'podman.socket' : 'docker.service'
  return {
    id: 'docker-start',
    title: `Start ${title}`,
    reason: `Services run in it; ${title} is installed and does not run.`,
    verbs: [{ verb: 'start', unit }, ...(lends ? [{ verb: 'group', group: 'docker' } as const] : [])],
    commands: [`sudo ${argv.join(' ')}`],
  }
}

/** Why root did not start it; undefined: it did. */
function notStarted(means: Start, outcome: RootOutcome): MaculaError | undefined {
  if (outcome.kind === 'done') return undefined
  const says = outcome.says
  const failed =
    outcome.kind === 'failed' ? outcome.steps.find(({ result }) => result === 'failed') : undefined
  return new MaculaError({
    kind: outcome.kind === 'refused' ? 'refused' : 'failed',
    what: `${means.title} was not started.`,
    why: failed === undefined ? says : `${failed.says}.`,
    todo: `Try again, or start it in a terminal: ${commandOfMeans(means)}`,
  })
}

/**
 * Starts the container engine in use by what this machine has for it, and waits until it answers. Tells what it does; where it
 * runs already nothing is done. MaculaError: nobody here knows how, root was refused, or it does not answer in time.
 */
export async function startDocker(
  { adapters, truth }: Pick<RunContext, 'adapters' | 'truth'>,
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
): Promise<RunResult> {
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  const done = (): RunResult => ({ ok: true, done: [], failed: [], skipped: [], ms: elapsed() })
  await truth.observe.docker()
  const before = truth.seen.docker
  if (before.kind === 'up') {
    tell({ kind: 'note', ms: elapsed(), done: true, says: `Docker ${before.version} runs already.` })
    return done()
  }
  const means = before.kind === 'down' ? before.means : undefined
  if (means?.kind !== 'start') throw cannot(before.kind === 'down' ? before.says : '', means)
  if (means.by === 'root') {
    tell({ kind: 'phase', ms: elapsed(), says: `Asking root to start ${means.title}` })
    const trouble = notStarted(means, await adapters.root.apply([startChange(means)], () => undefined))
    if (trouble) throw trouble
  } else {
    tell({ kind: 'phase', ms: elapsed(), says: `Starting ${means.title} (${commandOfMeans(means)})` })
    await adapters.engineStart?.run(means, signal)
  }
  tell({ kind: 'phase', ms: elapsed(), says: `Waiting until ${means.title} answers` })
  const up = await poll(
    async () => {
      await truth.observe.docker()
      return truth.seen.docker.kind === 'up' ? truth.seen.docker : undefined
    },
    { deadline: means.deadline, ...PACE, signal },
  )
  if (!up) throw silent(means, truth.seen.docker.kind === 'down' ? truth.seen.docker.says : '', signal)
  tell({
    kind: 'note',
    ms: elapsed(),
    done: true,
    says: `${means.title} answers after ${sayDuration(elapsed())}: version ${up.version}.`,
  })
  await truth.look()
  return done()
}

function cannot(says: string, means: EngineMeans | undefined): MaculaError {
  return new MaculaError({
    kind: 'usage',
    what: 'Docker cannot be started from here.',
    why: says,
    todo:
      means === undefined
        ? 'Start it by its own means, then check again; maculactl doctor says where Docker is looked for.'
        : 'maculactl setup installs it, or lets you use it.',
  })
}

function silent(means: Start, says: string, signal: AbortSignal): MaculaError {
  if (signal.aborted)
    return new MaculaError({
      kind: 'failed',
      what: `No longer waiting for ${means.title}.`,
      why: 'Somebody interrupted it. What was begun continues.',
      todo: 'Check again in a while.',
    })
  return new MaculaError({
    kind: 'failed',
    what: `${means.title} was started and has not answered within ${sayDuration(means.deadline)}.`,
    why: says,
    todo:
      means.by === 'root'
        ? 'Its log says why: sudo journalctl -u docker -n 50 (or /var/log/docker.log).'
        : `Its own command says more: ${means.argv[0] ?? ''}.`,
  })
}

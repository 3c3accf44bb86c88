import type { RootOutcome } from '../../model/change.ts'
import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import type {
  ComposeProjectSeen,
  MigrationChoice,
  MigrationEvent,
  MigrationResult,
  MovedAside,
  PlannedStep,
} from '../../model/migration.ts'
import { notAsShown } from '../../model/before/shown.ts'
import { sentence } from '../../model/say.ts'
import type { RootAdapter } from '../adapters.ts'
import type { MigrationAdapter, MigrationPart, Resting } from './family.ts'
import type { Keeping } from './journal.ts'
import { wanted } from './wanted.ts'

type Tell = (event: MigrationEvent) => void

interface Way {
  readonly migration: MigrationAdapter
  readonly root: Pick<RootAdapter, 'apply'>
  readonly keeping: Keeping
  readonly now: () => number
}

type Left = MigrationResult['left'][number]

/**
 * Takes over what was chosen, in the order of a careful hand: data first, while the old containers rest; then they go; root
 * comes last, once. What fails ends it there: what was done is kept, and the next run goes on.
 */
export async function take(
  way: Way,
  choice: MigrationChoice,
  tell: Tell,
  signal: AbortSignal,
): Promise<MigrationResult> {
  const done: { id: string; says: string }[] = []
  const left: Left[] = choice.left.map((step) => leftOut(step, 'it was left out'))
  const aside: MovedAside[] = []
  const ended = (trouble: Trouble): MigrationResult => ({ ok: false, done, left, trouble, aside })
  try {
    for (const one of await takeData(way, choice, aside, tell, signal)) done.push(one)
    for (const step of choice.steps.filter(({ change }) => change === undefined)) {
      needGoingOn(signal)
      done.push({ id: step.id, says: await takeStep(way, step, tell, signal) })
    }
    needGoingOn(signal)
  } catch (error) {
    return ended(troubleOf(error))
  }
  const changes = choice.steps.filter(({ change }) => change !== undefined)
  if (changes.length === 0) return { ok: true, done, left, aside }
  await way.keeping.mark()
  const outcome = await way.root.apply(
    changes.flatMap(({ change }) => change ?? []),
    (step) => tell({ kind: 'root', step }),
  )
  for (const step of changes) {
    const because = whyLeft(outcome, step)
    if (because === undefined) done.push({ id: step.id, says: 'done by root' })
    else left.push(leftOut(step, because))
  }
  if (outcome.kind === 'done') return { ok: left.length === choice.left.length, done, left, aside }
  return ended({
    kind: outcome.kind,
    what:
      outcome.kind === 'refused'
        ? 'What root was to do was not done.'
        : 'The changes that need root stopped before the end.',
    why: sentence(outcome.says),
    todo: 'maculactl migrate continues it; what was done works without it.',
  })
}

function leftOut({ id, title, without }: PlannedStep, because: string): Left {
  return { id, title, because, without }
}

/** Why a step of root's was not done; undefined: it was. */
function whyLeft(outcome: RootOutcome, { id }: PlannedStep): string | undefined {
  if (outcome.kind === 'refused') return outcome.says
  const own = outcome.steps.filter(({ change }) => change === id)
  const failed = own.find(({ result }) => result === 'failed')
  if (failed) return `${failed.target}: ${failed.says}`
  return own.length === 0 && outcome.kind === 'failed' ? outcome.says : undefined
}

/** Throws when a person ended it: between two steps everything is as the last one left it. */
function needGoingOn(signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new MaculaError({
    kind: 'refused',
    what: 'It was interrupted. What was done is kept.',
    todo: 'maculactl migrate continues where it stopped; maculactl migrate --back brings back what was done.',
  })
}

function partOf({ migration }: Way, { part: id, title }: PlannedStep): MigrationPart {
  const part = migration.parts.find((one) => one.id === id)
  if (part) return part
  throw new MaculaError({ kind: 'internal', what: `${title}: there is no part ${id}.` })
}

/** Refuses a step that means more by now than what was shown; one that means less goes on with that. */
async function asShown(part: MigrationPart, step: PlannedStep): Promise<PlannedStep | undefined> {
  const now = (await part.plan()).find(({ id }) => id === step.id)
  if (now === undefined) return undefined
  const more = part.beyond?.(step, now) ?? now.effects.filter((effect) => !step.effects.includes(effect))
  if (more.length === 0) return now
  throw notAsShown(step, more)
}

async function takeStep(way: Way, shown: PlannedStep, tell: Tell, signal: AbortSignal): Promise<string> {
  const { keeping } = way
  const part = partOf(way, shown)
  const step = (await asShown(part, shown)) ?? shown
  const { id, title, brings, back } = shown
  tell({ kind: 'begins', id, title })
  const kept = await part.keep(step, keeping.keptOf(part.id))
  await keeping.begin({ id, part: part.id, title, brings, kept, back })
  // What rested is known to this step from here on.
  if (part.id === 'compose') await keeping.forget(id.replace(/^compose-/, 'rest-'))
  const { says } = await part.takeOver(step, (told) => tell({ kind: 'tells', id, says: told }), signal)
  await keeping.done(id, says)
  tell({ kind: 'done', id, says })
  return says
}

/**
 * Their stores, one after the other, while their containers rest; a failure starts them again as they were. `aside` gets what ours
 * were moved to, also when a later one fails.
 */
async function takeData(
  way: Way,
  choice: MigrationChoice,
  aside: MovedAside[],
  tell: Tell,
  signal: AbortSignal,
): Promise<readonly { id: string; says: string }[]> {
  if (choice.data.length === 0) return []
  const { migration, keeping } = way
  const done: { id: string; says: string }[] = []
  const projects = await migration.projects(keeping.keptOf('compose'))
  for (const { project, moves } of await wanted(migration, projects, choice)) {
    needGoingOn(signal)
    const step = choice.steps.find(({ id }) => id === `compose-${project.project}`)
    const restId = await keepRest(way, project)
    tell({
      kind: 'begins',
      id: restId,
      title: `The containers of ${project.project} rest while data is copied`,
    })
    const resting = await migration.rest(project, signal)
    const again = async (): Promise<readonly Trouble[]> => {
      tell({ kind: 'tells', id: restId, says: `starting the containers of ${project.project} again` })
      return await runAgain(way, project.project, resting)
    }
    const still = { ...project, containers: project.containers.map((one) => ({ ...one, running: false })) }
    let id: string = project.project
    try {
      if (resting.trouble) throw new MaculaError(resting.trouble)
      for (const move of moves) {
        needGoingOn(signal)
        id = `data-${move.id}`
        tell({ kind: 'begins', id, title: move.title })
        const { says, movedAside } = await move.take(
          still,
          (progress) => tell({ kind: 'bytes', id, progress }),
          signal,
        )
        aside.push(...movedAside)
        await keeping.took({ id: move.id, project: project.project, at: way.now(), says, movedAside })
        tell({ kind: 'done', id, says })
        done.push({ id, says })
      }
    } catch (error) {
      throw withWayOut(error, id, await again())
    }
    // Only their data was wanted: what ran goes on.
    if (step) continue
    const stuck = await again()
    if (stuck.length > 0) throw notAgain(stuck)
  }
  return done
}

/** What ran is on disk before it is stopped: whoever goes on after a crash, or goes back, must know it. Answers the step's id. */
async function keepRest({ migration, keeping }: Way, { project }: ComposeProjectSeen): Promise<string> {
  const id = `rest-${project}`
  const part = migration.parts.find((one) => one.id === 'compose')
  // A run before may have taken the project's containers already: then nothing is left to rest.
  const step = (await part?.plan())?.find((one) => one.id === `compose-${project}`)
  if (!part || !step) return id
  await keeping.begin({
    id,
    part: 'compose',
    title: `The containers of ${project} rest`,
    brings: `the containers of ${project} that ran`,
    kept: await part.keep(step, keeping.keptOf('compose')),
    back: step.back,
  })
  return id
}

/** Starts what rested. From here on they may write again, so what was taken is not all that there is. */
async function runAgain(way: Way, project: string, resting: Resting): Promise<readonly Trouble[]> {
  const { keeping } = way
  if (resting.names.length > 0) await keeping.forgetData(project)
  const failed = await resting.again()
  // What does not run again is brought back by --back.
  if (failed.length === 0) await keeping.forget(`rest-${project}`)
  return failed
}

const sayStuck = (stuck: readonly Trouble[]): string =>
  stuck.map(({ what, why }) => [what, why].filter(Boolean).join(' ')).join(' ')

function notAgain(stuck: readonly Trouble[]): MaculaError {
  return new MaculaError({
    kind: 'failed',
    what: 'The data was taken over, but not all of the old containers could be started again.',
    why: sayStuck(stuck),
    todo: 'maculactl migrate --back starts them again, when what keeps them from it is repaired.',
  })
}

/** A store that could not be taken can be left out: the rest need not wait for it. */
function withWayOut(error: unknown, id: string, stuck: readonly Trouble[]): MaculaError {
  const trouble = troubleOf(error)
  const store = /^data-(.+)$/.exec(id)?.[1]
  const out = store === undefined ? '' : `maculactl migrate --without ${store} leaves this store out.`
  const why = [trouble.why, sayStuck(stuck)].filter(Boolean).join(' ')
  const back = stuck.length === 0 ? '' : 'maculactl migrate --back starts the old containers again.'
  return new MaculaError(
    {
      ...trouble,
      ...(why === '' ? {} : { why }),
      todo: [trouble.todo, out, back].filter(Boolean).join('\n'),
    },
    { cause: error },
  )
}

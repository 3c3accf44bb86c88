import { troubleOf } from '../../model/errors.ts'
import { blockText } from '../../model/block.ts'
import type { RootVerb, SetupItem } from '../../model/change.ts'
import { sayMode, sayReload, sayTaking } from '../../model/say-change.ts'
import type { ComposeProjectSeen, DataSetView, MigrationView, PlannedStep } from '../../model/migration.ts'
import type { Journal, MigrationAdapter } from './family.ts'
import { foundParts } from './found.ts'

/**
 * Set-up's own changes as steps: they lead names and ports to Macula, under the same prompt. Only where something of the
 * old world is taken over: else they are set-up's alone.
 */
export function setupSteps(
  items: readonly SetupItem[],
  own: readonly PlannedStep[] = [],
): readonly PlannedStep[] {
  const targets = new Set(own.flatMap(({ change }) => (change?.verbs ?? []).map(targetOf)))
  return (
    items
      .filter(({ state, change }) => state === 'to do' && change.verbs.length > 0)
      // Set-up takes old lines and files out by itself too: here that is a step of the take-over's own.
      .filter(({ change }) => !change.verbs.every((verb) => targets.has(targetOf(verb))))
      .map(({ change, says }) => ({
        id: change.id,
        part: 'names',
        title: change.title,
        effects: [...change.verbs.flatMap(sayVerb), ...(says === '' ? [] : [`now: ${says}`])],
        ...(change.price === undefined ? {} : { price: change.price }),
        without: 'services open at address and port only, until maculactl setup makes it.',
        brings: change.title,
        change,
        back: [`maculactl undo ${change.id}`],
      }))
  )
}

/** What a verb changes, as one word. */
const targetOf = (verb: RootVerb): string =>
  `${verb.verb} ${'path' in verb ? verb.path : 'unit' in verb ? verb.unit : ''}`

/** What set-up's verbs write, line by line. */
function sayVerb(verb: RootVerb): readonly string[] {
  const content = (text: string): readonly string[] =>
    text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => `| ${line}`)
  switch (verb.verb) {
    case 'file':
      return [`${verb.path} is written, ${sayMode(verb.mode)}:`, ...content(verb.content)]
    case 'block':
      return [`${verb.path} gets this block, its other lines stay:`, ...content(blockText(verb.content))]
    case 'sysctl':
      return [`sysctl -w ${verb.key}=${verb.value}`]
    case 'packages':
      return [`packages are installed: ${verb.names.join(', ')}`]
    case 'reload':
      return [sayReload(verb.unit)]
    case 'remove':
      return [`${verb.path} is taken out`]
    case 'lines':
      return verb.lines.map(({ line, text }) => `line ${line} of ${verb.path} changes: “${text}”`)
    case 'unit-off':
      return [`${verb.unit} is stopped and disabled`]
    case 'end':
      return [`process ${verb.pid} is ended`]
    case 'install':
    case 'start':
    case 'enable':
    case 'group':
    case 'stop': {
      const { target, says } = sayTaking(verb, undefined)
      return [`${target} ${says}`]
    }
  }
}

/** Everything that is there, would be done and was done. */
export async function viewOf(
  migration: MigrationAdapter,
  journal: Journal,
  items: readonly SetupItem[],
): Promise<MigrationView> {
  const [found, planned] = await Promise.all([
    foundParts(migration),
    Promise.all(migration.parts.map(async (part) => await part.plan())),
  ])
  // What is left of a take-over that was begun goes on, though it be lines of the hosts file alone.
  const isOld = found.length > 0 || journal.since !== undefined
  const own = isOld ? planned.flat() : []
  // Root comes last, with one prompt: what needs none is not held up by it.
  const steps = [
    ...own.filter(({ change }) => change === undefined),
    ...own.filter(({ change }) => change !== undefined),
    ...(found.length > 0 || own.length > 0 ? setupSteps(items, own) : []),
  ]
  const data = await measured(migration, journal)
  const zonesCome = data.some(
    ({ id, measured: seen, taken }) => id === 'powerdns' && seen.kind === 'found' && !taken,
  )
  return {
    found,
    steps: zonesCome ? steps.map(withLaterNames) : steps,
    data,
    done: journal.steps.map(({ id, part, title, brings, at, state, says, back }) => ({
      id,
      part,
      title,
      brings,
      at,
      state,
      says,
      back,
    })),
    ...(journal.since === undefined ? {} : { since: journal.since }),
  }
}

/** A list of names is written before the zones that come can be asked: root is needed once more for theirs. */
function withLaterNames(step: PlannedStep): PlannedStep {
  if (step.change?.verbs.some(({ verb }) => verb === 'block') !== true) return step
  const later =
    'Records of PowerDNS that are taken over can be asked for only afterwards: their names wait for maculactl setup then, which needs root once more.'
  return { ...step, price: [step.price, later].filter((one) => one !== undefined).join(' ') }
}

async function measured(migration: MigrationAdapter, journal: Journal): Promise<readonly DataSetView[]> {
  const projects = await migration.projects(journal.steps.map(({ kept }) => kept))
  const views = await Promise.all(
    projects.flatMap((project) =>
      migration.data.map(async (move): Promise<DataSetView> => {
        const { id, title } = move
        const taken = journal.data.find(
          (one) => one.id === id && one.project === project.project && isAsTaken(project, one.at, journal),
        )
        return {
          id,
          title,
          project: project.project,
          // One store that cannot be looked at must not hide the others.
          measured: await move.measure(project).catch((error: unknown) => ({
            kind: 'refused' as const,
            trouble: troubleOf(error),
          })),
          ...(taken ? { taken: { at: taken.at, says: taken.says } } : {}),
        }
      }),
    ),
  )
  return views.filter((view) => view.measured.kind !== 'none')
}

/**
 * Whether nothing can have written to a project's stores since `at` (epoch ms): no container was started since, and what is gone was
 * removed by a step of ours. What somebody else removed may have run before.
 */
function isAsTaken({ project, containers }: ComposeProjectSeen, at: number, { steps }: Journal): boolean {
  const isOurs = steps.some(({ id }) => id === `compose-${project}`)
  return containers.every(({ startedAt }) => (startedAt === undefined ? isOurs : startedAt <= at))
}

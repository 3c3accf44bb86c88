import { MaculaError } from '../../model/errors.ts'
import {
  mayWrite,
  type ComposeProjectSeen,
  type DataMeasured,
  type MigrationChoice,
} from '../../model/migration.ts'
import { sayBytes, sayList } from '../../model/say.ts'
import type { DataMove, MigrationAdapter } from './family.ts'

interface Asked {
  readonly project: ComposeProjectSeen
  readonly move: DataMove
  readonly measured: DataMeasured
}

/**
 * The stores that are to be taken and can be, by project, before anything rests. Throws MaculaError where one cannot be taken, where
 * two projects have it, or where there is no room for all of them.
 */
export async function wanted(
  migration: MigrationAdapter,
  projects: readonly ComposeProjectSeen[],
  choice: MigrationChoice,
): Promise<readonly { readonly project: ComposeProjectSeen; readonly moves: readonly DataMove[] }[]> {
  const asked: Asked[] = await Promise.all(
    projects.flatMap((project) =>
      migration.data
        .filter(({ id }) => choice.data.includes(id))
        .map(async (move) => ({ project, move, measured: await move.measure(project) })),
    ),
  )
  const there = asked.filter(({ measured }) => measured.kind !== 'none')
  const meant = there.filter((one) => isMeant(one, there, choice))
  const needs = meant.reduce((sum, { move, measured }) => {
    if (measured.kind === 'refused') throw new MaculaError(measured.trouble)
    if (measured.kind === 'found' && measured.writers !== undefined)
      throw new MaculaError(mayWrite(move.title, measured.writers, move.id))
    return sum + (measured.kind === 'found' ? measured.needsBytes : 0)
  }, 0)
  const free = meant.length === 0 ? undefined : await migration.free()
  if (free !== undefined && free < needs)
    throw new MaculaError({
      kind: 'failed',
      what: `There is not enough space for their data: ${sayBytes(needs)} are needed, ${sayBytes(free)} are free on Docker’s disk.`,
      todo: 'Free some space (docker system df shows what Docker uses), or leave a store out: maculactl migrate --without registry',
    })
  return projects
    .map((project) => ({
      project,
      moves: meant.filter((one) => one.project === project).map(({ move }) => move),
    }))
    .filter(({ moves }) => moves.length > 0)
}

/**
 * Macula has each store once: of two projects that have it, the one that is taken over is meant. The second would replace what the
 * first brought, so with both, or neither, nothing is guessed.
 */
function isMeant(one: Asked, all: readonly Asked[], { steps }: MigrationChoice): boolean {
  const { id, title } = one.move
  const same = all.filter(({ move }) => move.id === id)
  if (same.length === 1) return true
  const taken = same.filter(({ project }) => steps.some((step) => step.id === stepOf(project)))
  if (taken.length === 1) return taken[0] === one
  const names = same.map(({ project }) => project.project)
  throw new MaculaError({
    kind: 'usage',
    what: `${title}: the Compose projects ${sayList(names)} have one such store each, and Macula has only one.`,
    why: 'The second would replace what came from the first.',
    todo: [
      ...same.map(
        ({ project }) =>
          `maculactl migrate --without ${stepOf(project)} leaves ${project.project} with its data.`,
      ),
      `maculactl migrate --without ${id} leaves this store out.`,
    ].join('\n'),
  })
}

const stepOf = ({ project }: ComposeProjectSeen): string => `compose-${project}`

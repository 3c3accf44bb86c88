import { randomUUID } from 'node:crypto'
import { ownLabels } from '../../docker/container.ts'

/** On scratch volumes and on containers that run on the way; the value is the project. Compose's own labels are on none. */
export const TAKING = 'dev.macula.taking'

/** Labels of what is made on the way and goes at the end. */
export function takingLabels(project: string): Readonly<Record<string, string>> {
  return { ...ownLabels(project), [TAKING]: project }
}

/** "macula_taking-timescaledb-copy" */
export const scratchName = (project: string, name: string): string => `${project}_taking-${name}`

/** "macula-taking-3f2a9c01": what a person sees of a container that goes. */
export const boxName = (project: string): string => `${project}-taking-${randomUUID().slice(0, 8)}`

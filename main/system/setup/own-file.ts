import type { ResolverRoute } from '../../engine/adapters.ts'
import type { Settings } from '../../model/service.ts'
import { sayDifference } from './differs.ts'
import type { Machine } from './machine.ts'
import { writtenFor, writtenForProject } from './whose.ts'
import { OURS } from './wording.ts'

/** What every route says of the one file that is its own. */
export function ownFile(
  machine: Machine,
  file: string,
  content: (settings: Settings) => string,
): Pick<ResolverRoute, 'isInPlace' | 'differs' | 'ofProject' | 'heldBy'> {
  return {
    isInPlace: async ({ settings }) => (await machine.text(file)) === content(settings),
    differs: async ({ settings }) => {
      const there = await machine.text(file)
      return there?.startsWith(OURS) === true
        ? sayDifference(`Macula’s file ${file}`, 1, there, content(settings))
        : undefined
    },
    ofProject: async (own) =>
      (await machine.text(file))?.startsWith(OURS) === true
        ? await writtenForProject(machine, own, 'file', file)
        : undefined,
    heldBy: async () =>
      (await machine.text(file)) === undefined ? undefined : await writtenFor(machine, 'file', file),
  }
}

export function no(says: string): { readonly fits: false; readonly says: string } {
  return { fits: false, says }
}

/** A file of somebody else at our path, in a sentence after another one; else ''. */
export async function sayForeign(machine: Machine, file: string): Promise<string> {
  const there = await machine.text(file)
  return there === undefined || there.startsWith(OURS)
    ? ''
    : ` A file that is not Macula's is at ${file}; it is kept, and undo gives it back.`
}

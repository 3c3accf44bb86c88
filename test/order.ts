import { readFileSync } from 'node:fs'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Projects whose files share the one stack of the machine, one after the other. */
const SHARED = ['whole', 'real', 'cluster']

/**
 * What a file does to the stack. `leaves`: it begins from nothing, or from everything up, and leaves everything up; `takes`: it only needs
 * everything up; `own`: it begins from nothing and leaves nothing, or something of its own.
 */
export function kindOf(text: string): 'leaves' | 'takes' | 'own' {
  const isUp = /\beverythingUp\b/.test(text)
  if (!isUp) return 'own'
  if (!/\b(?:fresh|cleared)\b/.test(text)) return 'takes'
  return /\bafterAll\([^]*?\bfresh\b/.test(text) ? 'own' : 'leaves'
}

const turn = { leaves: 0, takes: 1, own: 2 } as const

/**
 * Files that take the stack as one before them left it follow that one: starting everything takes ten seconds, and nothing when it
 * is up. Each of them still makes sure by itself, so that it runs alone and in any order too.
 */
export class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const turnOf = ({ moduleId, project }: TestSpecification): number =>
      SHARED.includes(project.name) ? turn[kindOf(readFileSync(moduleId, 'utf8'))] : 0
    return sorted.toSorted((one, two) => turnOf(one) - turnOf(two))
  }
}

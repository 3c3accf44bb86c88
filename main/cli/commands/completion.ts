import type { Command } from 'commander'
import { MaculaError } from '../../model/errors.ts'
import { clusterOfRow } from '../../model/cluster-id.ts'
import { isLabel } from '../../model/atoms.ts'
import { candidates, wordsOf } from '../candidates.ts'
import { completionScripts } from '../completion-scripts.ts'
import { withEngine, type Face } from '../face.ts'
import { knownWords } from '../targets.ts'

/** Prints the completion script of a shell. */
export function completion(face: Face, shell: string): number {
  const script = Object.entries(completionScripts).find(([name]) => name === shell)?.[1]
  if (script === undefined)
    throw new MaculaError({
      kind: 'usage',
      what: `There is no completion for "${shell}".`,
      todo: `Write one of ${Object.keys(completionScripts).join(', ')}.`,
    })
  face.out.lines(script.trimEnd().split('\n'))
  return 0
}

/** Prints the candidates, one a line; a broken machine completes commands and options all the same. */
export async function complete(face: Face, program: Command, words: readonly string[]): Promise<number> {
  const commands = wordsOf(program)
  const plain = candidates(commands, words, [])
  if (plain.length > 0) {
    face.out.lines(plain)
    return 0
  }
  return await withEngine(face, ({ engine }) => {
    // Only plain labels, and clusters by theirs: a completion is text that a shell reads.
    const isPlain = (word: string): boolean => isLabel(clusterOfRow(word) ?? word.replace(/^@/, ''))
    face.out.lines(candidates(commands, words, knownWords(engine.catalog()).filter(isPlain)))
    return Promise.resolve(0)
  })
}

import { wordsOf, type CommandWords } from './candidates.ts'
import { createProgram } from './program.ts'
import { thisMachine } from './this-machine.ts'

/** The words of our own commands, read from them; the build puts the same in (vite.config.ts), so that no Tab does it. */
export function ownWords(): readonly CommandWords[] {
  return wordsOf(createProgram(thisMachine(), () => undefined))
}

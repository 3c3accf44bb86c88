import { productVersion } from '../system/product.ts'
import { candidates, type CommandWords } from './candidates.ts'
import { completionScripts } from './completion-scripts.ts'

/**
 * The whole answer to a command line (without node and the script) that asks for nothing of the machine: the version, a
 * shell's completion script, and which words of ours may stand where one is typed. undefined: the line is another one, or
 * wrong; the command line itself answers it. Loaded alone, because a shell's start and every press of Tab wait for it.
 */
export async function briefAnswer(argv: readonly string[]): Promise<string | undefined> {
  const [first = '', second = '', ...more] = argv
  if (argv.length === 1 && (first === '--version' || first === '-V')) return productVersion()
  if (first === 'completion' && more.length === 0)
    return Object.entries(completionScripts)
      .find(([shell]) => shell === second)?.[1]
      .trimEnd()
  if (first === '__complete' && second === '--') return await wordsFor(more)
  return undefined
}

/** Put in by the build (own-words.ts): the command line itself takes longer to read than a Tab may. */
declare const MACULA_WORDS: string | undefined

/** The words of our commands; as the build put them in, else read from the commands. */
async function commands(): Promise<readonly CommandWords[]> {
  if (typeof MACULA_WORDS === 'string') return JSON.parse(MACULA_WORDS) as readonly CommandWords[]
  return (await import('./own-words.ts')).ownWords()
}

async function wordsFor(words: readonly string[]): Promise<string | undefined> {
  const found = candidates(await commands(), words, [])
  // Names of services and sets are in the catalog, which is read for them.
  return found.length === 0 ? undefined : found.join('\n')
}

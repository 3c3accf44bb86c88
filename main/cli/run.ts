import { CommanderError, type Command } from 'commander'
import { exitCodeOf, MaculaError, troubleOf, type Trouble } from '../model/errors.ts'
import { complain, createFace, writeJson } from './face.ts'
import type { Host } from './host.ts'
import { INTERRUPTED, Interrupted } from './interrupted.ts'
import { createProgram } from './program.ts'
import { unknownWords } from './targets.ts'
import { usageTrouble } from './usage-words.ts'

const USAGE = 2

/** What people know from other programs, and what it is called here. */
const otherWords: Readonly<Record<string, string>> = {
  start: 'up',
  run: 'up',
  stop: 'down',
  kill: 'down',
  ps: 'status',
  ls: 'status',
  list: 'status',
  log: 'logs',
  history: 'activity',
  timeline: 'activity',
  install: 'setup',
  uninstall: 'undo',
  export: 'eject',
  passwords: 'secrets',
  databases: 'db',
  bucket: 's3',
  buckets: 's3',
  volume: 'volumes',
  takeover: 'migrate',
}

/** Refuses a first word, or the one after help, that is no command; throws MaculaError `usage` with what is near. */
function needCommand(program: Command, argv: readonly string[]): void {
  const word = argv[0] === 'help' ? argv[1] : argv[0]
  if (word === undefined || word.startsWith('-')) return
  const known = program.commands.map((command) => command.name())
  if (known.includes(word) || word === 'help') return
  const other = Object.hasOwn(otherWords, word.toLowerCase()) ? otherWords[word.toLowerCase()] : undefined
  if (other === undefined)
    throw unknownWords('command', [word], [...known.filter((name) => !name.startsWith('_')), 'help'])
  throw new MaculaError({
    kind: 'usage',
    what: `There is no command "${word}".`,
    todo: `It is called ${other} here: maculactl ${[other, ...argv.slice(argv[0] === 'help' ? 2 : 1)].join(' ')}`,
  })
}

/** Runs one command line (without node and the script); resolves with its exit code, never throws. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  const face = createFace(host, argv.includes('--json'))
  let code = 0
  let wrong: Trouble | undefined
  try {
    const program = createProgram(host, (settled) => {
      code = settled
    })
    for (const command of [program, ...program.commands])
      command.exitOverride().configureOutput({
        writeOut: (text) => void face.out.write(text),
        writeErr: (text) => void face.err.write(text),
        outputError: (text) => {
          wrong = usageTrouble(command, text)
        },
        getOutHelpWidth: () => Math.min(face.out.style().width, 100),
        getErrHelpWidth: () => Math.min(face.err.style().width, 100),
        getOutHasColors: () => face.out.style().colour,
        getErrHasColors: () => face.err.style().colour,
      })
    if (argv.length === 0 || (argv[0] === 'help' && [undefined, 'help'].includes(argv[1]))) {
      program.outputHelp()
      return 0
    }
    needCommand(program, argv)
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && wrong === undefined) return error.exitCode === 0 ? 0 : USAGE
    if (error instanceof Interrupted) {
      face.err.line('Stopped by Ctrl-C. What was done before stays; nothing else was changed.')
      return INTERRUPTED
    }
    const trouble = wrong ?? troubleOf(error)
    if (face.json) {
      const { errorSchema, SCHEMA_VERSION } = await import('./json/shape.ts')
      await writeJson(face.out, errorSchema.parse({ version: SCHEMA_VERSION, error: trouble }), 'whole')
      return exitCodeOf(trouble.kind)
    }
    return complain(face, trouble)
  }
}

import { PassThrough } from 'node:stream'
import { Interrupted } from '../../../main/cli/interrupted.ts'
import { run } from '../../../main/cli/run.ts'
import type { Host, Interrupt, Launched } from '../../../main/cli/host.ts'
import type { Trouble } from '../../../main/model/errors.ts'
import type { SettingsPatch } from '../../../main/model/service.ts'
import { systemOf } from '../ui-server/system.ts'
import { standIn, type Part, type StandIn } from './stand-in.ts'
import { greenWorld, now } from './worlds.ts'

/** An answer that ends the command. */
export const CTRL_C = '\u0003'

export interface RunOptions extends Partial<Part> {
  /** Called when settings were saved. */
  readonly onSave?: () => void
  /** Columns of a terminal; absent: pipes. */
  readonly columns?: number
  readonly rows?: number
  readonly env?: Record<string, string>
  /** Answers to questions, in order; undefined leaves a question. */
  readonly answers?: readonly (string | readonly string[] | undefined)[]
  readonly files?: Readonly<Record<string, string>>
  readonly launched?: Launched
  readonly notes?: readonly string[]
  /** Why the settings cannot be used. */
  readonly problem?: Trouble
  readonly platform?: NodeJS.Platform
  /** The folder of the built window. */
  readonly window?: string
  /** Nobody reads the output before this resolves. */
  readonly readFrom?: Promise<void>
}

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface CommandRun {
  readonly standIn: StandIn
  readonly questions: string[]
  /** What was saved of settings, in turn. */
  readonly saved: readonly SettingsPatch[]
  readonly opened: string[]
  readonly ends: number[]
  readonly out: () => string
  readonly err: () => string
  /** Texts in files that only the person can read, while they are there. */
  readonly kept: readonly string[]
  readonly input: PassThrough
  /** Types at the terminal. */
  readonly type: (text: string) => void
  /** Ends what is typed, as the end of a pipe does. */
  readonly end: () => void
  /** Presses Ctrl-C. */
  readonly interrupt: (by?: Interrupt) => void
  readonly run: (...argv: string[]) => Promise<Ended>
}

function sink(columns: number | undefined, rows: number, readFrom?: Promise<void>) {
  const stream = new PassThrough()
  let text = ''
  const read = (): void =>
    void stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
    })
  if (readFrom) void readFrom.then(read)
  else read()
  const terminal = columns === undefined ? {} : { isTTY: true, columns, rows }
  return { stream: Object.assign(stream, terminal), text: () => text }
}

/** A whole command line over a stand-in engine: what it prints, asks, opens and ends with. */
export function runCommand(options: RunOptions = {}): CommandRun {
  const one = standIn({ world: greenWorld(), ...options })
  const out = sink(options.columns, options.rows ?? 200, options.readFrom)
  const err = sink(options.columns, options.rows ?? 200)
  const system = systemOf(one.engine, options.notes)
  const saved: SettingsPatch[] = []
  const questions: string[] = []
  const opened: string[] = []
  const ends: number[] = []
  const kept: string[] = []
  const interrupts = new Set<(by: Interrupt) => void>()
  const answers = [...(options.answers ?? [])]
  const next = (): string | readonly string[] | undefined => {
    const answer = answers.shift()
    if (answer === CTRL_C) throw new Interrupted('Ctrl-C')
    return answer
  }
  const input = Object.assign(new PassThrough(), options.columns === undefined ? {} : { isTTY: true })
  const host: Host = {
    out: out.stream,
    err: err.stream,
    input,
    env: { LANG: 'C.UTF-8', NO_COLOR: '1', ...options.env },
    platform: options.platform ?? 'linux',
    now: () => now,
    ask: {
      async one(choice) {
        questions.push(choice.message, ...choice.options.map((option) => `- ${option.label}`))
        const answer = next()
        return await Promise.resolve(choice.options.find(({ value }) => value === answer)?.value)
      },
      async text({ message }) {
        questions.push(message)
        const answer = next()
        return await Promise.resolve(typeof answer === 'string' ? answer : undefined)
      },
      async secret({ message }) {
        questions.push(message)
        const answer = next()
        return await Promise.resolve(typeof answer === 'string' ? answer : undefined)
      },
      async some(choice) {
        questions.push(choice.message, ...choice.options.map((option) => `- ${option.label}`))
        const answer = next()
        if (answer === undefined) return undefined
        return await Promise.resolve(
          choice.options.map(({ value }) => value).filter((value) => answer.includes(value)),
        )
      },
    },
    onInterrupt(tell) {
      interrupts.add(tell)
      return () => interrupts.delete(tell)
    },
    outliveTerminal: () => () => undefined,
    endAtOnce: (code) => void ends.push(code),
    openSystem: () =>
      Promise.resolve({
        ...system,
        settings: {
          ...system.settings,
          async save(patch) {
            await system.settings.save(patch)
            saved.push(typeof patch === 'function' ? patch(system.engine.settings) : patch)
            options.onSave?.()
          },
        },
        ...(options.problem === undefined ? {} : { problem: options.problem }),
      }),
    windowFolder: () => Promise.resolve(options.window ?? '/nowhere'),
    keepPrivate(name, text) {
      kept.push(text)
      return Promise.resolve({
        path: `/private/${name}`,
        remove: () => Promise.resolve(void kept.splice(0)),
      })
    },
    launch(program, url) {
      opened.push(`${program} ${url}`)
      return Promise.resolve(options.launched ?? { kind: 'opened' })
    },
    readText: (path) => Promise.resolve(options.files?.[path]),
    runForwarder: (argv) => Promise.resolve(void opened.push(`forward ${argv.join(' ')}`)),
  }
  return {
    standIn: one,
    questions,
    saved,
    opened,
    ends,
    kept,
    input,
    type: (text) => void input.write(text),
    end: () => void input.end(),
    out: out.text,
    err: err.text,
    interrupt: (by = 'interrupt') => interrupts.forEach((tell) => tell(by)),
    async run(...argv) {
      const code = await run(argv, host)
      return { code, out: out.text(), err: err.text() }
    },
  }
}

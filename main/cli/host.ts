import type { Readable, Writable } from 'node:stream'
import type { Protocol } from '../model/protocol.ts'
import type { System } from '../system/open-system.ts'

/** A stream that may be a terminal. */
export type Stream = Writable & {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** A question with one answer out of several; undefined: the person left it (Esc, n). */
export interface Choice<T extends string> {
  readonly message: string
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: string }[]
}

/** Questions to a person; only asked when both ends are a terminal. */
export interface Ask {
  one<T extends string>(choice: Choice<T>): Promise<T | undefined>
  /** A line of text; undefined: left. */
  text(question: { readonly message: string }): Promise<string | undefined>
  /** A line that is not shown while it is typed; undefined: left. */
  secret(question: { readonly message: string }): Promise<string | undefined>
  /** All are chosen to begin with; undefined: left. */
  some<T extends string>(choice: Choice<T>): Promise<readonly T[] | undefined>
}

export type Launched = { readonly kind: 'opened' } | { readonly kind: 'failed'; readonly says: string }

/** What ends a command: Ctrl-C, a SIGTERM, or its terminal that was closed. */
export type Interrupt = 'interrupt' | 'terminate' | 'hang-up'

/** Everything of the outside that the command line touches, so that tests can stand in for it. */
export interface Host {
  readonly out: Stream
  readonly err: Stream
  readonly input: Readable & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly ask: Ask
  now(): number
  /**
   * Tells of each Ctrl-C (SIGINT) and SIGTERM until the returned undo; without a listener the process ends. A closed
   * terminal (SIGHUP) ends what only shows, as a Ctrl-C does; what changes things is finished whoever listens.
   */
  onInterrupt(tell: (by: Interrupt) => void, hangUp: 'ends' | 'outlived'): () => void
  /** A closed terminal does not end the process, until the returned undo. */
  outliveTerminal(): () => void
  /** Ends the process now, whatever is under way. */
  endAtOnce(code: number): void
  openSystem(): Promise<System>
  /** The folder of the built window. */
  windowFolder(): Promise<string>
  /** Hands a URL to a program by argv, detached. */
  launch(program: string, url: string): Promise<Launched>
  /** Keeps a text in a file that only this user can read, until the returned removal. */
  keepPrivate(name: string, text: string): Promise<{ readonly path: string; remove(): Promise<void> }>
  /** The text of a file, undefined when it is not there or not readable. */
  readText(path: string): Promise<string | undefined>
  runForwarder(argv: readonly string[], protocol: Protocol): Promise<void>
}

/** Whether what was drawn on a stream can be taken back: a terminal without cursor control (TERM=dumb) only takes lines. */
export function isDrawable(stream: Pick<Stream, 'isTTY'>, env: Host['env']): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}

/** Whether a person can be asked: questions are drawn on stderr, answers come from stdin. */
export function canAsk({ input, err, env }: Host): boolean {
  return input.isTTY === true && isDrawable(err, env)
}

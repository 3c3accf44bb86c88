import type { Engine } from '../engine/engine.ts'
import { inert } from '../model/atoms.ts'
import { exitCodeOf, MaculaError, troubleOf, type Trouble } from '../model/errors.ts'
import type { SettingsPatch } from '../model/service.ts'
import { createLearningCleaner, type LearningCleaner } from '../model/clean.ts'
import { isDrawable, type Host, type Stream } from './host.ts'
import { Interrupted } from './interrupted.ts'
import { wrap } from './layout.ts'
import { taken } from './streams.ts'
import { penFor, stateSign, type Style } from './style.ts'

/** One of the two streams to draw on. */
export interface Output {
  readonly stream: Stream
  readonly tty: boolean
  style(): Style
  lines(lines: readonly string[]): void
  line(text?: string): void
  /** Resolves when the reader has taken it: whoever writes much waits for it, so that memory stays bounded. */
  write(text: string): Promise<void>
}

/** What a command draws on and asks. */
export interface Face {
  readonly host: Host
  /** Results. */
  readonly out: Output
  /** Progress, questions, notes. */
  readonly err: Output
  readonly json: boolean
}

/**
 * In a locale without UTF-8 no byte above 127 may be written: 0x9B within a UTF-8 sequence is "CSI" to an
 * 8-bit terminal, so other people's text could still steer it.
 */
export function toAscii(text: string): string {
  return text
    .replaceAll(/[–—]/g, '-')
    .replaceAll('…', '...')
    .replaceAll(/[“”]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll('•', '*')
    .replaceAll(/[\u0080-\uFFFF]/g, '?')
}

function outputOf(host: Host, stream: Stream): Output {
  const style = (): Style => penFor(stream, host.env, host.platform)
  const encode = (text: string): string => (style().unicode ? text : toAscii(text))
  const lines = (all: readonly string[]): void => {
    if (all.length > 0) stream.write(encode(`${all.join('\n')}\n`))
  }
  return {
    stream,
    tty: isDrawable(stream, host.env),
    style,
    lines,
    line: (text = '') => lines([text]),
    async write(text) {
      if (!stream.write(encode(text))) await taken(stream)
    },
  }
}

/** The face for a host. */
export function createFace(host: Host, json: boolean): Face {
  return { host, out: outputOf(host, host.out), err: outputOf(host, host.err), json }
}

/**
 * A value as one machine-readable text. Control characters and bidi overrides are escaped, not removed: the
 * value is whole for a program and inert for a person who looks at it.
 */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replaceAll(
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    /[\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Writes a machine-readable result: in full lines for a person who pipes it, or one line each (NDJSON). */
export async function writeJson(output: Output, value: unknown, style: 'whole' | 'line'): Promise<void> {
  let text = toJson(value, style === 'whole' ? 2 : undefined)
  if (!output.style().unicode)
    text = text.replaceAll(
      /[\u0080-\uFFFF]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
  await output.write(`${text}\n`)
}

/** Nothing is said of what takes less than this. */
const PATIENCE_MS = 400

/** Says on a terminal what is being waited for, once it takes long, and takes it back when it is over. */
export async function waiting<T>(face: Face, says: string, work: Promise<T>): Promise<T> {
  if (!face.err.tty) return await work
  const { paint, signs } = face.err.style()
  let shown = false
  const timer = setTimeout(() => {
    shown = true
    void face.err.write(paint.dim(`${says}${signs.ellipsis}`))
  }, PATIENCE_MS)
  try {
    return await work
  } finally {
    clearTimeout(timer)
    if (shown) await face.err.write('\r\u001B[K')
  }
}

/** Carries out what changes the machine: begun, it is finished though the terminal was closed meanwhile. */
export async function unwatched<T>(face: Face, work: () => Promise<T>): Promise<T> {
  const undo = face.host.outliveTerminal()
  try {
    return await work()
  } finally {
    undo()
  }
}

/** A failure in words on stderr; returns its exit code. */
export function complain(face: Face, trouble: Trouble): number {
  const style = face.err.style()
  const width = Math.min(style.width, 110)
  const rows = [trouble.why, trouble.todo].flatMap((part) =>
    part === undefined || part === '' ? [] : [part],
  )
  face.err.lines([
    ...wrap(inert(trouble.what), width, '  ', `${stateSign(style, 'failed')} `),
    ...rows.flatMap((part) => part.split('\n').flatMap((line) => wrap(inert(line), width, '  '))),
  ])
  return exitCodeOf(trouble.kind)
}

export interface Session {
  readonly engine: Engine
  /** Knows all secrets, so that none shows even where other programs' words are passed on (logs, health output). */
  readonly clean: LearningCleaner
  /** Saves settings; this engine goes on by the ones before. */
  readonly save: (patch: SettingsPatch) => Promise<void>
}

/** Opens the engine for one command, says what is to be noted, and closes it whatever happens. */
export async function withEngine(
  face: Face,
  work: (session: Session) => Promise<number>,
  /** Also with settings that cannot be used: nothing else may be done by defaults. */
  anyway = false,
): Promise<number> {
  const { engine, notes, problem, settings } = await face.host.openSystem()
  if (problem !== undefined && !anyway) throw new MaculaError(problem)
  const clean = createLearningCleaner(async () => await engine.secrets())
  try {
    await clean.learn()
    const style = face.err.style()
    for (const note of notes) face.err.line(`${style.paint.yellow('Note:')} ${clean.text(note)}`)
    return await work({ engine, clean, save: async (patch) => await settings.save(patch) })
  } catch (error) {
    if (error instanceof Interrupted) throw error
    await clean.learn()
    // What the engine throws quotes other programs; it is drawn outside, where their secrets are not known.
    throw new MaculaError(clean.deep(troubleOf(error)), { cause: error })
  } finally {
    await engine.close()
  }
}

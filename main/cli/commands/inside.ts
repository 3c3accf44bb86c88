import { StringDecoder } from 'node:string_decoder'
import type { Engine } from '../../engine/engine.ts'
import { MaculaError } from '../../model/errors.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { LEAST_COLUMNS, MOST_COLUMNS, MOST_ROWS, sayTerminalEnd, SHELL_ARGV } from '../../model/terminal.ts'
import { createTerminalFilter } from '../../model/terminal-filter.ts'
import { createLeftModes } from '../../model/terminal-modes.ts'
import { withEngine, type Face } from '../face.ts'
import { knowFound } from '../found.ts'
import type { Host } from '../host.ts'
import { taken } from '../streams.ts'
import { resolveServices } from '../targets.ts'

type RawInput = Host['input'] & { setRawMode?(raw: boolean): unknown }

/**
 * Runs a program, or without one a shell, in the container or pod of a service. With a terminal at both ends it has one too; else
 * its three streams are this command's. Resolves with the program's exit code.
 */
export async function inside(face: Face, word: string, argv: readonly string[]): Promise<number> {
  if (face.json)
    throw new MaculaError({
      kind: 'usage',
      what: '--json cannot be used here: the program prints its own output.',
      todo: 'Run it without --json, or put -- before the program and its options.',
    })
  return await withEngine(face, async ({ engine }) => {
    await knowFound(face, engine, [word])
    const [service, ...others] = resolveServices(engine.catalog(), engine.settings.suffix, [word])
    if (!service || others.length > 0)
      throw new MaculaError({
        kind: 'usage',
        what: 'A program runs in one service: name one service, not a tier or a set.',
      })
    const both = face.host.input.isTTY === true && face.out.stream.isTTY === true
    return await (both ? inTerminal : inPipes)(face, engine, service, argv)
  })
}

async function inTerminal(
  face: Face,
  engine: Engine,
  { id }: ServiceSpec,
  argv: readonly string[],
): Promise<number> {
  const { stream } = face.out
  const size = (): readonly [number, number] => [
    Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, stream.columns ?? 80)),
    Math.min(MOST_ROWS, Math.max(1, stream.rows ?? 24)),
  ]
  const [columns, rows] = size()
  const terminal = await engine.terminal(id, {
    kind: 'shell',
    columns,
    rows,
    ...(argv.length === 0 ? {} : { argv }),
  })
  const filter = createTerminalFilter()
  const left = createLeftModes()
  const decoder = new StringDecoder('utf8')
  const input: RawInput = face.host.input
  const resized = (): void => void terminal.size(...size())
  stream.on('resize', resized)
  input.setRawMode?.(true)
  const unhear = hear(face, async (data) => await terminal.type(decoder.write(Buffer.from(data))))
  const undo = ends(face, async () => await terminal.close())
  try {
    for await (const piece of terminal.output) {
      const drawn = filter(piece)
      left.hear(drawn)
      if (!stream.write(drawn)) await taken(stream)
    }
  } finally {
    // A program that was killed left the person's terminal as it had made it.
    const undone = left.end()
    if (undone !== '' && !stream.destroyed) stream.write(undone)
    stream.off('resize', resized)
    input.setRawMode?.(false)
    unhear()
    undo()
    await terminal.close()
  }
  const { code, says } = await terminal.ended()
  if (/could not be run/.test(says)) face.err.line(says)
  return code ?? 1
}

/** Characters: a refusal is short, and the first that is said. */
const MOST_FIRST = 2000

async function inPipes(
  face: Face,
  engine: Engine,
  { id, title }: ServiceSpec,
  argv: readonly string[],
): Promise<number> {
  const program = await engine.piped(id, argv.length === 0 ? SHELL_ARGV : argv)
  const outputs = { out: face.out.stream, err: face.err.stream } as const
  // Bytes for a program stay as they are; a person's terminal gets only what draws.
  const made = {
    out: outputs.out.isTTY === true ? drawn() : undefined,
    err: outputs.err.isTTY === true ? drawn() : undefined,
  }
  const unhear = hear(
    face,
    async (data) => await program.write(data),
    () => program.end(),
  )
  const undo = ends(face, async () => await program.close())
  let first = ''
  try {
    for await (const { from, data } of program.output) {
      if (first.length < MOST_FIRST) first += Buffer.from(data.subarray(0, MOST_FIRST)).toString('latin1')
      if (!outputs[from].write(made[from]?.(data) ?? data)) await taken(outputs[from])
    }
  } finally {
    unhear()
    undo()
    await program.close()
  }
  const { code, says } = sayTerminalEnd(await program.code(), argv[0] ?? 'A shell', title, first)
  if (/could not be run/.test(says)) face.err.line(says)
  return code ?? 1
}

function drawn(): (data: Uint8Array) => string {
  const filter = createTerminalFilter()
  const decoder = new StringDecoder('utf8')
  return (data) => filter(decoder.write(Buffer.from(data)))
}

/** Hands on what is typed or comes by a pipe, one piece after the other; no more is read while one is on its way. */
function hear(face: Face, take: (data: Uint8Array) => Promise<void>, end?: () => void): () => void {
  const { input } = face.host
  const heard = (data: Uint8Array | string): void => {
    input.pause()
    void take(typeof data === 'string' ? Buffer.from(data) : data).finally(() => {
      if (!over) input.resume()
    })
  }
  let over = false
  const ended = (): void => end?.()
  input.on('data', heard)
  input.once('end', ended)
  return () => {
    over = true
    input.off('data', heard)
    input.off('end', ended)
    input.pause()
  }
}

/** A signal, or a reader that is gone, ends the program too. */
function ends(face: Face, close: () => Promise<void>): () => void {
  const now = (): void => void close()
  const undo = face.host.onInterrupt(now, 'ends')
  face.out.stream.once('close', now)
  return () => {
    undo()
    face.out.stream.off('close', now)
  }
}

/** What the engine needs for a terminal in a container. */
import type { PipedPiece } from '../../model/terminal.ts'

export interface TerminalArgv {
  readonly argv: readonly string[]
  readonly columns: number
  readonly rows: number
}

/** A program with a terminal of its own. What it prints is not ours: hostile until it is drawn. */
export interface TerminalHandle {
  /** Pieces of text; ends with the program. While nobody reads, the program waits. */
  readonly output: AsyncIterable<string>
  /** Resolves when the program's terminal took it; rejects never: what comes too late is dropped. */
  type(text: string): Promise<void>
  size(columns: number, rows: number): Promise<void>
  /** Its exit code once `output` has ended; null: not known. Never throws. */
  code(): Promise<number | null>
  /** Ends the program as a closed terminal does (SIGHUP), and the stream. Never throws; twice does no harm. */
  close(): Promise<void>
}

/** A program with its three streams apart, as in a pipe. What it prints is not ours. */
export interface PipedHandle {
  /** In the order of printing; ends with the program. While nobody reads, the program waits. */
  readonly output: AsyncIterable<PipedPiece>
  /** Resolves when it took it; rejects never. */
  write(data: Uint8Array): Promise<void>
  /** Its input is at its end. */
  end(): void
  /** Its exit code once `output` has ended; null: not known. Never throws. */
  code(): Promise<number | null>
  /** Ends the program (SIGHUP) and the streams. Never throws; twice does no harm. */
  close(): Promise<void>
}

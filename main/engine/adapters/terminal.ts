/** What the engine needs for a terminal in a container. */

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

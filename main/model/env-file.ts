/** A project's file of variables, as far as it concerns us. */
export interface EnvFileView {
  readonly path: string
  readonly service: string
  /** Whether the file is there. */
  readonly exists: boolean
  /** Ours in it: none, as it would be written now, or another (written earlier, or changed by somebody). */
  readonly state: 'none' | 'current' | 'other'
  /** Names that are written, or were taken out. */
  readonly names: readonly string[]
  /** Names that the person's own lines set too, with their line numbers. */
  readonly alsoSet: readonly { readonly name: string; readonly line: number }[]
  /** Names that are left out, and why. */
  readonly leftOut: readonly string[]
  /** Its service does not run: nothing answers there before it is started. */
  readonly off?: 'stopped' | 'not set up'
}

/** A file that we wrote into, as it is listed with what was changed. */
export interface EnvFileEntry {
  readonly path: string
  readonly service: string
  /** Epoch ms of the last time. */
  readonly at: number
  /** The file was made by us: with nothing else in it, it goes with the block. */
  readonly made: boolean
  /** written: our block is there; gone: it, or the file, is not there any more; unreadable: it cannot be looked at. */
  readonly state: 'written' | 'gone' | 'unreadable'
}

/** A database as it is. */
export interface DatabaseSeen {
  readonly name: string
  readonly owner: string
  readonly bytes: number
  /** Names and versions of extensions: "timescaledb 2.29.2". */
  readonly extensions: readonly string[]
}

/** The databases of one service. */
export interface DatabasesView {
  readonly service: string
  readonly databases: readonly DatabaseSeen[]
}

/** A database that is there now, as a program of the person's reaches it. */
export interface DatabaseMade {
  readonly service: string
  /** False: it was there already. */
  readonly made: boolean
  /** With user and password in clear. */
  readonly url: string
}

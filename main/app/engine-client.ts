import { randomUUID } from 'node:crypto'
import type { Input, Output, RequestName, RunView } from '../../preload/contract.ts'
import { MaculaError } from '../model/errors.ts'
import type { Settings } from '../model/service.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { createFollower } from '../model/snapshot-changes.ts'
import type { EngineLink } from './engine-link.ts'

/** What the shell itself knows of the engine, as one more client of it. */
export interface EngineClient {
  snapshot(): Snapshot | undefined
  runs(): readonly RunView[]
  connected(): boolean
  /** Throws MaculaError when the engine says no. */
  ask<Name extends RequestName>(name: Name, input: Input<Name>): Promise<Output<Name>>
  /** How closely is looked: only as closely as somebody sees it. */
  watch(closely: boolean): void
  close(): void
}

/** The shell's own connection. `changed` is called after everything it is told. */
export function createEngineClient(
  link: EngineLink,
  tell: { readonly changed: () => void; readonly settings: (settings: Settings) => void },
): EngineClient {
  let snapshot: Snapshot | undefined
  let runs: readonly RunView[] = []
  let connected = true
  const follow = createFollower(async () => await connection.request('wholeSnapshot', {}))
  const connection = link.connect((told) => {
    switch (told.event) {
      case 'snapshot':
      case 'changes':
        snapshot = follow(told) ?? snapshot
        break
      case 'runs':
        runs = told.payload
        break
      case 'settings':
        tell.settings(told.payload.settings)
        break
      case 'connected':
        connected = told.payload
        // What was under way ended with the engine that did it.
        if (!connected) runs = []
        break
      // The window's own.
      case 'migration':
      case 'run':
      case 'root':
      case 'log':
      case 'stats':
      case 'terminal':
      case 'streamEnd':
      case 'show':
      case 'closing':
        break
    }
    connection.took(1)
    tell.changed()
  }, 'tray')

  return {
    snapshot: () => snapshot,
    runs: () => runs,
    connected: () => connected,
    async ask<Name extends RequestName>(name: Name, input: Input<Name>) {
      const reply = await connection.request(name, input)
      if (!reply.ok) throw new MaculaError(reply.trouble)
      // The engine's gateway is ours, and typed by the same contract.
      return reply.value as Output<Name>
    },
    watch: (closely) => void connection.request('watch', { closely }),
    close: () => connection.close(),
  }
}

/** A name for a run of the shell's. */
export function runName(): string {
  return `tray-${randomUUID().slice(0, 8)}`
}

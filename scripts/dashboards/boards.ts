import type { Board } from './board.ts'
import { applications } from './boards/applications.ts'
import { beam } from './boards/beam.ts'
import { ingress } from './boards/ingress.ts'
import { logs } from './boards/logs.ts'
import { objectStore } from './boards/object-store.ts'
import { observability } from './boards/observability.ts'
import { platform } from './boards/platform.ts'
import { postgres } from './boards/postgres.ts'
import { powerdns } from './boards/powerdns.ts'
import { registry } from './boards/registry.ts'
import { tierBoards } from './boards/tiers.ts'

/** Every dashboard, home first. */
export const boards: readonly Board[] = [
  platform,
  ...tierBoards,
  observability,
  applications,
  beam,
  ingress,
  registry,
  powerdns,
  postgres,
  objectStore,
  logs,
]

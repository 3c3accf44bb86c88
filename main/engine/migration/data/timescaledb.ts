import { loadAll, readAll } from './all-databases.ts'
import { dumped } from './database.ts'
import type { Kind } from './kind.ts'

const DUMP_VOLUME = 'timescaledb-dump'

/** All databases and roles, by dumping and loading; the extension is of one version on both sides while that is done. */
export const timescaledb: Kind = dumped({
  id: 'timescaledb',
  title: 'Databases of TimescaleDB',
  service: 'timescaledb',
  what: 'TimescaleDB’s data',
  copy: 'timescaledb-copy',
  dump: DUMP_VOLUME,
  preload: 'timescaledb',
  user: 'macula',
  measured: (major) =>
    `databases of PostgreSQL ${major}; their tables and rows are counted while they are taken`,
  read: readAll,
  load: async (work) => await loadAll(work, DUMP_VOLUME),
})

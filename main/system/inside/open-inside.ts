import type { DockerAdapter, InsideAdapter } from '../../engine/adapters.ts'
import { ensureDatabases, listDatabases } from './databases.ts'
import { appliedMigrations, applyMigration, readMigrations } from './migrations.ts'
import { keepers, setPasswords } from './passwords.ts'
import { stands } from './stands.ts'

/** What is done inside of containers that run, by their own programs. */
export function openInside(docker: Pick<DockerAdapter, 'exec'>): InsideAdapter {
  return {
    tell: async (keeper, container, who, password) =>
      await keepers[keeper]({ docker, container, ...who, password }),
    databases: async (container, spec) => await listDatabases(docker, container, spec),
    stands: async (container, spec, shipped, passwords) =>
      await stands(docker, container, spec, shipped, passwords),
    ensureDatabases: async (container, spec, names) => await ensureDatabases(docker, container, spec, names),
    migrations: readMigrations,
    appliedMigrations: async (container, at) => await appliedMigrations(docker, container, at),
    applyMigration: async (container, at, migration) =>
      await applyMigration(docker, container, at, migration),
    setPasswords: async (container, admin, passwords) =>
      await setPasswords(docker, container, admin, passwords),
  }
}

import type { BackupListed } from '../../../main/engine/adapters.ts'
import type { BackupCalls } from '../../../main/engine/backup-calls.ts'
import { cutTrouble, type BackupManifest } from '../../../main/model/backup.ts'
import { MaculaError } from '../../../main/model/errors.ts'

const manifest: BackupManifest = {
  format: 'macula-snapshot',
  formatVersion: 1,
  product: '0.1.0',
  name: 'monday',
  at: '2026-11-23T09:42:00.000Z',
  suffix: 'macula.local',
  subnet: '172.23.0.0/24',
  secrets: 'encrypted',
  registry: 'whole',
  services: [{ id: 'grafana', title: 'Grafana', image: 'grafana/grafana:13.2.1' }],
  parts: [
    {
      kind: 'volume',
      service: 'grafana',
      name: 'grafana',
      bytes: 5_000_000,
      packed: 900_000,
      sha256: 'a'.repeat(64),
    },
  ],
  notes: [],
}
const listed: BackupListed = {
  name: 'monday',
  path: '/data/snapshots/monday.macula-snapshot',
  size: 1_200_000,
  manifest,
}
const result = { ok: true, done: ['grafana'], failed: [], skipped: [], ms: 900 }

/** Snapshots as a stand-in has them: there is one, called monday. `asked`: what was asked for. */
export function backupCalls(asked: string[]): BackupCalls {
  return {
    planBackup: (registry) =>
      Promise.resolve({
        sources: [
          {
            service: 'grafana',
            title: 'Grafana',
            how: 'copy',
            stops: true,
            bytes: registry === 'none' ? 0 : 5_000_000,
          },
        ],
        bytes: 5_000_000,
        free: 9_000_000_000,
      }),
    createBackup({ name, registry, passphrase }) {
      asked.push(`snapshot ${name} ${registry} ${passphrase ?? 'without passwords'}`)
      return Promise.resolve({
        ...result,
        path: listed.path.replace('monday', name),
        size: listed.size,
        manifest: { ...manifest, name },
      })
    },
    backupFolder: () => '/data/snapshots',
    backups: () =>
      Promise.resolve([
        listed,
        {
          name: 'odd',
          path: '/data/snapshots/odd.macula-snapshot',
          size: 3,
          trouble: { kind: 'invalid', what: 'It is damaged.' },
        },
        {
          name: 'tuesday',
          path: '/data/snapshots/tuesday.macula-snapshot.macula-half.7.0',
          size: 700_000,
          trouble: cutTrouble('tuesday'),
          cut: { at: Date.parse('2026-11-24T09:42:00Z') },
        },
      ]),
    backup: (word, verify) =>
      word === 'monday'
        ? Promise.resolve(void (verify && asked.push('verify'))).then(() => listed)
        : Promise.reject(new MaculaError({ kind: 'usage', what: `There is no snapshot "${word}".` })),
    deleteBackup: (name) => Promise.resolve(void asked.push(`delete snapshot ${name}`)),
    cutRestore: () => Promise.resolve(undefined),
    restoreBack: () => Promise.reject(new MaculaError({ kind: 'usage', what: 'No restore was cut off.' })),
    restoreBackup(word, { passphrase }) {
      asked.push(`restore ${word} ${passphrase ?? 'without passwords'}`)
      return Promise.resolve({
        ...result,
        manifest,
        moved: [{ from: 'macula_grafana', to: 'macula_grafana_before-20261123-1042' }],
        notes: ['A note.'],
      })
    },
  }
}

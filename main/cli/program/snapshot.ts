import { Argument, Option } from 'commander'
import { backupRegistries } from '../../model/backup.ts'
import type { SnapshotFlags } from '../commands/snapshot-ask.ts'
import { examples, type Adding } from './parts.ts'

/** Copies of everything in one file. */
export function snapshotCommand({ add, act }: Adding): void {
  add(
    'snapshot',
    'copy databases, objects, images, dashboards and settings into one file, or restore such a file',
  )
    .addArgument(
      new Argument('[verb]', 'what to do')
        .choices(['create', 'list', 'show', 'restore', 'delete'])
        .default('list'),
    )
    .argument('[name]', 'a snapshot by its name; show and restore also take the path of a file')
    .addOption(
      new Option('--registry <how>', 'create: images whole, by name and digest, or not at all')
        .choices([...backupRegistries])
        .default('whole'),
    )
    .addOption(
      new Option(
        '--secrets <how>',
        'passwords and keys: encrypted by a passphrase, or left out (asked at a terminal)',
      ).choices(['include', 'leave-out']),
    )
    .option('--passphrase-file <file>', 'its first line is the passphrase')
    .option('--verify', 'show: read all of it and compare every checksum')
    .option(
      '--back',
      'restore, without a name: bring back what was there before a restore that was cut off, passwords too',
    )
    .option('-y, --yes', 'restore or delete without asking')
    .addHelpText(
      'after',
      examples(
        ['snapshot create monday', 'asks whether passwords belong in it'],
        ['snapshot create monday --secrets leave-out', 'without them'],
        ['snapshot list', 'names, sizes, times'],
        ['snapshot show monday --verify', 'what is in it, and whether all of it is right'],
        ['snapshot restore monday', 'checks it, moves aside what is there, and puts it in place'],
        ['snapshot restore /media/usb/monday.macula-snapshot', 'a file of another machine'],
        ['snapshot restore --back', 'after one that was cut off: what was there before'],
        ['snapshot delete monday', 'asks first'],
      ),
    )
    .addHelpText(
      'after',
      '\nDatabases are dumped while they run; object store, registry, Grafana and your own services are stopped while their\nfiles are copied, one after the other. If a create is killed, status names the services that it left stopped;\nup or the next create starts them.',
    )
    .action(
      act<SnapshotFlags>(
        async (face, words, flags) =>
          await (await import('../commands/snapshot.ts')).snapshot(face, words, flags),
      ),
    )
}

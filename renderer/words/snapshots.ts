import type { BackupManifest, BackupRegistry } from '../../main/model/backup.ts'
import { sayBytes, sayCount, sayDay, sayDuration, sayList } from '../../main/model/say.ts'
import type { BackupEnded, BackupVerb } from '../../preload/contract.ts'

const done: Readonly<Record<BackupVerb, (title: string) => string>> = {
  snapshot: (title) => `${title} is created`,
  'check snapshot': (title) => `${title} is intact: all of it was read`,
  'restore snapshot': (title) => `${title} is restored`,
  'bring back': (title) => `What was there before the restore of ${title} was brought back`,
}

/** Copies of everything, each in one file. */
export const saySnapshots = {
  looking: 'Looking at snapshots…',
  unread: 'The snapshots cannot be listed',
  head: (count: number) => (count === 0 ? 'No snapshot yet' : sayCount(count, 'snapshot')),
  says: 'Each is one file with databases, objects, images, dashboards and settings; metrics, logs and traces are not copied.',
  folder: 'folder of the snapshots',
  none: 'There is no snapshot yet',
  noneSays:
    'A snapshot is one file with databases, objects, images, dashboards and settings. It can be restored here or on another machine.',
  noneFolder: 'A file from another machine is listed as soon as it is in',
  list: 'Snapshots',
  columns: { name: 'Name', when: 'Created', size: 'Size', what: 'Contents' },
  create: 'Create a snapshot…',
  restore: 'Restore…',
  createAgain: 'Create again…',
  createOf: (name: string) => `Create again: ${name}…`,
  restoreOf: (name: string) => `Restore ${name}…`,
  more: (name: string) => `More for ${name}`,
  menu: {
    show: 'Show contents',
    restore: 'Restore…',
    check: 'Check the whole file',
    copyPath: 'Copy path of the file',
    remove: 'Delete…',
  },
  path: (name: string) => `path of ${name}`,
  when: (at: number) => sayDay(at, Date.now()),
  bytes: sayBytes,
  /** What goes on, and how it ended. */
  going: {
    snapshot: (title: string) => `Creating ${title}`,
    'check snapshot': (title: string) => `Reading all of ${title}`,
    'restore snapshot': (title: string) => `Restoring ${title}`,
    'bring back': (title: string) => `Bringing back what was there before the restore of ${title}`,
  } satisfies Record<BackupVerb, (title: string) => string>,
  begins: 'It begins.',
  stop: 'Stop',
  stopAsks: 'Stop…',
  ended: ({ verb, title, ok, ms, size, trouble }: BackupEnded) =>
    ok
      ? `${done[verb](title)}${size === undefined ? '' : `: ${sayBytes(size)}`} in ${sayDuration(ms)}`
      : (trouble?.what.replace(/\.$/, '') ?? `${title}: failed`),
  movedBack:
    'maculactl reset SERVICE --back TIME puts the data of a service back; the name of its volume ends in the time.',
  /** Making one. */
  createTitle: 'Create a snapshot',
  createLabel: (name: string) => `Create snapshot ${name}`,
  createGo: 'Create snapshot',
  name: 'Name',
  badName: 'Use 1 to 63 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.',
  taken: (name: string) => `There is already a snapshot named ${name}.`,
  images: 'Images',
  imagesOf: {
    whole: 'Whole',
    references: 'Names and digests',
    none: 'Leave out',
  } satisfies Record<BackupRegistry, string>,
  imagesHint: {
    whole: 'Everything that was pushed to the registry.',
    references: 'The images themselves have to be pushed again after a restore.',
    none: 'Nothing from the registry.',
  } satisfies Record<BackupRegistry, string>,
  secrets: 'Passwords and keys',
  leaveOut: 'Leave out',
  include: 'Include, encrypted',
  choose: 'Choose whether passwords and keys go into it.',
  chooseRestore: 'Choose whether passwords and keys are restored.',
  secretsHint: {
    'leave out': 'A restore keeps the passwords that are there then.',
    include:
      'They are encrypted with a passphrase that is stored nowhere: without it they cannot be restored.',
  },
  passphrase: 'Passphrase',
  again: 'Repeat it',
  short: (least: number) =>
    `Use at least ${least} characters: whoever has the file can try billions of short ones.`,
  differs: 'The two are not the same.',
  needed: 'Its passphrase is needed.',
  measuring: 'Measuring data…',
  /** Restoring one. */
  restoreTitle: (name: string) => `Restore ${name}?`,
  restoreLabel: (name: string) => `Restore ${name}`,
  restoreGo: 'Restore',
  restoreWhat: (titles: readonly string[], when: string) =>
    `Replaces ${sayList(['your settings', 'your own services', ...titles], 20)} with how they were on ${when}.`,
  restoreHow:
    'The whole file is checked before anything is changed. Then what is running is stopped, and started again at the end.',
  restoreAside:
    'What is replaced is moved aside, not removed: data into volumes with the time in their names, files into a folder beside settings.json.',
  restoreOther: (theirs: string, ours: string) =>
    `It comes from ${theirs}. Suffix, subnet, addresses and ports stay those of ${ours}; names in your own data are not translated.`,
  keepHere: 'Keep those that are here',
  restoreThem: 'Restore those in the file',
  /** A restore that was cut. */
  cut: (name: string, at: number) =>
    `The restore of ${name} was cut off (it began ${sayDay(at, Date.now())})`,
  cutAgain: 'Restore it again…',
  cutBack: 'Bring back what was there…',
  backTitle: (name: string) => `Bring back what was there before the restore of ${name}?`,
  backSays:
    'What it began to replace becomes what it was: data, settings, your own services and passwords. What is there now is moved aside, not removed.',
  backGo: 'Bring it back',
  /** Stopping a restore. */
  stopTitle: (name: string) => `Stop the restore of ${name}?`,
  stopSays:
    'What is restored so far stays, what was moved aside stays where it is, and the service that is being restored has only a part of its data.',
  stopThen: 'The same restore can be run again from the beginning.',
  stopGo: 'Stop the restore',
  stopNot: 'Let it go on',
  /** Deleting one. */
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteSays: (path: string, size: number) =>
    `${path}, ${sayBytes(size)}, is removed. It cannot be brought back.`,
  deleteGo: 'Delete',
  notDeleted: 'The snapshot was not deleted',
  /** What is in one. */
  facts: {
    file: 'File',
    created: 'Created',
    by: 'Written by',
    of: 'From',
    passwords: 'Passwords and keys',
  },
  secretsIn: { encrypted: 'in it, encrypted', 'left out': 'left out' } satisfies Record<
    BackupManifest['secrets'],
    string
  >,
  product: (version: string) => `Macula Desktop ${version}`,
  content: 'Contents',
  checksum: (sha256: string) => `SHA-256 ${sha256.slice(0, 12)}…`,
} as const

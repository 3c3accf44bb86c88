import { Argument, Option } from 'commander'
import { examples, type Adding } from './parts.ts'

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** What changes this machine, and the way out. */
export function machineCommands({ add, act }: Adding): void {
  add('setup', 'prepare this machine step by step; every change is shown before it is made')
    .option('-y, --yes', 'apply without asking (your password may still be asked for)')
    .option('--print', 'only print the commands, to run them yourself')
    .option('--subnet <cidr>', 'the container network, a private /24; "free": another one if it is taken')
    .addOption(new Option('--skip <id>', 'leave out a step; may be given several times').argParser(collect))
    .addHelpText(
      'after',
      examples(
        ['setup', 'step by step, until everything runs'],
        ['setup --skip low-ports', 'without one step'],
        ['setup --subnet free', 'another container network, if ours is taken'],
        ['setup --print', 'print the commands, run nothing'],
      ),
    )
    .action(
      act(async (face, _words, options) => await (await import('../commands/setup.ts')).setup(face, options)),
    )
  add('undo', 'list what was changed on this machine, or undo it')
    .argument('[entry...]', 'entries as listed, a step, or a path')
    .option('--all', 'undo everything that can be undone')
    .option(
      '-y, --yes',
      'do not ask; what somebody else changed since stays (your password may still be asked for)',
    )
    .option('--even-if-drifted', 'also undo what somebody else changed since')
    .option('--even-others', 'also undo what was made for another user of this machine')
    .option('--all-projects', 'with --all: also undo what your other projects changed')
    .option('--history', 'list all that was undone, not only the last 10')
    .addHelpText(
      'after',
      examples(['undo', 'the list'], ['undo low-ports', 'one step'], ['undo --all', 'everything']),
    )
    .action(
      act(
        async (face, words, options) =>
          await (await import('../commands/undo.ts')).undo(face, words, options),
      ),
    )
  add('docker', 'start the container engine, if it is installed but not running')
    .addArgument(new Argument('<verb>', 'what to do').choices(['start']))
    .addHelpText(
      'after',
      examples(['docker start', 'Docker, Docker Desktop, Colima or Podman, whichever is used here']),
    )
    .action(act(async (face) => await (await import('../commands/docker.ts')).dockerCommand(face)))
  add('migrate', 'take over what this machine ran for the platform before, with its data; or bring it back')
    .option('--list', 'show what is there, what would be done and what was done; change nothing')
    .option('--back', 'bring back what was there before')
    .option('-y, --yes', 'take over without asking (your password may still be asked for)')
    .addOption(
      new Option(
        '--without <step>',
        'leave out a step, a store, "data" (all stores) or "start" (starting services at the end); may be given several times',
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '--only-data <store>',
        'take over only the data of this store, also once more; "all" for every store; may be given several times',
      ).argParser(collect),
    )
    .option(
      '--import-env [file]',
      'also take over the passwords in the .env of what ran before: the one that was found, or FILE',
    )
    .addHelpText(
      'after',
      examples(
        ['migrate --list', 'what was found, and each step with its exact effect'],
        ['migrate', 'show the same, then ask'],
        ['migrate --without registry', 'without the images pushed before'],
        ['migrate --only-data grafana', 'one store once more'],
        ['migrate --import-env', 'with the passwords in its .env'],
        ['migrate --back', 'what ran before, as it was'],
      ),
    )
    .action(
      act(
        async (face, _words, options) =>
          await (await import('../commands/migrate.ts')).migrate(face, options),
      ),
    )
  add('eject', 'write everything as plain files that work without Macula Desktop')
    .argument('<folder>', 'a new or empty folder, or one that eject wrote before')
    .option('--with-secrets', 'also write the passwords, into infrastructure/.env (mode 0600)')
    .option('--keep-data', 'use the volumes that hold the data now; needs --with-secrets')
    .option('--force', 'first move aside files of an earlier eject that somebody changed')
    .addHelpText(
      'after',
      examples(
        ['eject ~/macula', 'compose file, configuration, scripts, README.md'],
        ['eject ~/macula --with-secrets --keep-data', 'keep using the existing data'],
      ),
    )
    .addHelpText(
      'after',
      '\nNothing that runs is touched. README.md in the folder explains how to use the files.',
    )
    .action(
      act(
        async (face, [folder = ''], options) =>
          await (await import('../commands/eject.ts')).eject(face, folder, options),
      ),
    )
}

import { Argument, Option } from 'commander'
import { examples, type Adding } from './parts.ts'

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** What changes this machine, and the way out. */
export function machineCommands({ add, act }: Adding): void {
  add('setup', 'prepare this machine step by step: shows every change, asks once')
    .option('-y, --yes', 'apply without asking (root may still need your password)')
    .option('--print', 'print the commands only, to type them yourself')
    .option('--subnet <cidr>', 'the docker network, a private /24; "free": another one if it is taken')
    .addOption(new Option('--skip <id>', 'leave a step out; may be given several times').argParser(collect))
    .addHelpText(
      'after',
      examples(
        ['setup', 'step by step, from nothing to all running'],
        ['setup --skip low-ports', 'without one step'],
        ['setup --subnet free', 'another docker network, if something has ours'],
        ['setup --print', 'the commands, nothing is run'],
      ),
    )
    .action(
      act(async (face, _words, options) => await (await import('../commands/setup.ts')).setup(face, options)),
    )
  add('undo', 'list what was changed on this machine, or take it back')
    .argument('[entry...]', 'entries as listed, a step, or a path')
    .option('--all', 'take everything back')
    .option('--even-if-drifted', 'also what somebody else changed since')
    .option('--even-others', 'also what was made for another person of this machine')
    .option('--history', 'list everything that was undone too, not the last 10 only')
    .addHelpText(
      'after',
      examples(
        ['undo', 'the list'],
        ['undo low-ports', 'one step'],
        ['undo --all', 'everything, exactly as it was'],
      ),
    )
    .action(
      act(
        async (face, words, options) =>
          await (await import('../commands/undo.ts')).undo(face, words, options),
      ),
    )
  add('docker', 'start the container engine in use, where it is installed and does not run')
    .addArgument(new Argument('<verb>', 'what to do').choices(['start']))
    .addHelpText(
      'after',
      examples(['docker start', 'Docker, Docker Desktop, Colima or Podman, as it is used here']),
    )
    .action(act(async (face) => await (await import('../commands/docker.ts')).dockerCommand(face)))
  add('migrate', 'take over what this machine ran for the platform before, with its data; or bring it back')
    .option('--list', 'show what is there, what would be done and what was done; change nothing')
    .option('--back', 'bring back what was there before')
    .option('-y, --yes', 'do it without asking (root may still need your password)')
    .addOption(
      new Option(
        '--without <step>',
        'leave out a step, a store, "data" (all of it) or "start"; may be given several times',
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '--only-data <store>',
        'take only the data of a store, again too; "all" for every one; may be given several times',
      ).argParser(collect),
    )
    .option('--import-env [file]', 'take over the passwords of their .env too, of the one found or of FILE')
    .addHelpText(
      'after',
      examples(
        ['migrate --list', 'what was found, and each step with its exact effect'],
        ['migrate', 'the same, then it asks'],
        ['migrate --without registry', 'without the images pushed before'],
        ['migrate --only-data grafana', 'one store once more'],
        ['migrate --import-env', 'with the passwords of their .env'],
        ['migrate --back', 'everything as it was'],
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
    .option('--with-secrets', 'write the passwords too, into infrastructure/.env (mode 0600)')
    .option('--keep-data', 'use the volumes that hold data now; needs --with-secrets too')
    .option('--force', 'move what eject wrote there and somebody changed since aside first')
    .addHelpText(
      'after',
      examples(
        ['eject ~/macula', 'compose file, configuration, scripts, README.md'],
        ['eject ~/macula --with-secrets --keep-data', 'to go on with the data that is there'],
      ),
    )
    .addHelpText('after', '\nNothing that runs is touched. README.md there tells how the files are used.')
    .action(
      act(
        async (face, [folder = ''], options) =>
          await (await import('../commands/eject.ts')).eject(face, folder, options),
      ),
    )
}

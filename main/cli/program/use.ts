import { Argument, InvalidArgumentError, Option } from 'commander'
import { envFormatIds, type EnvFormat } from '../../model/env-format.ts'
import { snapshotCommand } from './snapshot.ts'
import { WORDS, WORDS_SAY, examples, type Adding } from './parts.ts'

function portNumber(text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535)
    throw new InvalidArgumentError('It must be a port: 1 to 65535.')
  return text
}

/** What a person does with services that run. */
export function useCommands({ add, act }: Adding): void {
  add('open', 'open a service at the best address that works now')
    .argument('<service[/endpoint]>', 'a service, or one of its endpoints (object-store/api, s3-console)')
    .option('-p, --print', 'only print the address')
    .addHelpText(
      'after',
      examples(
        ['open grafana', 'in the browser'],
        ['open s3-console', 'by the name of an endpoint'],
        ['open grafana --print', 'only print the address'],
      ),
    )
    .action(
      act(
        async (face, [word = ''], options) =>
          await (await import('../commands/open.ts')).open(face, word, options),
      ),
    )
  add('ui', 'show the window in a browser on this machine, until Ctrl-C')
    .option('-p, --port <port>', 'listen on this port of 127.0.0.1 (default: any free port)', portNumber)
    .option('--no-open', 'only print the address, do not open a browser')
    .addHelpText(
      'after',
      examples(
        ['ui', 'open it, and print the address'],
        ['ui --no-open', 'for a browser that you open yourself'],
        ['ui --port 8400 --no-open', 'a port that stays, for ssh -L 8400:127.0.0.1:8400'],
      ),
    )
    .addHelpText(
      'after',
      '\nEach address opens one tab, once; press Enter for a new one. Services keep running when this command ends.',
    )
    .action(
      act<{ readonly port?: string; readonly open: boolean }>(
        async (face, _words, options) => await (await import('../commands/ui.ts')).ui(face, options),
      ),
    )
  add('env', 'print connection strings and credentials, in plain text')
    .argument(WORDS, WORDS_SAY)
    .addOption(new Option('--format <format>', 'output format').choices([...envFormatIds]).default('shell'))
    .option('--restore-passwords', 'first recover lost passwords from the containers that use them')
    .option('--in-cluster', 'as a pod in the cluster needs them')
    .option(
      '--write <file>',
      'write them into a project’s .env, between two marks; the rest of the file stays as it is',
    )
    .option('--unwrite <file>', 'remove them from that file again; without a service all that are ours')
    .addHelpText(
      'after',
      examples(
        ['env timescaledb', 'export lines for a shell'],
        ['env timescaledb --in-cluster', 'the same for a pod: names with native ports'],
        ['env timescaledb --format elixir', 'lines for config/runtime.exs'],
        ['env timescaledb --write ./.env', 'into a file of your project'],
        ['env --unwrite ./.env', 'remove from that file all that was written'],
        ['env grafana --format json', 'for programs'],
      ),
    )
    .addHelpText('after', '\nIn a shell:  eval "$(maculactl env timescaledb)" && psql')
    .action(
      act<{
        readonly format: EnvFormat
        readonly inCluster?: boolean
        readonly restorePasswords?: boolean
        readonly write?: string
        readonly unwrite?: string
      }>(
        async (face, words, options) => await (await import('../commands/env.ts')).env(face, words, options),
      ),
    )
  add('action', 'list the actions that a service defines, or run one in its container')
    .argument('<service>', 'a service, by id, title or name')
    .argument('[action]', 'the id of the action; without it they are listed')
    .option('-y, --yes', 'run it without asking first')
    .addHelpText(
      'after',
      examples(['action timescaledb', 'list them'], ['action shop migrate --yes', 'run one without asking']),
    )
    .addHelpText(
      'after',
      '\nThe exit code is that of the program. A service defines actions in its x-macula block (docs/services.md).',
    )
    .action(
      act<{ readonly yes?: boolean }>(
        async (face, [service = '', action], options) =>
          await (await import('../commands/action.ts')).action(face, service, action, options),
      ),
    )
  add('shell', 'open a shell in the container or pod of a service')
    .argument('<service>', 'a service, by id, title or name')
    .addHelpText('after', examples(['shell grafana', 'bash if the image has it, else sh']))
    .action(
      act(
        async (face, [service = '']) =>
          await (await import('../commands/inside.ts')).inside(face, service, []),
      ),
    )
  add('exec', 'run a program in the container or pod of a service')
    .argument('<service>', 'a service, by id, title or name')
    .argument('<program...>', 'the program and its arguments, after --')
    .addHelpText(
      'after',
      examples(
        ['exec timescaledb -- psql -U macula', 'interactive, in a terminal'],
        ['exec timescaledb -- pg_dump -U macula macula > dump.sql', 'unchanged output, into a file'],
        ['exec shop -- bin/shop rpc "Shop.warm()"', 'in a pod'],
      ),
    )
    .addHelpText(
      'after',
      '\nThe exit code is that of the program. The arguments are passed as they are, without a shell.',
    )
    .action(
      act(
        async (face, [service = '', ...argv]) =>
          await (await import('../commands/inside.ts')).inside(face, service, argv),
      ),
    )
  add('volumes', 'list the volumes of all services, or the files in the volumes of one')
    .argument('[service]', 'a service, by id, title or name; without it the volumes of all are listed')
    .argument('[volume]', 'one of its volumes, or one that a reset kept')
    .addHelpText(
      'after',
      examples(
        ['volumes', 'names and sizes'],
        ['volumes grafana', 'files and folders in them, with sizes and times'],
        ['volumes grafana VOLUME', 'the same for one volume, also one that a reset kept'],
      ),
    )
    .action(
      act(
        async (face, [service, volume]) =>
          await (await import('../commands/volumes.ts')).volumes(face, service, volume),
      ),
    )
  add('db', 'list the databases of TimescaleDB, or create one')
    .addArgument(new Argument('[verb]', 'what to do').choices(['list', 'create']).default('list'))
    .argument('[name]', 'create: a name of a-z, 0-9 and _ that begins with a letter or _')
    .addHelpText(
      'after',
      examples(
        ['db list', 'names, sizes, extensions'],
        ['db create shop_dev', 'create it, print its connection string in plain text'],
        ['db create shop_dev --json | jq -r .url', 'for programs'],
      ),
    )
    .addHelpText(
      'after',
      `\nThe user macula can also create databases itself (mix ecto.create).
No command of maculactl removes a database. psql does, with all that is in it:
  maculactl exec timescaledb -- psql -U macula -c 'DROP DATABASE shop_dev'`,
    )
    .action(act(async (face, words) => await (await import('../commands/db.ts')).db(face, words)))
  add('s3', 'list the buckets of the object store, or create one')
    .addArgument(new Argument('[verb]', 'what to do').choices(['list', 'create']).default('list'))
    .argument('[bucket]', 'create: a name of 3 to 63 characters: a-z, 0-9, hyphens and dots')
    .option('--versioned', 'create: keep older versions of objects that are overwritten or deleted')
    .addHelpText(
      'after',
      examples(
        ['s3 list', 'the names of all buckets'],
        ['s3 create shop-images', 'create it, and print s3://shop-images'],
        ['s3 create shop-exports --versioned', 'keep older versions'],
      ),
    )
    .addHelpText(
      'after',
      `\nPrograms sign in with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (maculactl env object-store).
No command of maculactl removes a bucket. Any program for S3 does, with all that is in it:
  eval "$(maculactl env object-store)" && aws s3 rb s3://shop-images --force`,
    )
    .action(
      act<{ readonly versioned?: boolean }>(
        async (face, words, options) => await (await import('../commands/s3.ts')).s3(face, words, options),
      ),
    )
  snapshotCommand({ add, act })
  add('tls', 'serve clean URLs over https with a certificate authority of your own, or stop it')
    .addArgument(new Argument('[verb]', 'what to do').choices(['status', 'on', 'off']).default('status'))
    .option('--new-ca', 'on: create a new authority, which has to be trusted again')
    .option('--remove-ca', 'off: remove the authority with its key, without asking')
    .addHelpText(
      'after',
      examples(
        ['tls on', 'create authority and certificate, and serve https'],
        ['tls', 'show what there is, and how long it is valid'],
        ['tls off', 'turn it off; asks whether to remove the authority too'],
      ),
    )
    .addHelpText(
      'after',
      '\nThe authority can only sign names under the suffix, and its key never leaves this machine (docs/tls.md).',
    )
    .action(
      act<{ readonly newCa?: boolean; readonly removeCa?: boolean }>(
        async (face, words, options) => await (await import('../commands/tls.ts')).tls(face, words, options),
      ),
    )
  add('cert', 'write a certificate with its key for a program on this machine')
    .argument('[name...]', 'names under the suffix (hub, hub.macula.local); none: all clean URLs')
    .option('-o, --out <folder>', 'where cert.pem, key.pem and ca.pem are written')
    .option('--force', 'replace existing files')
    .addHelpText(
      'after',
      examples(
        ['cert --out ~/macula/certs', 'for every clean URL and *.macula.local'],
        ['cert hub peer0 --out ./certs', 'for two names'],
      ),
    )
    .addHelpText('after', '\nIn a shell:  eval "$(maculactl cert hub --out ./certs)"')
    .action(
      act<{ readonly out?: string; readonly force?: boolean }>(
        async (face, words, options) =>
          await (await import('../commands/cert.ts')).cert(face, words, options),
      ),
    )
  add('secrets', 'list passwords and keys, or change them while everything runs')
    .addArgument(
      new Argument('[verb]', 'what to do')
        .choices(['list', 'set', 'rotate', 'import', 'finish'])
        .default('list'),
    )
    .argument(
      '[name|file...]',
      'names of secrets; with import, the .env of the platform’s own Compose project',
    )
    .option('--reveal', 'list: show the values in plain text')
    .addHelpText(
      'after',
      examples(
        ['secrets list', 'all, masked'],
        ['secrets list POSTGRES_PASSWORD --reveal', 'one, in plain text'],
        ['secrets set GRAFANA_PASSWORD', 'asks for the value, or reads it from a pipe'],
        ['secrets rotate POSTGRES_PASSWORD', 'a new random value'],
        ['secrets import infrastructure/.env', 'take over the passwords that your programs use'],
        ['secrets finish', 'finish a change that was interrupted'],
      ),
    )
    .addHelpText(
      'after',
      '\nA database gets its new password at once, and the services that use it are recreated.\nValues are never passed as arguments.',
    )
    .action(
      act<{ readonly reveal?: boolean }>(
        async (face, words, options) =>
          await (await import('../commands/secrets.ts')).secrets(face, words, options),
      ),
    )
}

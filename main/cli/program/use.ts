import { Argument, InvalidArgumentError, Option } from 'commander'
import { envFormatIds, type EnvFormat } from '../../model/env-format.ts'
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
    .option('-p, --print', 'print the address only')
    .addHelpText(
      'after',
      examples(
        ['open grafana', 'in the browser'],
        ['open s3-console', 'by the name of an endpoint'],
        ['open grafana --print', 'print it'],
      ),
    )
    .action(
      act(
        async (face, [word = ''], options) =>
          await (await import('../commands/open.ts')).open(face, word, options),
      ),
    )
  add('ui', 'show the window in a browser of this machine, until Ctrl-C')
    .option('-p, --port <port>', 'listen on this port of 127.0.0.1 (any that is free)', portNumber)
    .option('--no-open', 'print the address only, open no browser')
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
      '\nAn address opens one tab, once. Enter prints another. Services keep running when it ends.',
    )
    .action(
      act<{ readonly port?: string; readonly open: boolean }>(
        async (face, _words, options) => await (await import('../commands/ui.ts')).ui(face, options),
      ),
    )
  add('env', 'print connection strings and credentials, in clear')
    .argument(WORDS, WORDS_SAY)
    .addOption(
      new Option('--format <format>', 'how they are written').choices([...envFormatIds]).default('shell'),
    )
    .option('--restore-passwords', 'first read lost passwords back from the containers made with them')
    .option('--in-cluster', 'as a pod of the cluster needs them')
    .option(
      '--write <file>',
      'write them into a project’s .env, between marks; nothing else of it is touched',
    )
    .option('--unwrite <file>', 'take them out of it again')
    .addHelpText(
      'after',
      examples(
        ['env timescaledb', 'export lines for a shell'],
        ['env timescaledb --in-cluster', 'the same for a pod: names with native ports'],
        ['env timescaledb --format elixir', 'lines for config/runtime.exs'],
        ['env timescaledb --write ./.env', 'into a file of your project'],
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
  add('action', 'run an action of a service’s own in its container, or list them')
    .argument('<service>', 'a service, by id, title or name')
    .argument('[action]', 'the action’s id; none lists them')
    .option('-y, --yes', 'do what is asked about first without asking')
    .addHelpText(
      'after',
      examples(
        ['action timescaledb', 'list them'],
        ['action shop migrate --yes', 'run one, without a question'],
      ),
    )
    .addHelpText(
      'after',
      '\nIts exit code is the program’s own. A description names actions under x-macula (docs/services.md).',
    )
    .action(
      act<{ readonly yes?: boolean }>(
        async (face, [service = '', action], options) =>
          await (await import('../commands/action.ts')).action(face, service, action, options),
      ),
    )
  add('shell', 'open a shell in the container or pod of a service')
    .argument('<service>', 'a service, by id, title or name')
    .addHelpText('after', examples(['shell grafana', 'bash where its image has it, else sh']))
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
        ['exec timescaledb -- psql -U macula', 'with a terminal, where there is one'],
        ['exec timescaledb -- pg_dump -U macula macula > dump.sql', 'its output as it is'],
        ['exec shop -- bin/shop rpc "Shop.warm()"', 'in a pod'],
      ),
    )
    .addHelpText('after', '\nIts exit code is the program’s own; no shell reads the arguments.')
    .action(
      act(
        async (face, [service = '', ...argv]) =>
          await (await import('../commands/inside.ts')).inside(face, service, argv),
      ),
    )
  add('volumes', 'show the volumes of services, or what is in those of one')
    .argument('[service]', 'a service, by id, title or name; none shows the volumes of all')
    .argument('[volume]', 'one of its volumes, or of those that resets kept')
    .addHelpText(
      'after',
      examples(
        ['volumes', 'names and sizes'],
        ['volumes grafana', 'files and folders in them, with sizes and times'],
        ['volumes grafana VOLUME', 'in one of them, or in what a reset kept'],
      ),
    )
    .action(
      act(
        async (face, [service, volume]) =>
          await (await import('../commands/volumes.ts')).volumes(face, service, volume),
      ),
    )
  add('db', 'list the databases of TimescaleDB, or make one')
    .addArgument(new Argument('[verb]', 'what to do').choices(['list', 'create']).default('list'))
    .argument('[name]', 'create: a-z, 0-9 and _, beginning with a letter or _')
    .addHelpText(
      'after',
      examples(
        ['db list', 'names, sizes, extensions'],
        ['db create shop_dev', 'make it; prints its connection string, in clear'],
        ['db create shop_dev --json | jq -r .url', 'for programs'],
      ),
    )
    .addHelpText('after', '\nThe user macula may make databases by itself too (mix ecto.create).')
    .action(act(async (face, words) => await (await import('../commands/db.ts')).db(face, words)))
  add('tls', 'give clean URLs https by an authority of your own, or end it')
    .addArgument(new Argument('[verb]', 'what to do').choices(['status', 'on', 'off']).default('status'))
    .option('--new-ca', 'on: make another authority, which has to be trusted anew')
    .option('--remove-ca', 'off: remove the authority with its key, without asking')
    .addHelpText(
      'after',
      examples(
        ['tls on', 'make authority and certificate, serve https'],
        ['tls', 'what there is, and until when it is valid'],
        ['tls off', 'end it; asks whether the authority goes too'],
      ),
    )
    .addHelpText(
      'after',
      '\nThe authority can vouch for names under the suffix only, and its key never leaves this machine (docs/tls.md).',
    )
    .action(
      act<{ readonly newCa?: boolean; readonly removeCa?: boolean }>(
        async (face, words, options) => await (await import('../commands/tls.ts')).tls(face, words, options),
      ),
    )
  add('cert', 'write a certificate with its key for a program on this machine')
    .argument('[name...]', 'names under the suffix (hub, hub.macula.local); none: those of the clean URLs')
    .option('-o, --out <folder>', 'where cert.pem, key.pem and ca.pem are written')
    .option('--force', 'replace files of these names that are there')
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
  add('secrets', 'list passwords and keys, or give them other values while everything runs')
    .addArgument(
      new Argument('[verb]', 'what to do')
        .choices(['list', 'set', 'rotate', 'import', 'finish'])
        .default('list'),
    )
    .argument('[name|file...]', 'names of secrets; for import the .env of the platform’s own Compose project')
    .option('--reveal', 'list: show the values in clear')
    .addHelpText(
      'after',
      examples(
        ['secrets list', 'all, masked'],
        ['secrets list POSTGRES_PASSWORD --reveal', 'one, in clear'],
        ['secrets set GRAFANA_PASSWORD', 'asks for the value; in a pipe it is read from stdin'],
        ['secrets rotate POSTGRES_PASSWORD', 'a new random one'],
        ['secrets import infrastructure/.env', 'the passwords that your programs know'],
        ['secrets finish', 'go on with a change that was interrupted'],
      ),
    )
    .addHelpText(
      'after',
      '\nA database is told its new password, and what uses it is made anew. No value is ever an argument.',
    )
    .action(
      act<{ readonly reveal?: boolean }>(
        async (face, words, options) =>
          await (await import('../commands/secrets.ts')).secrets(face, words, options),
      ),
    )
}

import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { createFace, type Face } from './face.ts'
import type { Host } from './host.ts'
import { penFor } from './pen.ts'
import { productVersion } from './product.ts'

const WORDS = '[service|tier...]'
const WORDS_SAY =
  'services or tiers, by id, title or name (grafana, "Registry UI", s3, observability); none: all'

function examples(...lines: readonly (readonly [command: string, says: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length))
  return [
    '',
    'Examples:',
    ...lines.map(([command, says]) => `  $ maculactl ${command.padEnd(width)}  ${says}`),
  ].join('\n')
}

/** How data that was moved aside is put back: the copy stays, so it can be tried twice. */
const RESTORE = [
  '',
  'To put data back (KEPT is the volume that reset named, VOLUME where it came from):',
  '  $ maculactl down grafana',
  '  $ docker run --rm -v KEPT:/from:ro -v VOLUME:/to nginx:1.30.4-alpine \\',
  "      sh -c 'find /to -mindepth 1 -delete && cp -a /from/. /to/'",
  '  $ maculactl up grafana',
].join('\n')

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

function positive(text: string): string {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It must be a number of lines.')
  return text
}

function portNumber(text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535)
    throw new InvalidArgumentError('It must be a port: 1 to 65535.')
  return text
}

/** What a command does with the face; its number is the exit code. */
type Work<Options> = (face: Face, words: readonly string[], options: Options) => Promise<number>

/** The whole command line. `settle` is given the exit code of the command that ran. */
export function createProgram(host: Host, settle: (code: number) => void): Command {
  const program = new Command('maculactl')
  const act =
    <Options extends object>(work: Work<Options>) =>
    async (...passed: unknown[]): Promise<void> => {
      const command = passed.at(-1) as Command
      const words = command.processedArgs.flat().filter((word) => typeof word === 'string')
      const options = command.opts<Options & { readonly json?: boolean }>()
      settle(await work(createFace(host, options.json === true), words, options))
    }
  const json = (): Option => new Option('--json', 'print machine-readable JSON (docs/cli.md)')
  const add = (name: string, says: string): Command =>
    program.command(name).description(says).addOption(json()).helpOption('-h, --help', 'show this help')

  const { paint } = penFor(host.out, host.env, host.platform)
  program
    .description("Runs the Macula platform's local infrastructure and shows whether it can be reached.")
    .version(productVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .showSuggestionAfterError(true)
    .configureHelp({ styleTitle: (title) => paint.bold(title) })
    .addHelpText(
      'after',
      [
        examples(
          ['setup', 'prepare this machine, once'],
          ['up', 'start everything'],
          ['status', 'see what works, and why not'],
          ['open grafana', 'open it at the best address that works now'],
        ),
        '',
        'The ladder in status reads as a request travels: N name, A address, F forwarder, C container, S service.',
        'Exit codes: 0 ok, 1 something is red, 2 usage, 3 refused by you, 4 the outside is missing (no Docker).',
      ].join('\n'),
    )

  program.commandsGroup('See:')
  add('status', 'show whether every service can be reached, and where it breaks')
    .argument(WORDS, WORDS_SAY)
    .option('-w, --watch', 'draw again on every change, until Ctrl-C (--json: one snapshot a line)')
    .addHelpText(
      'after',
      examples(
        ['status', 'all services'],
        ['status grafana', 'one in detail: each rung, every address, its container'],
        ['status data --watch', 'a tier, live'],
        ['status --json | jq .summary', 'for programs'],
      ),
    )
    .action(
      act(
        async (face, words, options) =>
          await (await import('./commands/status.ts')).status(face, words, options),
      ),
    )
  add('doctor', 'check machine, Docker, names, ports and files, and say what to do')
    .addHelpText(
      'after',
      examples(['doctor', 'all checks, findings first'], ['doctor --json', 'for programs']),
    )
    .action(act(async (face) => await (await import('./commands/doctor.ts')).doctor(face)))
  add('logs', 'show log lines of services, merged by time')
    .argument(WORDS, WORDS_SAY)
    .option('-f, --follow', 'go on with new lines, over restarts too, until Ctrl-C')
    .option('--since <time>', 'from then on: 30s, 10m, 2h, 3d or an ISO date')
    .option('--grep <regexp>', 'only lines that match, with the match marked')
    .option('-n, --lines <count>', 'the last lines of each service (100 unless --since or --grep)', positive)
    .addHelpText(
      'after',
      examples(
        ['logs tempo', 'the last 100 lines'],
        ['logs -f observability', 'a tier, live'],
        ["logs --since 10m --grep 'error|warn'", 'search the last ten minutes of all'],
      ),
    )
    .action(
      act(
        async (face, words, options) => await (await import('./commands/logs.ts')).logs(face, words, options),
      ),
    )

  program.commandsGroup('Run:')
  add('up', 'start services with all that they need')
    .argument(WORDS, WORDS_SAY)
    .addHelpText(
      'after',
      examples(
        ['up', 'everything'],
        ['up grafana timescaledb', 'two services and what they need'],
        ['up data', 'a tier'],
      ),
    )
    .action(act(async (face, words) => await (await import('./commands/up.ts')).up(face, words)))
  add('down', 'stop services; data is never removed')
    .argument(WORDS, WORDS_SAY)
    .option('--remove', 'remove the containers too (and the network, when all are gone); volumes stay')
    .option('--also', 'also stop what needs them')
    .option('--only', 'stop only them; what needs them will fail')
    .addHelpText(
      'after',
      examples(
        ['down', 'everything'],
        ['down s3 --also', 'the object store and what needs it'],
        ['down --remove', 'everything, containers and network removed'],
      ),
    )
    .action(
      act(
        async (face, words, options) => await (await import('./commands/down.ts')).down(face, words, options),
      ),
    )
  add('restart', 'stop services and start them again')
    .argument(WORDS, WORDS_SAY)
    .addHelpText('after', examples(['restart tempo', 'one service'], ['restart', 'everything']))
    .action(act(async (face, words) => await (await import('./commands/up.ts')).restart(face, words)))

  add('pull', 'get the images that services need, without starting anything')
    .argument(WORDS, WORDS_SAY)
    .addHelpText('after', examples(['pull', 'all that are missing'], ['pull data', 'those of a tier']))
    .action(act(async (face, words) => await (await import('./commands/pull.ts')).pull(face, words)))
  add('reset', 'move the data of a service aside, so that it starts empty')
    .argument('<service>', 'a service, by id, title or name')
    .option('--name <name>', "the service's name, where nobody can be asked to type it")
    .addHelpText(
      'after',
      examples(['reset grafana', 'asks to type the name'], ['reset grafana --name grafana', 'for programs']),
    )
    .addHelpText('after', RESTORE)
    .action(
      act(
        async (face, [word = ''], options) =>
          await (await import('./commands/reset.ts')).reset(face, word, options),
      ),
    )

  add('cluster', 'make, stop, remove or look into the KinD cluster of the applications')
    .addArgument(
      new Argument('<verb>', 'what to do').choices([
        'create',
        'start',
        'stop',
        'delete',
        'recreate',
        'kubeconfig',
        'events',
      ]),
    )
    .argument('[cluster|application]', 'which one, when there are several; events takes an application too')
    .option('-y, --yes', 'delete or recreate without asking')
    .addHelpText(
      'after',
      examples(
        ['cluster create', 'make it and start its applications'],
        ['cluster stop', 'stop its nodes; everything in it is kept'],
        ['cluster delete', 'remove it; infrastructure and data stay'],
        ['cluster kubeconfig', 'the line that leads kubectl to it'],
        ['cluster events console', 'what the cluster told of one application'],
      ),
    )
    .action(
      act<{ readonly yes?: boolean }>(
        async (face, words, options) =>
          await (await import('./commands/cluster.ts')).cluster(face, words, options),
      ),
    )

  program.commandsGroup('Use:')
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
          await (await import('./commands/open.ts')).open(face, word, options),
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
        async (face, _words, options) => await (await import('./commands/ui.ts')).ui(face, options),
      ),
    )
  add('env', 'print connection strings and credentials, in clear')
    .argument(WORDS, WORDS_SAY)
    .addOption(
      new Option('--format <format>', 'how they are written')
        .choices(['shell', 'dotenv', 'json'])
        .default('shell'),
    )
    .option('--in-cluster', 'as a pod of the cluster needs them')
    .addHelpText(
      'after',
      examples(
        ['env timescaledb', 'export lines for a shell'],
        ['env timescaledb --in-cluster', 'the same for a pod: names with native ports'],
        ['env --format dotenv > .env', 'a file for programs'],
        ['env grafana --format json', 'for programs'],
      ),
    )
    .addHelpText('after', '\nIn a shell:  eval "$(maculactl env timescaledb)" && psql')
    .action(
      act<{ readonly format: 'shell' | 'dotenv' | 'json'; readonly inCluster?: boolean }>(
        async (face, words, options) => await (await import('./commands/env.ts')).env(face, words, options),
      ),
    )

  program.commandsGroup('Set up:')
  add('setup', 'prepare this machine step by step: shows every change, asks once')
    .option('-y, --yes', 'apply without asking (root may still need your password)')
    .option('--print', 'print the commands only, to type them yourself')
    .addOption(new Option('--skip <id>', 'leave a step out; may be given several times').argParser(collect))
    .addHelpText(
      'after',
      examples(
        ['setup', 'step by step, from nothing to all running'],
        ['setup --skip low-ports', 'without one step'],
        ['setup --print', 'the commands, nothing is run'],
      ),
    )
    .action(
      act(async (face, _words, options) => await (await import('./commands/setup.ts')).setup(face, options)),
    )
  add('undo', 'list what was changed on this machine, or take it back')
    .argument('[entry...]', 'entries as listed, a step, or a path')
    .option('--all', 'take everything back')
    .option('--even-if-drifted', 'also what somebody else changed since')
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
        async (face, words, options) => await (await import('./commands/undo.ts')).undo(face, words, options),
      ),
    )

  program.commandsGroup('About:')
  add('version', 'show the versions of this product, Node and Docker')
    .addHelpText('after', examples(['version --json', 'for programs']))
    .action(act(async (face) => await (await import('./commands/version.ts')).version(face)))
  program.addHelpCommand(
    new Command('help')
      .argument('[command]')
      .description('show the help of a command')
      .helpOption(false)
      .helpGroup('About:'),
  )
  program
    .command('completion')
    .description('print a completion script for a shell')
    .helpOption('-h, --help', 'show this help')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      examples(
        ['completion bash > ~/.local/share/bash-completion/completions/maculactl', ''],
        ['completion zsh > "${fpath[1]}/_maculactl"', ''],
        ['completion fish > ~/.config/fish/completions/maculactl.fish', ''],
      ),
    )
    .action(
      act(async (face, [shell = '']) => (await import('./commands/completion.ts')).completion(face, shell)),
    )
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(
      act(
        async (face, words) =>
          await (await import('./commands/completion.ts')).complete(face, program, words),
      ),
    )
  program
    .command('__forward', { hidden: true })
    .argument('<address>')
    .argument('<port>')
    .argument('<host>')
    .argument('<toPort>')
    .action(
      act(async (face, words) => {
        await face.host.runForwarder(words)
        return 0
      }),
    )
  return program
}

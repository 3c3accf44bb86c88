import { Command, Option } from 'commander'
import type { Host } from './host.ts'
import { penFor } from './style.ts'
import { productVersion } from '../system/product.ts'
import { machineCommands } from './program/machine.ts'
import { examples, type Work } from './program/parts.ts'
import { runCommands } from './program/run.ts'
import { seeCommands } from './program/see.ts'
import { useCommands } from './program/use.ts'

/** The whole command line. `settle` is given the exit code of the command that ran. */
export function createProgram(host: Host, settle: (code: number) => void): Command {
  const program = new Command('maculactl')
  const act =
    <Options extends object>(work: Work<Options>) =>
    async (...passed: unknown[]): Promise<void> => {
      const command = passed.at(-1) as Command
      const words = command.processedArgs.flat().filter((word) => typeof word === 'string')
      const options = command.opts<Options & { readonly json?: boolean }>()
      // Loaded when a command runs: what only asks which words there are needs none of it.
      const { createFace } = await import('./face.ts')
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
          ['status', 'see what works, and why the rest does not'],
          ['open grafana', 'open it at the best address that works now'],
        ),
        '',
        'The ladder in status follows a request on its way: N name, A address, F forwarder, C container,\nS service (and T TLS, where https is on).',
        'Exit codes: 0 ok, 1 a problem or failure, 2 wrong usage, 3 you said no, 4 Docker (or what else is\nneeded) does not answer, 130 ended by Ctrl-C.',
      ].join('\n'),
    )

  program.commandsGroup('See:')
  seeCommands({ add, act })
  program.commandsGroup('Run:')
  runCommands({ add, act })
  program.commandsGroup('Use:')
  useCommands({ add, act })
  program.commandsGroup('Set up:')
  machineCommands({ add, act })

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
  for (const [word, protocol] of [
    ['__forward', 'tcp'],
    ['__forward-udp', 'udp'],
  ] as const)
    program
      .command(word, { hidden: true })
      .argument('<address>')
      .argument('<port>')
      .argument('<host>')
      .argument('<toPort>')
      .action(
        act(async (face, words) => {
          await face.host.runForwarder(words, protocol)
          return 0
        }),
      )
  return program
}

import { InvalidArgumentError } from 'commander'
import { activityGroups } from '../../model/activity.ts'
import { WORDS, WORDS_SAY, examples, type Adding } from './parts.ts'

function positive(text: string): string {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It must be a number of lines.')
  return text
}

/** What shows something. */
export function seeCommands({ add, act }: Adding): void {
  add('status', 'show whether every service can be reached, and if not, what is in the way')
    .argument(WORDS, WORDS_SAY)
    .option('-w, --watch', 'redraw on every change, until Ctrl-C (--json: one snapshot per line)')
    .addHelpText(
      'after',
      examples(
        ['status', 'all services'],
        ['status grafana', 'one service in detail: each rung, every address, its container'],
        ['status data --watch', 'a tier, live'],
        ['status --json | jq .summary', 'for programs'],
      ),
    )
    .action(
      act(
        async (face, words, options) =>
          await (await import('../commands/status.ts')).status(face, words, options),
      ),
    )
  add('doctor', 'check machine, Docker, names, ports and files, and say what to do')
    .addHelpText(
      'after',
      examples(['doctor', 'all checks, findings first'], ['doctor --json', 'for programs']),
    )
    .action(act(async (face) => await (await import('../commands/doctor.ts')).doctor(face)))
  add('logs', 'show log lines of services, merged by time')
    .argument(WORDS, WORDS_SAY)
    .option('-f, --follow', 'keep printing new lines, across restarts, until Ctrl-C')
    .option('--since <time>', 'only lines since then: 30s, 10m, 2h, 3d or an ISO date')
    .option('--grep <regexp>', 'only lines that match, with the match highlighted')
    .option(
      '-n, --lines <count>',
      'the last lines of each service (default: 100, or all with --since or --grep)',
      positive,
    )
    .option('--own-checks', 'also show lines that come from Macula’s own checks')
    .addHelpText(
      'after',
      examples(
        ['logs tempo', 'the last 100 lines'],
        ['logs -f observability', 'a tier, live'],
        ["logs --since 10m --grep 'error|warn'", 'search the last ten minutes of all services'],
      ),
    )
    .action(
      act(
        async (face, words, options) =>
          await (await import('../commands/logs.ts')).logs(face, words, options),
      ),
    )
  add(
    'activity',
    'show what happened, and what caused it: starts, failures, changes of names, network and machine',
  )
    .argument(WORDS, WORDS_SAY)
    .option('-f, --follow', 'keep printing new entries, until Ctrl-C')
    .option('--since <time>', 'only entries since then: 30m, 2h, 3d or an ISO date')
    .option('--service <service...>', 'only of these services')
    .option('--kind <kind...>', `only of these kinds: ${activityGroups.join(', ')}`)
    .option('--grep <regexp>', 'only entries that match')
    .option('-n, --lines <count>', 'the last entries (default: 50, or all with --since or --grep)', positive)
    .addHelpText(
      'after',
      examples(
        ['activity', 'the last 50 entries'],
        ['activity --since 1d --kind failed', 'what failed since yesterday'],
        ['activity tempo -f', 'what happens to one service, live'],
        ['activity --json --since 1h', 'for programs'],
      ),
    )
    .action(
      act(
        async (face, words, options) =>
          await (await import('../commands/activity.ts')).activity(face, words, options),
      ),
    )
}

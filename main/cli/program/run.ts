import type { AppFlags } from '../commands/app.ts'
import { Argument } from 'commander'
import { WORDS, WORDS_SAY, examples, type Adding } from './parts.ts'
import { CLUSTER_VERBS } from '../cluster-verbs.ts'

/** How data that was moved aside is put back: the copy stays, so it can be tried twice. */
/** What starts, stops and removes. */
export function runCommands({ add, act }: Adding): void {
  add('up', 'start services with all that they need')
    .argument(WORDS, WORDS_SAY)
    .option('--anew', 'make their containers again first, whether they differ or not; no data is removed')
    .addHelpText(
      'after',
      examples(
        ['up', 'everything'],
        ['up grafana timescaledb', 'two services and what they need'],
        ['up data', 'a tier'],
        ['up @frontend', 'a set of yours, and what its services need'],
      ),
    )
    .action(
      act(async (face, words, options) => await (await import('../commands/up.ts')).up(face, words, options)),
    )
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
        async (face, words, options) =>
          await (await import('../commands/down.ts')).down(face, words, options),
      ),
    )
  add('restart', 'stop services and start them again')
    .argument(WORDS, WORDS_SAY)
    .addHelpText('after', examples(['restart tempo', 'one service'], ['restart', 'everything']))
    .action(act(async (face, words) => await (await import('../commands/up.ts')).restart(face, words)))

  add('fix', 'fix what is wrong, as its button in the window does; without a name, list what can be fixed')
    .argument('[problem]', 'a service, or what many share: names, ports, docker, forwarders')
    .option('-y, --yes', 'stop who has a port without asking')
    .addHelpText(
      'after',
      examples(
        ['fix', 'what is wrong, and what fixes each'],
        ['fix grafana', 'take its port back, or stop the container or unit that has it'],
        ['fix names', 'set the route again'],
      ),
    )
    .action(
      act(
        async (face, words, options) =>
          await (await import('../commands/fix.ts')).fix(face, words[0], options),
      ),
    )
  add('pull', 'get the images that services need, without starting anything')
    .argument(WORDS, WORDS_SAY)
    .addHelpText('after', examples(['pull', 'all that are missing'], ['pull data', 'those of a tier']))
    .action(act(async (face, words) => await (await import('../commands/pull.ts')).pull(face, words)))
  add('update', 'show which images have newer versions, or give one service another version')
    .argument('[service|tier|@set...]', 'one service; with --list any, none: all')
    .option('-l, --list', 'ask the registries which images have newer versions, and change nothing')
    .option('--to <version>', 'this version, by its tag (the newest of the same major version)')
    .option('--back', 'go back to the image before the last update')
    .addHelpText(
      'after',
      examples(
        ['update --list', 'what is newer'],
        ['update grafana', 'the newest of its major version'],
        ['update grafana --to 14.0.1', 'this one'],
        ['update grafana --back', 'as it was before'],
      ),
    )
    .addHelpText(
      'after',
      '\nThe image is pulled first, then the container is made anew with its data. One that does not answer, or not for long, is put back.',
    )
    .action(
      act<{ readonly list?: boolean; readonly to?: string; readonly back?: boolean }>(
        async (face, words, options) =>
          await (await import('../commands/update.ts')).update(face, words, options),
      ),
    )
  add('reset', 'move the data of a service aside, so that it starts empty')
    .argument('<service>', 'a service, by id, title or name')
    .option('--name <name>', "the service's name, where nobody can be asked to type it")
    .option(
      '--back [time]',
      'put back what a reset kept: the newest, or that of a time as in the volume’s name',
    )
    .addHelpText(
      'after',
      examples(
        ['reset grafana', 'asks to type the name'],
        ['reset grafana --name grafana', 'for programs'],
        ['reset grafana --back', 'its data as the last reset kept it'],
      ),
    )
    .addHelpText(
      'after',
      '\nWhat is kept stays until you remove it: docker volume ls --filter label=dev.macula.kept-from lists it.',
    )
    .action(
      act(
        async (face, [word = ''], options) =>
          await (await import('../commands/reset.ts')).reset(face, word, options),
      ),
    )

  add(
    'cluster',
    'make, stop, remove or look into the KinD clusters of the applications: the hub and its peers',
  )
    .addArgument(new Argument('<verb>', 'what to do').choices(CLUSTER_VERBS))
    .argument(
      '[cluster|application...]',
      'which ones (the hub when none is named); events and kubeconfig take an application too',
    )
    .option('-y, --yes', 'delete or recreate without asking')
    .addHelpText(
      'after',
      examples(
        ['cluster create', 'make the hub and start its applications'],
        ['cluster create hub peer0 peer1', 'the hub and two peers'],
        ['cluster list', 'which there are, with their addresses and ports'],
        ['cluster stop peer0', 'stop its nodes; everything in it is kept'],
        ['cluster delete', 'remove it; infrastructure and data stay'],
        ['cluster kubeconfig', 'the line that leads kubectl to it'],
        ['cluster events console', 'what the cluster told of one application'],
      ),
    )
    .action(
      act<{ readonly yes?: boolean }>(
        async (face, words, options) =>
          await (await import('../commands/cluster.ts')).cluster(face, words, options),
      ),
    )

  add('app', 'use a folder of manifests or a kustomization of your own, where it lies')
    .addArgument(new Argument('<verb>', 'what to do').choices(['add', 'list', 'remove']))
    .argument('[path|application]', 'a folder or a manifest to add; an application or its path to remove')
    .option('--id <name>', 'add: what it is called here; else its folder tells')
    .option('--cluster <id>', 'add: which cluster runs it, when there are several')
    .option(
      '--follow',
      'add: put it in by itself when its files change, while a window, the tray or status --watch runs',
    )
    .option('--look', 'add: show what would be read of it, and add nothing')
    .option('--data', 'remove: its PersistentVolumeClaims go too')
    .option('--leave', 'remove: what it put into the cluster stays there')
    .option('-y, --yes', 'remove without asking')
    .addHelpText(
      'after',
      examples(
        ['app add ~/src/shop/k8s', 'use that folder; nothing is copied'],
        ['app add . --follow', 'the one you are in, put in again whenever it changes'],
        ['up shop', 'put it into its cluster'],
        ['app list', 'those that were added, and what is wrong with them'],
        ['app remove shop', 'take it out; its folder and its data stay'],
      ),
    )
    .action(
      act<AppFlags>(
        async (face, words, options) => await (await import('../commands/app.ts')).app(face, words, options),
      ),
    )
}

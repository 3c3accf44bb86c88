import type { UpdateOptions } from '../commands/update.ts'
import type { AppFlags } from '../commands/app.ts'
import { Argument } from 'commander'
import { WORDS, WORDS_SAY, examples, type Adding } from './parts.ts'
import { CLUSTER_VERBS } from '../cluster-verbs.ts'

/** What starts, stops and removes. */
export function runCommands({ add, act }: Adding): void {
  add('up', 'start services and everything they need')
    .argument(WORDS, WORDS_SAY)
    .option('--anew', 'recreate their containers, even if nothing changed; no data is removed')
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

  add('fix', 'fix a problem, as its button in the window does; without a name, list what can be fixed')
    .argument('[problem]', 'a service, or a problem that many share: names, ports, docker, forwarders')
    .option('-y, --yes', 'stop what holds a port without asking')
    .addHelpText(
      'after',
      examples(
        ['fix', 'list the problems, and what fixes each'],
        ['fix grafana', 'take its port back, or stop the container or unit that holds it'],
        ['fix names', 'set the DNS route again'],
      ),
    )
    .action(
      act(
        async (face, words, options) =>
          await (await import('../commands/fix.ts')).fix(face, words[0], options),
      ),
    )
  add('pull', 'download the images that services need, without starting anything')
    .argument(WORDS, WORDS_SAY)
    .addHelpText('after', examples(['pull', 'all missing images'], ['pull data', 'the images of a tier']))
    .action(act(async (face, words) => await (await import('../commands/pull.ts')).pull(face, words)))
  add('update', 'show which images have newer versions, or switch one service to another version')
    .argument('[service|tier|@set...]', 'one service; with --list any number, or none for all')
    .option('-l, --list', 'ask the registries which images have newer versions, and change nothing')
    .option('--to <version>', 'to this version, by its tag (default: the newest of the same major version)')
    .option('--back', 'go back to the image before the last update')
    .option('--data', 'upgrade data to the major version of PostgreSQL that the image runs; a copy is kept')
    .option('--image <image>', 'with --data: the image that reads the old data')
    .option('-y, --yes', 'with --data: do not ask')
    .addHelpText(
      'after',
      examples(
        ['update --list', 'list newer versions'],
        ['update grafana', 'to the newest of its major version'],
        ['update grafana --to 14.0.1', 'to this version'],
        ['update grafana --back', 'back to the image before'],
        ['update timescaledb --data', 'data of PostgreSQL 16 for an image of 17'],
      ),
    )
    .addHelpText(
      'after',
      '\nThe image is pulled first, then the container is recreated with its data. If it does not answer,\nor soon stops answering, the old image is put back.',
    )
    .action(
      act<UpdateOptions>(
        async (face, words, options) =>
          await (await import('../commands/update.ts')).update(face, words, options),
      ),
    )
  add('reset', 'move the data of a service aside, so that it starts empty')
    .argument('<service>', 'a service, by id, title or name')
    .option('--name <name>', "the service's name, to confirm without being asked")
    .option(
      '--back [time]',
      'put back what a reset kept: the newest copy, or the one of this time (as in the volume’s name)',
    )
    .option('-y, --yes', 'with --back: do not ask')
    .addHelpText(
      'after',
      examples(
        ['reset grafana', 'asks to type the name'],
        ['reset grafana --name grafana', 'for programs'],
        ['reset grafana --back', 'put back the data that the last reset kept'],
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
    'create, stop, delete or inspect the KinD clusters of the applications: the hub and its peers',
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
        ['cluster create', 'create the hub and start its applications'],
        ['cluster create hub peer0 peer1', 'the hub and two peers'],
        ['cluster list', 'list them, with their addresses and ports'],
        ['cluster stop peer0', 'stop its nodes; everything in it is kept'],
        ['cluster delete', 'delete it; infrastructure and data stay'],
        ['cluster kubeconfig', 'print the line that points kubectl at it'],
        ['cluster events console', 'recent events of one application'],
      ),
    )
    .action(
      act<{ readonly yes?: boolean }>(
        async (face, words, options) =>
          await (await import('../commands/cluster.ts')).cluster(face, words, options),
      ),
    )

  add(
    'app',
    'add, list or remove applications of your own: folders of manifests or kustomizations, used in place',
  )
    .addArgument(new Argument('<verb>', 'what to do').choices(['add', 'list', 'remove']))
    .argument('[path|application]', 'a folder or a manifest to add; an application or its path to remove')
    .option('--id <name>', 'add: its id here (default: the name of its folder)')
    .option('--cluster <id>', 'add: which cluster runs it, when there are several')
    .option(
      '--follow',
      'add: apply it whenever its files change, while a window, the tray or status --watch runs',
    )
    .option('--look', 'add: show what is found in it, and add nothing')
    .option('--data', 'remove: also delete its PersistentVolumeClaims')
    .option('--leave', 'remove: leave its objects in the cluster')
    .option('-y, --yes', 'remove without asking')
    .addHelpText(
      'after',
      examples(
        ['app add ~/src/shop/k8s', 'use that folder; nothing is copied'],
        ['app add . --follow', 'use the current folder, and apply it whenever it changes'],
        ['up shop', 'apply it to its cluster'],
        ['app list', 'list what was added, and what is wrong with it'],
        ['app remove shop', 'remove it; its folder and its data stay'],
      ),
    )
    .action(
      act<AppFlags>(
        async (face, words, options) => await (await import('../commands/app.ts')).app(face, words, options),
      ),
    )
}

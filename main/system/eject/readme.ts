import type { EjectWish } from '../../engine/adapters.ts'
import { routingScripts } from '../../model/eject.ts'
import type { Settings } from '../../model/service.ts'

/** The page that goes with the files: how they are used, and what is to be known where Macula Desktop is there too. */
export function readmeText(
  wish: EjectWish,
  settings: Settings,
  what: { readonly paths: ReadonlySet<string>; readonly version: string },
): string {
  const { plan, catalog, volumes, secrets } = wish
  const { project, suffix } = { project: plan.project, suffix: settings.suffix }
  const hasClusters = catalog.services.some(({ runtime }) => runtime.kind === 'cluster')
  const mine = settings.project
  const has = (name: string): boolean => what.paths.has(`infrastructure/${name}`)
  const lines = [
    '# The infrastructure of the Macula platform, as plain files',
    '',
    `Written by Macula Desktop ${what.version} (\`maculactl eject\`). Nothing here needs it: Docker with Compose 2, dnsmasq, socat${hasClusters ? ' and kind' : ''} do.`,
    'Linux only: forwarders lead to the addresses of containers, which other engines do not reach.',
    '',
    '## From nothing to all running',
    '',
    '```sh',
    ...(secrets === undefined
      ? ['infrastructure/make-env.sh                      # .env with new passwords']
      : []),
    '(cd infrastructure && docker compose up -d --wait)',
    ...(has('setup-databases.sh')
      ? ['infrastructure/setup-databases.sh                # databases of the platform']
      : []),
    ...(has('setup-zones.sh')
      ? ['infrastructure/setup-zones.sh                    # zones of PowerDNS']
      : []),
    'sudo infrastructure/setup-dnsmasq.sh             # names',
    'sudo sysctl -w net.ipv4.ip_unprivileged_port_start=80   # forwarders on port 80 without root',
    ...(hasClusters ? ['scripts/setup-cluster.sh                         # clusters and applications'] : []),
    ...routingScripts.map((script) => `scripts/setup-${script}-routing.sh start`),
    '```',
    '',
    `Then http://grafana.${suffix} and every other name of \`infrastructure/config/dnsmasq/macula.conf\` open. \`status\` in place of`,
    '`start` tells how the forwarders are; `stop` ends them. The sysctl holds until the next start of the machine; a line in',
    '/etc/sysctl.d keeps it.',
    '',
    'To take it down:',
    '',
    '```sh',
    ...routingScripts.map((script) => `scripts/setup-${script}-routing.sh stop`),
    ...(hasClusters ? ['scripts/setup-cluster.sh delete                  # or stop'] : []),
    'sudo infrastructure/setup-dnsmasq.sh --undo',
    '(cd infrastructure && docker compose down)       # data stays; with -v its own volumes go',
    '```',
    '',
    '## What is where',
    '',
    '| file | what it is |',
    '| --- | --- |',
    `| infrastructure/docker-compose.yml | all services: project and network ${project}, subnet ${settings.subnet}, fixed addresses |`,
    ...(has('docker-compose.override.yml')
      ? [
          '| infrastructure/docker-compose.override.yml | what you laid over services; Compose reads it by itself |',
        ]
      : []),
    '| infrastructure/config/ | the configuration of each service, mounted read-only |',
    secrets === undefined
      ? '| infrastructure/.env.example, make-env.sh | the names of the passwords, and what makes new ones |'
      : '| infrastructure/.env | the passwords, readable for you only; keep it out of Git |',
    ...(has('setup-databases.sh') || has('setup-zones.sh')
      ? [
          '| infrastructure/setup-databases.sh, setup-zones.sh | what a start of Macula Desktop sees to in the databases and in PowerDNS |',
        ]
      : []),
    `| infrastructure/setup-dnsmasq.sh | names: /etc/dnsmasq.d/macula.conf, for NetworkManager's dnsmasq too; --undo |`,
    '| scripts/setup-*-routing.sh | forwarders (socat) from loopback addresses to containers and clusters: start, stop, status |',
    ...(hasClusters
      ? [
          '| scripts/setup-cluster.sh, cluster/ | KinD clusters with their ingress controller, registry and applications |',
        ]
      : []),
    '',
    'Services wait for each other by health checks (`depends_on` with conditions). Services of the Host tier are published by',
    'Docker on their loopback addresses; all others are reached by the forwarders.',
    '',
    '## Data',
    '',
    ...(volumes.size === 0
      ? [
          `The services have volumes of their own (\`${project}_…\`), empty at first. Data of Macula Desktop stays in its volumes;`,
          '`maculactl eject --keep-data --with-secrets` writes files that go on with it.',
        ]
      : [
          'These volumes hold the data of Macula Desktop and go on (`external` in docker-compose.yml):',
          '',
          ...[...volumes].sort().map((name) => `- ${name}`),
          '',
          'They want the passwords that they were made with. Compose never removes them. **Never let both run on them**: two',
          'databases on one volume destroy it.',
        ]),
    '',
    '## With Macula Desktop on the same machine',
    '',
    `Both want the subnet ${settings.subnet} and the same loopback addresses, so one runs at a time. Before this one: \`maculactl down`,
    `--remove\`, which removes the containers and the network ${mine}, never data. While that network is there, \`docker compose up\` ends`,
    'with "Pool overlaps". The other way round: take this down as above, then `maculactl up`.',
    '',
    `Macula Desktop counts nothing of this as its own: the project is ${project}, no container has a label of it. It names ports,`,
    'names and the network as held by somebody else while this runs, and ends nothing of it unasked. A cluster that it made is used by',
    'setup-cluster.sh as it is, and one that the script made is not removed by it.',
    '',
    '## Written again',
    '',
    '`maculactl eject` into this folder replaces the files while none was changed; `.env` stays. Changed ones are refused, or the',
    'folder is moved aside with --force, which wants `.macula-eject.json`: the mark that eject wrote it.',
    '',
  ]
  return lines.join('\n')
}

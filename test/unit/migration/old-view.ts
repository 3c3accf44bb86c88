/** What a machine of before looks like to every face: as the room of test/integration/migration prints it, with data. */
import type { MigrationView } from '../../../main/model/migration.ts'
import type { Change } from '../../../main/model/change.ts'

const change = (id: string, title: string, verbs: Change['verbs']): Change => ({
  id,
  title,
  reason: 'They lead to addresses of before.',
  verbs,
  commands: [],
})

export const oldView: MigrationView = {
  found: [
    {
      id: 'compose',
      title: 'The Compose project infrastructure in /home/ada/macula/dev/infrastructure',
      holds: [
        '14 containers, 13 of them running',
        '172.23.0.0/16 (the Docker network infrastructure_macula-infra)',
        'port 80 of all addresses',
        'port 5001 of all addresses',
      ],
      costs:
        'While this Compose project stays, 172.23.0.0/24 and its ports are not Macula’s: services get no clean URL, and start only with another subnet.',
      hasSubnet: true,
    },
    {
      id: 'forwarders',
      title: 'Forwarders (socat) and macula-port-forwarding.service',
      holds: [
        '127.0.0.2:443 (socat, pid 989), to 127.0.0.1:8443',
        '127.0.0.3:9090 (socat, pid 1000), to 172.23.0.20:9090',
        '/etc/systemd/system/macula-port-forwarding.service, which starts them again',
      ],
      costs:
        'While these forwarders run, Macula’s own cannot have their ports, and names reach what these forward to.',
    },
    {
      id: 'hosts',
      title: '1 line of /etc/hosts',
      holds: ['line 5: “127.0.0.1 grafana.macula.local my-own-box   # by a script”'],
      costs: 'grafana.macula.local leads where this line says, whatever a name server answers.',
    },
  ],
  data: [
    {
      id: 'registry',
      title: 'The registry’s images',
      project: 'infrastructure',
      measured: {
        kind: 'found',
        bytes: 41_300_000_000,
        needsBytes: 41_300_000_000,
        says: '41 repositories, 212 tags',
        replaces: false,
      },
    },
    {
      id: 'powerdns',
      title: 'DNS zones',
      project: 'infrastructure',
      measured: {
        kind: 'found',
        bytes: 48_000_000,
        needsBytes: 96_000_000,
        says: '3 zones, 57 records',
        replaces: true,
      },
      taken: { at: 1_764_000_000_000, says: '3 zones and 57 records, all equal' },
    },
    {
      id: 'timescaledb',
      title: 'Databases',
      project: 'infrastructure',
      measured: {
        kind: 'refused',
        trouble: {
          kind: 'failed',
          what: 'TimescaleDB 2.11 cannot be taken over.',
          why: 'Ours is 2.29, and 2.11 is not updated to it in one step.',
          todo: 'Bring theirs to 2.17 first.',
        },
      },
    },
  ],
  steps: [
    {
      id: 'compose-infrastructure',
      part: 'compose',
      title:
        'Remove containers and network of the Compose project infrastructure, as docker compose down does',
      effects: [
        'container macula-powerdns (powerdns/pdns-auth-48:latest) is stopped and removed',
        'container macula-registry (registry:2) is stopped and removed',
        'network infrastructure_macula-infra (172.23.0.0/16) is removed',
        'no volume is removed: infrastructure_registry-data stays',
      ],
      price: 'What it serves does not answer until Macula runs.',
      without:
        'its containers keep their ports and 172.23.0.0/16: Macula needs another subnet, and its URLs carry a port.',
      brings: 'the Compose project infrastructure',
      back: ['cd /home/ada/macula/dev/infrastructure', 'docker compose --project-name infrastructure up -d'],
    },
    {
      id: 'before-unit',
      part: 'forwarders',
      title: 'Stop macula-port-forwarding.service and take it out',
      effects: [
        'macula-port-forwarding.service is stopped and disabled',
        '/etc/systemd/system/macula-port-forwarding.service is taken out',
      ],
      without: 'its forwarders keep 127.0.0.2 to 127.0.0.9, and come back with each start of the machine.',
      brings: 'macula-port-forwarding.service',
      change: change('before-unit', 'Stop macula-port-forwarding.service and take it out', [
        { verb: 'unit-off', unit: 'macula-port-forwarding.service' },
        { verb: 'remove', path: '/etc/systemd/system/macula-port-forwarding.service', shown: '3'.repeat(64) },
      ]),
      back: ['maculactl undo before-unit'],
    },
    {
      id: 'before-hosts',
      part: 'hosts',
      title: 'Take names of Macula out of 1 line of /etc/hosts',
      effects: [
        'line 5: “127.0.0.1 grafana.macula.local my-own-box   # by a script” becomes “127.0.0.1 my-own-box   # by a script”',
      ],
      without: 'these names resolve as the lines say, not to Macula’s addresses.',
      brings: 'names in /etc/hosts',
      change: change('before-hosts', 'Take names of Macula out of 1 line of /etc/hosts', [
        {
          verb: 'lines',
          path: '/etc/hosts',
          lines: [
            {
              line: 5,
              text: '127.0.0.1 grafana.macula.local my-own-box   # by a script',
              stays: '127.0.0.1 my-own-box   # by a script',
            },
          ],
        },
      ]),
      back: ['maculactl undo before-hosts'],
    },
  ],
  done: [],
}

/** What Compose of all versions writes into labels, and podman-compose: what each means to a take-over. */
import { describe, expect, test } from 'vitest'
import { makeOf, needsIn } from '../../../main/system/migration/labels.ts'

const of = (more: Readonly<Record<string, string>>) => ({
  'com.docker.compose.project': 'infrastructure',
  'com.docker.compose.service': 'registry',
  'com.docker.compose.container-number': '1',
  ...more,
})
const folder = 'com.docker.compose.project.working_dir'
const files = 'com.docker.compose.project.config_files'
const environment = 'com.docker.compose.project.environment_file'
const version = 'com.docker.compose.version'

const make = (more: Partial<ReturnType<typeof makeOf>>) => ({
  folder: '/home/ada/infrastructure',
  files: ['/home/ada/infrastructure/docker-compose.yml'],
  elsewhere: [],
  environment: [],
  ...more,
})

describe('from what a container was made', () => {
  test.each([
    [
      'docker compose 2 to 5: whole paths',
      {
        [folder]: '/home/ada/infrastructure',
        [files]:
          '/home/ada/infrastructure/docker-compose.yml,/home/ada/infrastructure/docker-compose.override.yml',
        [environment]: '/home/ada/infrastructure/.env,/home/ada/more.env',
        [version]: '2.26.1',
      },
      make({
        files: [
          '/home/ada/infrastructure/docker-compose.yml',
          '/home/ada/infrastructure/docker-compose.override.yml',
        ],
        environment: ['/home/ada/infrastructure/.env', '/home/ada/more.env'],
      }),
    ],
    [
      'docker-compose 1.29: paths as they were typed, from its folder',
      {
        [folder]: '/home/ada/infrastructure',
        [files]: 'docker-compose.yml,../lan.yml,/srv/more.yml',
        [environment]: 'prod.env',
        [version]: '1.29.2',
      },
      make({
        files: ['/home/ada/infrastructure/docker-compose.yml', '/home/ada/lan.yml', '/srv/more.yml'],
        environment: ['/home/ada/infrastructure/prod.env'],
      }),
    ],
    [
      'docker-compose 1.29 from stdin: no files at all',
      { [folder]: '/home/ada/infrastructure', [version]: '1.29.2' },
      make({ files: [] }),
    ],
    [
      'docker-compose before 1.25: no folder either',
      { [version]: '1.21.0' },
      make({ folder: '', files: [] }),
    ],
    [
      'a comma within a path',
      { [folder]: '/home/ada/a,b', [files]: '/home/ada/a,b/docker-compose.yml,/home/ada/a,b/lan.yml' },
      make({ folder: '/home/ada/a,b', files: ['/home/ada/a,b/docker-compose.yml', '/home/ada/a,b/lan.yml'] }),
    ],
    [
      'from stdin, an address and a registry: no files of this machine',
      {
        [folder]: '/home/ada/infrastructure',
        [files]: '-,https://example.org/compose.yml,oci://example.org/compose:1,/srv/x.yml',
        [version]: '5.0.0',
      },
      make({
        files: ['/srv/x.yml'],
        elsewhere: ['-', 'https://example.org/compose.yml', 'oci://example.org/compose:1'],
      }),
    ],
    [
      'podman-compose: its own project beside Docker’s labels',
      {
        [folder]: '/home/ada/infrastructure',
        [files]: 'docker-compose.yml',
        'io.podman.compose.project': 'infrastructure',
        'io.podman.compose.version': '1.5.0',
      },
      make({ by: 'podman-compose' }),
    ],
    [
      'docker compose on Podman’s engine: as on Docker’s',
      {
        [folder]: '/home/ada/infrastructure',
        [files]: '/home/ada/infrastructure/docker-compose.yml',
        [version]: '2.40.3',
      },
      make({}),
    ],
  ])('%s', (_, labels, expected) => {
    expect(makeOf(of(labels))).toEqual(expected)
  })
})

test.each([
  [
    'db:service_healthy:true,loki:service_started:false',
    [
      { service: 'db', condition: 'service_healthy' },
      { service: 'loki', condition: 'service_started' },
    ],
  ],
  // 2.0 to 2.5
  [
    'db,loki',
    [
      { service: 'db', condition: 'service_started' },
      { service: 'loki', condition: 'service_started' },
    ],
  ],
  ['', []],
])('who is needed by the label “%s”', (label, needs) => {
  expect(needsIn({ 'com.docker.compose.depends_on': label })).toEqual(needs)
})

test('docker-compose 1 says nothing of needs', () => {
  expect(needsIn(of({}))).toEqual([])
})

import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { AppPlace, AppSpec, PodSeen } from '../../../main/model/cluster.ts'
import { kubectlLines, placeOfApp } from '../../../main/model/kubectl-lines.ts'
import { appSpec, clusterSpec } from '../cluster/spec.ts'
import { pod } from '../cluster/world.ts'

const lines = (app?: AppPlace, file = '/home/ada/hub.kubeconfig'): readonly string[] =>
  kubectlLines({
    file,
    context: 'kind-macula-hub',
    export: '',
    ...(app ? { app } : {}),
  }).map(({ line }) => line)

const running = (part: Partial<PodSeen>): PodSeen => pod({ phase: 'Running', container: 'web', ...part })

test('each names file, context and namespace, and only what is the application’s', () => {
  const to = 'kubectl --kubeconfig=/home/ada/hub.kubeconfig --context=kind-macula-hub --namespace=macula'
  const selector = '--selector=dev.macula/app=console'
  expect(lines(placeOfApp(clusterSpec, appSpec('console'), [running({ name: 'console-1' })]))).toEqual([
    `${to} get deployments,statefulsets,daemonsets,pods ${selector}`,
    `${to} logs ${selector} --all-containers --prefix --follow --max-log-requests=50`,
    `${to} exec --stdin --tty console-1 --container=web -- sh`,
  ])
  expect(lines()).toEqual([])
})

const own: AppSpec = {
  ...appSpec('shop'),
  place: {
    path: '/p',
    namespace: 'shops',
    namespaces: ['shops', 'carts'],
    sum: '',
    follow: false,
    watched: [],
  },
}
const found = (selector?: string): AppSpec => ({
  ...appSpec('theirs'),
  found: { namespace: 'web', ingress: 'main', ...(selector === undefined ? {} : { selector }) },
})

test.each([
  [
    'the newest pod that runs is entered',
    appSpec('a'),
    [running({ name: 'old', createdAt: 1 }), running({ name: 'new', createdAt: 2 })],
    { pod: { name: 'new', container: 'web' } },
  ],
  [
    'a pod that ends, waits, begins or does a job is not',
    appSpec('a'),
    [running({ ending: true }), pod({ phase: 'Pending' }), running({ init: true }), running({ job: 'j' })],
    { pod: undefined },
  ],
  [
    'without a pod its own namespace is named, and all that it is in',
    own,
    [],
    { namespace: 'shops', several: true },
  ],
  ['a pod tells its namespace', own, [running({ namespace: 'carts' })], { namespace: 'carts' }],
  [
    'what was found is known by its Ingress’ Service',
    found('app=shop,tier=web'),
    [],
    { namespace: 'web', selector: 'app=shop,tier=web', found: true },
  ],
] as const)('%s', (_what, app, pods, place) => {
  expect({ pod: undefined, ...placeOfApp(clusterSpec, app, pods) }).toMatchObject(place)
})

test('of what is in several namespaces all are listed; of what was found only pods; without a selector nothing', () => {
  expect(lines(placeOfApp(clusterSpec, own, []))[0]).toMatch(
    / --all-namespaces get .* --selector=dev\.macula/,
  )
  expect(lines(placeOfApp(clusterSpec, found('app=x'), []))[0]).toMatch(/ get pods --selector=app=x$/)
  expect(lines(placeOfApp(clusterSpec, found(), []))).toEqual([])
})

test('what a cluster calls itself stays one word of a shell, and names that are none are in no line', () => {
  const evil = `a'; touch /tmp/owned; echo '$(id)`
  const [get = ''] = lines({ namespace: 'web', selector: evil, found: true }, `/home/a b/it's`)
  const words = execFileSync('sh', ['-c', get.replace(/^kubectl/, String.raw`printf '%s\n'`)], {
    encoding: 'utf8',
  })
  expect(words.split('\n')).toEqual([
    `--kubeconfig=/home/a b/it's`,
    '--context=kind-macula-hub',
    '--namespace=web',
    'get',
    'pods',
    `--selector=${evil}`,
    '',
  ])
  expect(lines({ namespace: '--all', selector: 'a=b' })).toEqual([])
  expect(
    lines({ namespace: 'web', selector: 'a=b', pod: { name: '--help', container: 'web' } }),
  ).toHaveLength(2)
})

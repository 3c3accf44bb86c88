import { mkdir, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import {
  as,
  curl,
  docker,
  done,
  fresh,
  home,
  maculactl,
  noClusters,
  nodes,
  run,
  until,
  user,
  type Ran,
  type Status,
} from '../support/actor.ts'

export const config = join(home, '.config', 'macula-desktop')
export const state = join(home, '.local', 'state', 'macula-desktop')
const images = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..', 'images')

/** With the published images nothing is stood in: the pinned node image is pulled by its digest. */
const isPublished = process.env['MACULA_TEST_PUBLISHED'] === '1'
const pinned =
  /^ +image: (\S+)$/m.exec(
    readFileSync(new URL('../../../assets/cluster/clusters/hub/kind.yaml', import.meta.url), 'utf8'),
  )?.[1] ?? ''
/** The stand-in's is under the tag of the pinned version, which has another digest. */
export const nodeImage = isPublished ? pinned : (pinned.split('@')[0] ?? '')

async function own(path: string): Promise<void> {
  await run('chown', ['-R', `${user}:`, path])
}

/** Writes a file of the plain user's. */
export async function put(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, text)
  await own(join(home, '.config'))
}

export async function settings(clusters: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const nodes = isPublished ? {} : { hub: nodeImage }
  await put(join(config, 'settings.json'), JSON.stringify({ version: 1, clusters: { nodes, ...clusters } }))
}

/** A machine that is set up, without a cluster and without containers. */
export async function cleared(): Promise<void> {
  if (!isPublished && (await docker('image', 'inspect', nodeImage)).code !== 0)
    throw new Error(
      `${nodeImage} is missing: node test/images/build.mjs --only kind-node makes it (it needs Go)`,
    )
  await fresh()
  await settings()
  await done(['setup', '--yes'])
}

export async function gone(): Promise<void> {
  await fresh()
}

/** The tests' application as an image under its public name, pushed as a person does; `argument`: "crash"; `more`: "shell". */
export async function push(image: string, argument = '', more = ''): Promise<void> {
  const built = await run(join(images, 'kind-app', 'build.sh'), [image, argument, more])
  if (built.code !== 0) throw new Error(built.err)
  const pushed = await docker('push', '-q', image)
  if (pushed.code !== 0) throw new Error(pushed.err)
}

/** What the URL of an application answers, by its name and without a port. */
export async function url(
  name: string,
  path = '/',
): Promise<{ readonly status: number; readonly body: string }> {
  return await curl(`http://${name}.macula.local${path}`)
}

/**
 * Until the URL of an application answers so; its body. The cluster's ingress takes up what came or went some moments later, as long
 * as the machine lets it wait.
 */
export async function untilAnswers(
  name: string,
  wanted: { readonly status?: number; readonly body?: unknown },
  path = '/',
): Promise<string> {
  let body = ''
  await expect
    .poll(
      async () => {
        const answer = await url(name, path)
        ;({ body } = answer)
        return answer
      },
      { timeout: 180_000, interval: 300 },
    )
    .toMatchObject(wanted)
  return body
}

/** The arguments of a line in which none has a space. */
export const words = (line: string): readonly string[] => line.split(' ')

/** How often kubectl is asked again for what a loaded machine's API server did not answer in time (ms), and for how long. */
const KUBECTL_DEADLINE_MS = 120_000
const KUBECTL_AGAIN_MS = 1000

/** What kubectl says when it was not answered in time, whatever it asked for. */
const NOT_IN_TIME =
  /TLS handshake timeout|i\/o timeout|Client\.Timeout|context deadline exceeded|request timed out|unable to return a response in the time allotted|connection reset|unexpected EOF/i

/**
 * kubectl of this machine as the plain user, led by the line that `cluster kubeconfig` prints. On a loaded machine a handshake takes
 * longer than its ten seconds: that is tried again.
 */
export async function kubectl(...args: readonly string[]): Promise<Ran> {
  const file = join(state, 'clusters', 'hub.kubeconfig')
  const [program = '', ...rest] = as(user, ['kubectl', ...args], { KUBECONFIG: file })
  for (const end = Date.now() + KUBECTL_DEADLINE_MS; ; await setTimeout(KUBECTL_AGAIN_MS)) {
    const ran = await run(program, rest)
    if (ran.code === 0 || !NOT_IN_TIME.test(ran.err) || Date.now() > end) return ran
  }
}

/**
 * What kubectl reads, once it succeeds: on a loaded machine a handshake of its own takes longer than its ten seconds. What
 * it never could is told with its exit code and words.
 */
export async function kubectlReads(...args: readonly string[]): Promise<string> {
  const end = Date.now() + KUBECTL_DEADLINE_MS
  const tries: string[] = []
  for (;;) {
    const { code, out, err } = await kubectl(...args)
    if (code === 0 && out !== '') return out
    tries.push(`exit code ${code}: ${err || '(nothing on stderr)'}`)
    if (Date.now() > end)
      throw new Error(`kubectl ${args.join(' ')} read nothing in ${tries.length} tries:\n${tries.join('\n')}`)
    await setTimeout(KUBECTL_AGAIN_MS)
  }
}

/** Takes the API server away as an administrator would (its static pod), or gives it back. */
export async function apiServer(node: string, on: boolean): Promise<void> {
  const [home, aside] = isPublished
    ? ['/etc/kubernetes/manifests/kube-apiserver.yaml', '/kind/kube-apiserver.yaml']
    : ['/kind/programs/20-apiserver', '/kind/20-apiserver']
  await docker('exec', node, 'mv', on ? aside : home, on ? home : aside)
  // Told to end it would go on for a minute for those who watch.
  if (!on && !isPublished) await docker('exec', node, 'pkill', '-9', '-f', '/usr/local/bin/kube-apiserver')
}

/** Gives a node another address on the docker network, with the names that it had there; it may be stopped. */
export async function moveNode(node: string, address: string): Promise<void> {
  const format = '{{range .NetworkSettings.Networks.macula.Aliases}}{{.}} {{end}}'
  const aliases = (await docker('inspect', '-f', format, node)).out.split(' ').filter(Boolean)
  await docker('network', 'disconnect', 'macula', node)
  await docker(
    ...words(`network connect --ip ${address}`),
    ...aliases.flatMap((name) => ['--alias', name]),
    'macula',
    node,
  )
}

export const apps = ['console', 'bootstrap', 'peer1', 'peer2'] as const

export function stateOf(seen: Status, id: string): string {
  return seen.services.find((one) => one.id === id)?.state ?? 'absent'
}

/** Everything of the stack besides clusters: containers with their start, volumes, the network. */
export async function infrastructure(): Promise<string> {
  const ids = (await docker('ps', '-aq', '--filter', 'label=dev.macula.project=macula')).out
    .split('\n')
    .filter(Boolean)
  const started = (
    await docker('inspect', '-f', '{{.Name}} {{.Id}} {{.State.StartedAt}} {{.State.Status}}', ...ids)
  ).out
  const volumes = (await docker('volume', 'ls', '-q', '--filter', 'label=com.docker.compose.project=macula'))
    .out
  const network = (await docker('network', 'inspect', '-f', '{{.Id}}', 'macula')).out
  return [started, volumes, network].map((text) => text.split('\n').sort().join('\n')).join('\n')
}

export { maculactl, noClusters, nodes, until as lookUntil }

import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { argv, docker, done, home, maculactl as ctl, run, serviceOf, status, user } from '../support/actor.ts'
import {
  cleared,
  gone,
  infrastructure,
  kubectlReads,
  lookUntil,
  noClusters,
  nodeImage,
  nodes,
  put,
  settings,
  state,
  stateOf,
  untilAnswers,
} from './tier.ts'

/** What is broken off in the middle, what is not ours, and what is in the way. */

beforeAll(async () => {
  await cleared()
  await done(['up', 'registry', 'timescaledb'])
})
afterAll(gone)

/** Starts maculactl and sends `signal` as soon as its progress says `words`; the exit code, or the signal. */
async function broken(words: readonly string[], at: string, signal: NodeJS.Signals): Promise<string> {
  const [program = '', ...args] = argv(words)
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  let told = ''
  let sent = false
  return await new Promise((resolve) => {
    child.stderr.on('data', (data: Buffer) => {
      told += data.toString()
      if (sent || !told.includes(at)) return
      sent = true
      // The whole group, as a closed terminal or a power cut would: kind goes too.
      if (child.pid !== undefined) process.kill(-child.pid, signal)
    })
    child.once('close', (code, by) => resolve(sent ? String(by ?? code) : `never said ${at}: ${told}`))
  })
}

const kubeconfig = join(home, '.kube', 'config')
const foreign = `apiVersion: v1
kind: Config
current-context: work # mine
clusters:
  - name: work
    cluster: { server: 'https://10.0.0.1:6443' }
contexts:
  - name: work
    context: { cluster: work, user: ada }
users:
  - name: ada
    user: { token: s3cret }
`
const putKubeconfig = async (text: string): Promise<void> => {
  await put(kubeconfig, text)
  await run('chown', ['-R', `${user}:`, join(home, '.kube')])
}

describe('fault 31: one cluster, whose create and delete are broken off', () => {
  const works = async (): Promise<boolean> =>
    stateOf(await lookUntil((one) => stateOf(one, 'cluster/hub') === 'works'), 'cluster/hub') === 'works'
  afterAll(noClusters)

  test('killed at each step, and by Ctrl-C, it goes on with the next create; a kubeconfig is not even made', async () => {
    const infra = await infrastructure()
    await run('rm', ['-rf', join(home, '.kube')])
    const create = ['cluster', 'create']
    expect(await broken(create, 'Preparing nodes', 'SIGKILL')).toBe('SIGKILL')
    expect(await broken(create, 'Starting control-plane', 'SIGKILL')).toBe('SIGKILL')
    expect(await broken(create, 'Starting control-plane', 'SIGINT')).toBe('130')
    const row = serviceOf(await status(), 'cluster/hub')
    expect([row.state, row.reason]).toEqual(['failed', 'created in part'])
    expect(row.headline?.fix?.command).toBe('maculactl up cluster/hub')
    expect(await broken(create, 'Installing StorageClass', 'SIGKILL')).toBe('SIGKILL')
    expect(await broken(create, 'Installing the ingress controller', 'SIGKILL')).toBe('SIGKILL')
    await done(create)
    expect(await works()).toBe(true)
    expect(await nodes()).toHaveLength(1)
    await untilAnswers('console', { status: 503 })
    expect(await infrastructure()).toBe(infra)
    await expect(readFile(kubeconfig)).rejects.toThrow('ENOENT')
  })

  test('fault 35: no secret is told by its start, status or events', async () => {
    const secrets = Object.values(
      JSON.parse(await readFile(join(home, '.config', 'macula-desktop', 'secrets.json'), 'utf8')) as Record<
        string,
        unknown
      >,
    ).filter((value) => typeof value === 'string' && value.length > 8)
    const told = [
      await ctl(['cluster', 'start']),
      await ctl(['status', '--json']),
      await ctl(['cluster', 'events']),
    ]
    const text = told.map(({ out, err }) => out + err).join('\n')
    for (const secret of secrets) expect(text).not.toContain(secret)
    expect((await run('stat', ['-c', '%a', join(state, 'clusters', 'hub.kubeconfig')])).out).toBe('600')
  })

  test('with the setting, only our context comes into the person’s kubeconfig and goes; so it does by a delete that was killed', async () => {
    const infra = await infrastructure()
    await settings({ kubeconfig: 'user' })
    await putKubeconfig(foreign)
    await done(['cluster', 'start'])
    const merged = await readFile(kubeconfig, 'utf8')
    for (const line of foreign.split('\n')) expect(merged.split('\n')).toContain(line)
    expect(merged).toContain('kind-macula-hub')
    const asked = ['--kubeconfig', kubeconfig, '--context', 'kind-macula-hub', 'get', 'nodes', '-o', 'name']
    expect(await kubectlReads(...asked)).toContain('node/')
    // Set back, it is taken out again, as it is by a delete.
    await settings()
    await done(['cluster', 'kubeconfig'])
    expect(await readFile(kubeconfig, 'utf8')).toBe(foreign)
    await settings({ kubeconfig: 'user' })
    await done(['cluster', 'kubeconfig'])
    expect(await readFile(kubeconfig, 'utf8')).toBe(merged)
    const remove = ['cluster', 'delete', '--yes']
    expect(await broken(remove, 'Removing its nodes', 'SIGKILL')).toBe('SIGKILL')
    await done(remove)
    expect(await nodes()).toEqual([])
    await lookUntil((one) => stateOf(one, 'cluster/hub') === 'not set up')
    expect(await readFile(kubeconfig, 'utf8')).toBe(foreign)
    expect(await infrastructure()).toBe(infra)
    await settings()
  })
})

describe('what is in the way', () => {
  afterEach(async () => {
    await noClusters()
    await docker('rm', '-f', 'squatter')
  })

  test('fault 28: port 8080 taken: its holder is named, and nothing is made', async () => {
    const squatter = spawn('python3', ['-m', 'http.server', '--bind', '127.0.0.1', '8080'], {
      stdio: 'ignore',
    })
    await run('sh', ['-c', 'until ss -Hltn | grep -q 127.0.0.1:8080; do :; done'], { timeout: 120_000 })
    const ran = await ctl(['cluster', 'create'])
    expect(ran.code).toBe(1)
    expect(`${ran.err}${ran.out}`).toContain('127.0.0.1:8080')
    expect(squatter.exitCode).toBeNull()
    expect(await nodes()).toEqual([])
    squatter.kill()
  })

  test('a kind that is too old, and none to be downloaded: told with the reason, and nothing is made', async () => {
    // An old kind (a script that tells a version) in place of the machine's own, behind a proxy that is not there.
    const path = await mkdtemp('/tmp/macula-old-kind-')
    const old = join(path, 'kind')
    await writeFile(old, '#!/bin/sh\necho 0.31.0\n', { mode: 0o755 })
    await chmod(path, 0o755)
    const command = argv(['cluster', 'create'], user, { PATH: path, HTTPS_PROXY: 'http://127.0.0.1:1' })
    const hidden =
      'for one in /usr/bin/kind /usr/local/bin/kind; do [ ! -e "$one" ] || mount --bind "$0" "$one"; done'
    const ran = await run('unshare', ['--mount', 'sh', '-c', `${hidden}; exec "$@"`, old, ...command])
    await rm(path, { recursive: true })
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('kind 0.31.0 is too old for this node image')
    expect(ran.out).toContain('0.33.0 cannot be downloaded')
    expect(ran.out).toContain('ECONNREFUSED')
    expect(await nodes()).toEqual([])
    const row = serviceOf(await status(), 'cluster/hub')
    expect([row.state, row.reason]).toEqual(['failed', 'not created'])
    expect(row.headline?.why).toContain('0.33.0 cannot be downloaded')
  })

  describe('fault 30: a cluster of our name that somebody else made', () => {
    const byHand = async (mapping: string, keep = join('/tmp', 'by-hand.kubeconfig')): Promise<void> => {
      const file = '/tmp/by-hand.yaml'
      await writeFile(
        file,
        `kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: macula-hub\nnodes:\n  - role: control-plane\n    extraPortMappings:\n      - { ${mapping} }\n`,
      )
      // prettier-ignore
      const made = await run('kind', ['create', 'cluster', '--config', file, '--image', nodeImage, '--kubeconfig', keep, '--wait', '0s'])
      if (made.code !== 0) throw new Error(made.err)
    }

    test('without a port for its ingress: refused by start and delete, left as it is, and nobody is told to delete it', async () => {
      await byHand('containerPort: 81, hostPort: 9099, listenAddress: 127.0.0.1')
      const before = await nodes()
      const row = serviceOf(await status(), 'cluster/hub')
      expect([row.state, row.reason]).toEqual([
        'failed',
        'a cluster that is not ours has its name, and publishes no port 80',
      ])
      expect(row.headline?.why).toContain('no port 80 of its nodes')
      expect(JSON.stringify(row)).not.toContain('kind delete')
      for (const words of [
        ['cluster', 'create'],
        ['cluster', 'delete', '--yes'],
        ['cluster', 'recreate', '--yes'],
      ])
        expect((await ctl(words)).code).toBe(1)
      expect(await nodes()).toEqual(before)
      expect((await docker('inspect', '-f', '{{.State.Running}}', ...before)).out).toBe('true')
    })

    test('with another port, on all addresses: used by start, its port read from Docker, never removed by delete', async () => {
      await byHand('containerPort: 80, hostPort: 9098')
      const before = await nodes()
      await done(['cluster', 'create'])
      expect(await nodes()).toEqual(before)
      await untilAnswers('console', { status: 503 })
      // The context of whoever made it is theirs, whatever the setting was and is.
      const text =
        'apiVersion: v1\nkind: Config\ncurrent-context: kind-macula-hub\nclusters: [{ name: kind-macula-hub, cluster: { server: https://10.0.0.1:6443 } }]\ncontexts: [{ name: kind-macula-hub, context: { cluster: kind-macula-hub, user: ada, namespace: mine } }]\nusers: []\n'
      await putKubeconfig(text)
      for (const clusters of [{ kubeconfig: 'user' }, {}]) {
        await settings(clusters)
        await done(['cluster', 'kubeconfig'])
        expect(await readFile(kubeconfig, 'utf8')).toBe(text)
      }
      const refused = await ctl(['cluster', 'delete', '--yes'])
      expect(refused.code).toBe(1)
      expect(`${refused.err}${refused.out}`).toContain('kind delete cluster --name macula-hub')
      expect(await readFile(kubeconfig, 'utf8')).toBe(text)
      expect(await nodes()).toEqual(before)
    })
  })

  test('fault 31: a kubeconfig that is half written is told, left as it is, and the cluster works by its own file', async () => {
    const half = foreign.slice(0, 90)
    await settings({ kubeconfig: 'user' })
    await putKubeconfig(`${half}"`)
    const ran = await ctl(['cluster', 'create'])
    expect(ran.code).toBe(0)
    expect(ran.err).toContain('is left as it is')
    expect(await readFile(kubeconfig, 'utf8')).toBe(`${half}"`)
    expect(await kubectlReads('get', 'nodes', '-o', 'name')).toContain('node/')
    await settings()
  })
})

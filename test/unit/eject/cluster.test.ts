import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fragment, openWorld, type World } from './fixture.ts'

/**
 * What setup-cluster.sh says to docker and kind, which are stood in for here: they note their arguments, and what comes in by
 * stdin. test/integration/cluster/eject.test.ts runs it on the real ones.
 */

const docker = `#!/bin/sh
echo "docker $*" >>"$DIARY"
case "$*" in
  'network inspect '*) [ ! -e "$STATE/no-network" ] ;;
  # docker warns of --format beside -q, and ignores it.
  'ps -a '*) [ ! -e "$STATE/made" ] || echo macula-hub-control-plane ;;
  'ps --filter '*) [ ! -e "$STATE/made" ] || echo macula-hub-control-plane ;;
  'inspect -f {{range '*) cat "$STATE/networks" 2>/dev/null || echo 'kind ' ;;
  'network connect '*) echo 'kind macula-infrastructure ' >"$STATE/networks" ;;
  'inspect -f {{(index '*) echo 172.23.0.129 ;;
  *'get configmap coredns -o'*) cat "$STATE/corefile" 2>/dev/null || printf '.:53 {\\n    errors\\n}\\n' ;;
  *'get pods -l app=nginx-ingress -o name'*)
    [ -e "$STATE/pods" ] && echo pod/x
    touch "$STATE/pods" ;;
  *'create configmap coredns --from-file'*) cat >"$STATE/corefile"; echo 'kind: ConfigMap' ;;
  *'create secret generic'*) cat >"$STATE/secret"; echo 'kind: Secret' ;;
  *' apply '*) cat >/dev/null ;;
esac
`
const kind = '#!/bin/sh\necho "kind $*" >>"$DIARY"\ntouch "$STATE/made"\n'

let one: World
let state: string
let diary: string
beforeAll(async () => {
  one = openWorld()
  one.put(
    'apps/shop/app.yaml',
    'x-macula:\n  title: Shop\n  purpose: x\n  image: shop:1\n  endpoints: [{ id: web, name: shop, open: / }]\n',
  )
  one.put(
    'apps/shop/shop.yaml',
    'apiVersion: v1\nkind: Service\nmetadata: { name: shop }\nspec: { ports: [{ port: 80 }] }\n',
  )
  one.put('apps/shop/kustomization.yaml', 'resources: [shop.yaml]\n')
  one.put('services/notes/compose.yaml', fragment('notes'))
  expect((await one.eject()).leftOut).toEqual([])
  const bin = join(one.home, 'bin')
  state = join(one.home, 'state')
  diary = join(one.home, 'diary')
  mkdirSync(bin)
  mkdirSync(state)
  writeFileSync(join(bin, 'docker'), docker, { mode: 0o755 })
  writeFileSync(join(bin, 'kind'), kind, { mode: 0o755 })
})
afterAll(() => one.clear())

function run(shell: string, ...args: readonly string[]) {
  rmSync(diary, { force: true })
  const words = shell.split(' ')
  const ended = spawnSync(
    words[0] ?? '',
    [...words.slice(1), join(one.folder, 'scripts/setup-cluster.sh'), ...args],
    {
      encoding: 'utf8',
      env: {
        PATH: `${join(one.home, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`,
        DIARY: diary,
        STATE: state,
        HOME: one.home,
      },
    },
  )
  return { ...ended, said: existsSync(diary) ? readFileSync(diary, 'utf8').trim().split('\n') : [] }
}

const shells = ['dash', 'bash', 'busybox sh'].filter((shell) => {
  try {
    execFileSync('sh', ['-c', `command -v ${shell.split(' ')[0] ?? ''}`])
    return true
  } catch {
    return false
  }
})

describe.each(shells)('setup-cluster.sh under %s', (shell) => {
  test('makes the cluster, joins it, leads it to the registry, puts everything in; again it does not make it anew', () => {
    rmSync(state, { recursive: true })
    mkdirSync(state)
    writeFileSync(
      join(one.folder, 'infrastructure/.env'),
      "MACULA_SECRET_POSTGRES_PASSWORD='a b'\nMACULA_URL_SECRET_POSTGRES_PASSWORD=a%20b\n",
    )
    const first = run(shell)
    expect(first.status, first.stderr).toBe(0)
    const all = first.said.join('\n')
    expect(all).toContain(
      `kind create cluster --name macula-hub --config ${one.folder}/cluster/hub/kind.yaml`,
    )
    expect(all).toContain('docker network connect macula-infrastructure macula-hub-control-plane')
    expect(all).toContain(
      `docker cp -q ${one.folder}/cluster/certs.d/. macula-hub-control-plane:/etc/containerd/certs.d/`,
    )
    expect(all).toContain(
      '--server-side --force-conflicts --field-manager=macula-infrastructure -f /macula/base',
    )
    expect(all).toContain('-n macula -f /macula/console')
    // One with a kustomization is built.
    expect(all).toContain('-n macula -k /macula/shop')
    expect(all).toContain('-n nginx-ingress wait --for=condition=Ready pod -l app=nginx-ingress')
    expect(first.stdout).toContain('The cluster macula-hub is up.')
    const corefile = readFileSync(join(state, 'corefile'), 'utf8')
    expect(corefile).toMatch(/^\.:53 \{\n {4}errors\n\}\n# macula begin/)
    expect(corefile).toContain('        172.23.0.129 shop.macula.local\n')
    expect(corefile).toContain('        172.23.0.50 notes.macula.local\n')
    expect(corefile).not.toContain('node ')
    const secret = readFileSync(join(state, 'secret'), 'utf8')
    expect(secret).toContain('PGPASSWORD=a b\n')
    expect(secret).toContain('DATABASE_URL=postgres://macula:a%20b@postgres.macula.local:5432/macula\n')

    const second = run(shell, 'create')
    expect(second.status, second.stderr).toBe(0)
    const again = second.said.join('\n')
    expect(again).not.toMatch(/kind create|network connect|rollout restart/)
    expect(second.stdout).toContain('The cluster macula-hub is there; its nodes are started.')
    expect(readFileSync(join(state, 'corefile'), 'utf8')).toBe(corefile)
  })

  test('without the network of the stack nothing is made, and it says what comes first', () => {
    rmSync(state, { recursive: true })
    mkdirSync(state)
    writeFileSync(join(state, 'no-network'), '')
    const ended = run(shell)
    expect(ended.status).toBe(1)
    expect(ended.stderr).toContain('Start the stack first: cd ')
    expect(ended.said.join('\n')).not.toContain('kind create')
  })

  test('stop, status and delete; a word that is none', () => {
    rmSync(state, { recursive: true })
    mkdirSync(state)
    expect(run(shell, 'status')).toMatchObject({ status: 1, stdout: 'macula-hub does not run\n' })
    writeFileSync(join(state, 'made'), '')
    expect(run(shell, 'status').status).toBe(0)
    expect(run(shell, 'stop').said).toContain('docker stop macula-hub-control-plane')
    expect(run(shell, 'delete').said).toContain('kind delete cluster --name macula-hub')
    expect(run(shell, 'nonsense')).toMatchObject({ status: 2 })
  })
})

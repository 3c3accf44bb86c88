import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, goingOn, run, serviceOf, type Ran, type Status } from '../support/actor.ts'
import { statusSchema } from '../../../main/cli/json/status.ts'
import { kubectl, words } from './tier.ts'

/** An address of loopback that nothing else has. */
const SERVER = '127.0.7.53'
const DEADLINE_MS = 180_000

/**
 * A room whose resolver is led to our name server as systemd-resolved leads it: this machine's own route is the hosts file, where
 * a new name needs root. Real: glibc's resolver, our name server, its forwarder. Stood in: the route, by a resolv.conf that only
 * programs in the room see.
 */
export async function nameRoom() {
  const folder = await mkdtemp(join(tmpdir(), 'macula-room-'))
  const resolv = join(folder, 'resolv.conf')
  await writeFile(resolv, `nameserver ${SERVER}\noptions timeout:1\n`)
  const server = spawn('socat', [`UDP4-RECVFROM:53,bind=${SERVER},fork`, 'UDP4:127.0.0.1:5354'], {
    stdio: 'ignore',
  })
  return {
    run: async (...argv: readonly string[]): Promise<Ran> =>
      await run('unshare', [
        '-m',
        '--',
        'sh',
        '-c',
        'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"',
        'sh',
        resolv,
        ...argv,
      ]),
    async end(): Promise<void> {
      const gone = once(server, 'exit')
      server.kill()
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type Room = Awaited<ReturnType<typeof nameRoom>>

/** Asks until `good`; the answer and how long it took since `began` (ms). */
async function until(
  began: number,
  ask: () => Promise<string>,
  good: (text: string) => boolean,
): Promise<{ readonly text: string; readonly ms: number }> {
  for (;;) {
    const text = await ask()
    const ms = performance.now() - began
    if (good(text) || ms > DEADLINE_MS) return { text, ms }
  }
}

/** What is promised of an Ingress (ms). */
export const QUICK_MS = 2000

/** Makes Ingresses in another namespace as a person would, with the annotations that the platform's manifests have, and takes them out. */
export async function ingressByHand(room: Room) {
  const addressOf = async (name: string): Promise<string> =>
    (await room.run('getent', 'ahostsv4', name)).out.split(/\s/)[0] ?? ''
  const page = async (name: string): Promise<string> =>
    (await room.run('curl', '-s', '-m', '2', `http://${name}/`)).out
  const watching = goingOn(['status', '--watch', '--json'])
  const look = async (id: string): Promise<Status['services'][number]> => {
    const { out } = await room.run(...argv(['status', '--json']))
    return serviceOf(statusSchema.parse(JSON.parse(out)), id)
  }
  try {
    await watching.told('"kind"')
    await kubectl('create', 'namespace', 'demo')
    await kubectl(
      ...words('run web -n demo --image=kind-registry:5000/macula/console:dev --expose --port=8080'),
      ...words('--env=PORT=8080 --env=OTEL_SERVICE_NAME=console'),
    )
    await until(
      performance.now(),
      async () => (await kubectl('get', 'pod', 'web', '-n', 'demo', '-o', 'jsonpath={.status.phase}')).out,
      (phase) => phase === 'Running',
    )
    // On a busy machine one may take longer: it is made again until each of the three was quick once.
    const times: { readonly resolved: number; readonly opened: number; readonly gone: number }[] = []
    const best = (of: (one: (typeof times)[number]) => number): number => Math.min(...times.map(of))
    let address = ''
    let body = ''
    const isQuick = (): boolean =>
      [best((one) => one.resolved), best((one) => one.opened), best((one) => one.gone)].every(
        (ms) => ms < QUICK_MS,
      )
    for (let tries = 0; ; tries += 1) {
      const name = times.length > 1 && (isQuick() || tries > 40) ? 'neurolab' : `lab${tries}`
      const host = `${name}.macula.local`
      await kubectl(
        ...words(`create ingress ${name} -n demo --rule=${host}/*=web:8080`),
        '--annotation=kubernetes.io/ingress.class=nginx',
        `--annotation=external-dns.alpha.kubernetes.io/hostname=${host}`,
        '--annotation=nginx.ingress.kubernetes.io/backend-protocol=HTTP',
      )
      const made = performance.now()
      const resolved = await until(
        made,
        async () => await addressOf(host),
        (text) => text !== '',
      )
      const opened = await until(
        made,
        async () => await page(host),
        (text) => text.startsWith('console answers'),
      )
      ;[address, body] = [resolved.text, opened.text]
      if (name === 'neurolab') break
      await kubectl('delete', 'ingress', name, '-n', 'demo')
      const left = performance.now()
      const gone = await until(
        left,
        async () => await addressOf(host),
        (text) => text === '',
      )
      times.push({ resolved: resolved.ms, opened: opened.ms, gone: gone.ms })
    }
    const seen = await look('demo-neurolab')
    const opens = await room.run(...argv(['open', 'neurolab.macula.local', '--print']))
    await kubectl(
      ...words('create ingress neurolab2 -n demo --class=traefik --rule=other.macula.local/*=web:8080'),
    )
    const ignored = await until(
      performance.now(),
      async () => (await look('demo-neurolab2')).reason,
      (reason) => reason.includes('traefik'),
    )
    return {
      address,
      body,
      resolvedMs: best((one) => one.resolved),
      openedMs: best((one) => one.opened),
      goneMs: best((one) => one.gone),
      row: seen,
      opens: opens.out + opens.err,
      ignored: ignored.text,
      described: await addressOf('console.macula.local'),
    }
  } finally {
    await watching.end()
    await kubectl('delete', 'namespace', 'demo', '--wait=false')
  }
}

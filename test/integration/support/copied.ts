import { docker, run, type Ran } from './actor.ts'

/** What a snapshot copies, as programs outside of the product see it: rows, records, objects' files, digests. */

/** Runs a program in a container of an instance; throws where it does not end well. */
export async function inside(project: string, service: string, ...argv: readonly string[]): Promise<string> {
  const ran = await docker('exec', `${project}-${service}-1`, ...argv)
  if (ran.code !== 0) throw new Error(`${argv.join(' ')} in ${service}: ${ran.err}`)
  return ran.out.trim()
}

/** What psql prints, of a database server of an instance. */
export async function sql(
  project: string,
  service: 'timescaledb' | 'powerdns-db',
  database: string,
  text: string,
): Promise<string> {
  const who = service === 'timescaledb' ? 'macula' : 'pdns'
  const words = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-U', who, '-d', database, '-c', text]
  return await inside(project, service, 'psql', ...words)
}

/** Files that stand for the content of each volume. */
export const marks = [
  ['grafana', '/var/lib/grafana/snapshot-marker'],
  ['object-store', '/data/snapshot-marker'],
  ['registry', '/var/lib/registry/snapshot-marker'],
] as const

/** What the registry at "address:port" says of an image, "" where it has none. */
export async function digestAt(place: string, image: string, tag: string): Promise<string> {
  const accept =
    'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json'
  const { out }: Ran = await run('curl', [
    '-sS',
    '--max-time',
    '30',
    '-I',
    '-H',
    `Accept: ${accept}`,
    `http://${place}/v2/${image}/manifests/${tag}`,
  ])
  return /^docker-content-digest: (\S+)/im.exec(out)?.[1] ?? ''
}

/** Makes an image of its own and pushes it; nothing of it stays in Docker. */
export async function push(name: string): Promise<void> {
  const container = (await docker('create', 'macula-test/base', 'true')).out.trim()
  await docker('commit', '--change', `ENV RELEASE=${name}`, container, name)
  const pushed = await docker('push', '-q', name)
  await docker('rm', container)
  await docker('rmi', name)
  if (pushed.code !== 0) throw new Error(pushed.err)
}

import Docker from 'dockerode'
import type { TestProject } from 'vitest/node'

/** Whatever the tests of a suite make in Docker has a name that begins so: another suite may be at work beside it. */
const names: Readonly<Record<string, string>> = { integration: 'macula-it-', data: 'macula-data-' }

/** Removes what a run that was ended by force left in Docker; a network of it would take the subnet of the next. */
export async function setup({ name: suite }: TestProject): Promise<void> {
  const ours = names[suite]
  if (ours === undefined) throw new Error(`no names are known of the suite ${suite}`)
  const docker = new Docker()
  const copies = { label: ['dev.macula.copy-project'] }
  const named = await docker.listContainers({ all: true })
  const copying = await docker.listContainers({ all: true, filters: copies })
  const containers = new Set(
    [
      ...named.filter(({ Names: all }) => all.some((name) => name.startsWith(`/${ours}`))),
      ...copying.filter(({ Labels: labels }) => labels['dev.macula.copy-project']?.startsWith(ours)),
    ].map(({ Id: id }) => id),
  )
  await Promise.all([...containers].map((id) => docker.getContainer(id).remove({ force: true, v: true })))
  const networks = (await docker.listNetworks()).filter(({ Name: name }) => name.startsWith(ours))
  await Promise.all(networks.map(({ Id: id }) => docker.getNetwork(id).remove()))
  const { Volumes: volumes } = await docker.listVolumes()
  const left = volumes.filter(({ Name: name }) => name.startsWith(ours))
  await Promise.all(left.map(({ Name: name }) => docker.getVolume(name).remove({ force: true })))
}

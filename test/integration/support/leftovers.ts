import Docker from 'dockerode'

/** Whatever these tests make in Docker has a name that begins with this. */
const OURS = 'macula-it-'

/** Removes what a run that was ended by force left in Docker; a network of it would take the subnet of the next. */
export async function setup(): Promise<void> {
  const docker = new Docker()
  const copies = { label: ['dev.macula.copy-project'] }
  const named = await docker.listContainers({ all: true })
  const copying = await docker.listContainers({ all: true, filters: copies })
  const containers = new Set(
    [
      ...named.filter(({ Names: names }) => names.some((name) => name.startsWith(`/${OURS}`))),
      ...copying.filter(({ Labels: labels }) => labels['dev.macula.copy-project']?.startsWith(OURS)),
    ].map(({ Id: id }) => id),
  )
  await Promise.all([...containers].map((id) => docker.getContainer(id).remove({ force: true, v: true })))
  const networks = (await docker.listNetworks()).filter(({ Name: name }) => name.startsWith(OURS))
  await Promise.all(networks.map(({ Id: id }) => docker.getNetwork(id).remove()))
  const { Volumes: volumes } = await docker.listVolumes()
  const left = volumes.filter(({ Name: name }) => name.startsWith(OURS))
  await Promise.all(left.map(({ Name: name }) => docker.getVolume(name).remove({ force: true })))
}

import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { isSubnet24 } from '../../../main/model/atoms.ts'
import { openDocker } from '../../../main/system/docker/open-docker.ts'
import { openFixture, settings, stays, FOREIGN, type Fixture } from './fixture.ts'

const { project, subnet } = settings

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture()
  await fixture.clear()
})
afterEach(() => fixture.clear())
afterAll(() => fixture.clear())

it('is made once, with our label and given-out addresses in the upper half', async () => {
  expect(await fixture.docker.network()).toEqual({ kind: 'absent' })
  await fixture.docker.ensureNetwork()
  expect(await fixture.docker.network()).toEqual({ kind: 'ours', subnet })
  const made = await fixture.raw.getNetwork(project).inspect()
  await fixture.docker.ensureNetwork()
  expect(await fixture.raw.getNetwork(project).inspect()).toMatchObject({ Id: made.Id })
  const id = await fixture.make('web', stays, { HostConfig: { NetworkMode: project } })
  await fixture.docker.start(id)
  const address = (await fixture.docker.inspect(id))?.address ?? ''
  expect(Number(address.split('.')[3])).toBeGreaterThanOrEqual(128)
})

it('stays while a container is on it, and goes when it is empty', async () => {
  await fixture.docker.ensureNetwork()
  const id = await fixture.make('web', stays, { HostConfig: { NetworkMode: project } })
  await fixture.docker.start(id)
  await fixture.docker.removeNetwork()
  expect(await fixture.docker.network()).toMatchObject({ kind: 'ours' })
  await fixture.docker.stop(id)
  await fixture.docker.remove(id)
  await fixture.docker.removeNetwork()
  await fixture.docker.removeNetwork()
  expect(await fixture.docker.network()).toEqual({ kind: 'absent' })
})

it('of our name but not ours is told and left as it is (fault 30)', async () => {
  const foreign = await fixture.raw.createNetwork({
    Name: project,
    IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] },
  })
  expect(await fixture.docker.network()).toMatchObject({ kind: 'foreign' })
  await expect(fixture.docker.ensureNetwork()).rejects.toMatchObject({
    trouble: { kind: 'failed', todo: expect.stringContaining('left as it is') },
  })
  await fixture.docker.removeNetwork()
  expect(await fixture.raw.getNetwork(project).inspect()).toMatchObject({ Id: foreign.id })
})

it('that would overlap another docker network is not made; a free subnet is proposed (fault 28)', async () => {
  await fixture.raw.createNetwork({
    Name: `${FOREIGN}-wide`,
    IPAM: { Driver: 'default', Config: [{ Subnet: '172.28.76.0/22' }] },
  })
  const seen = await fixture.docker.network()
  expect(seen).toMatchObject({
    kind: 'overlaps',
    withName: `the docker network ${FOREIGN}-wide`,
    subnet: '172.28.76.0/22',
  })
  const free = seen.kind === 'overlaps' ? seen.free : ''
  expect(isSubnet24(free)).toBe(true)
  await expect(fixture.docker.ensureNetwork()).rejects.toMatchObject({
    trouble: { what: `The subnet ${subnet} is taken.`, todo: expect.stringContaining(free) },
  })
  const moved = await openDocker({ ...settings, subnet: free }, process.env)
  await moved.ensureNetwork()
  expect(await moved.network()).toEqual({ kind: 'ours', subnet: free })
})

it.skipIf(process.getuid?.() !== 0)('that would overlap a route of this machine is not made', async () => {
  execFileSync('ip', ['route', 'add', '172.28.77.64/26', 'dev', 'lo'])
  try {
    expect(await fixture.docker.network()).toMatchObject({
      kind: 'overlaps',
      withName: 'the route through lo',
      subnet: '172.28.77.64/26',
    })
    await expect(fixture.docker.ensureNetwork()).rejects.toThrow('the route through lo')
  } finally {
    execFileSync('ip', ['route', 'del', '172.28.77.64/26', 'dev', 'lo'])
  }
  expect(await fixture.docker.network()).toEqual({ kind: 'absent' })
})

it('of ours follows the subnet of the settings, but never under running services', async () => {
  await fixture.docker.ensureNetwork()
  const id = await fixture.make('web', stays, { HostConfig: { NetworkMode: project } })
  await fixture.docker.start(id)
  const moved = await openDocker({ ...settings, subnet: '172.28.78.0/24' }, process.env)
  expect(await moved.network()).toMatchObject({ kind: 'differs', says: expect.stringContaining(subnet) })
  await expect(moved.ensureNetwork()).rejects.toMatchObject({
    trouble: { todo: 'Run maculactl down, then maculactl up.' },
  })
  await fixture.docker.stop(id)
  await fixture.docker.remove(id)
  await moved.ensureNetwork()
  expect(await moved.network()).toEqual({ kind: 'ours', subnet: '172.28.78.0/24' })
})

it('of ours that is not as we make it is told, and made anew once nothing runs on it', async () => {
  await fixture.raw.createNetwork({
    Name: project,
    Internal: true,
    Labels: { 'dev.macula.project': project },
    IPAM: { Driver: 'default', Config: [{ Subnet: subnet, Gateway: subnet.replace('.0/24', '.1') }] },
  })
  expect(await fixture.docker.network()).toEqual({
    kind: 'differs',
    says: `Our docker network ${project} is not as Macula makes it: it is internal, so nothing outside is reached from it.`,
  })
  const id = await fixture.make('web', stays, { HostConfig: { NetworkMode: project } })
  await fixture.docker.start(id)
  await expect(fixture.docker.ensureNetwork()).rejects.toMatchObject({
    trouble: { what: `The docker network ${project} cannot be recreated while services run.` },
  })
  await fixture.docker.stop(id)
  await fixture.docker.ensureNetwork()
  expect(await fixture.docker.network()).toEqual({ kind: 'ours', subnet })
  expect(await fixture.raw.getNetwork(project).inspect()).toMatchObject({ Internal: false })
})

/** The Compose project of a machine's earlier set-up, over a Docker engine of values. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composePart } from '../../../main/system/migration/compose.ts'
import { fakeDocker } from './fake-docker.ts'

const state = mkdtempSync(join(tmpdir(), 'macula-project-'))
process.once('exit', () => rmSync(state, { recursive: true, force: true }))

export const signal: AbortSignal = new AbortController().signal
export const quiet = (): void => undefined

export function old(subnet = '172.23.0.0/24') {
  const docker = fakeDocker([
    { id: 'r1', name: 'macula-registry', running: true },
    { id: 'p1', name: 'macula-powerdns', running: false },
  ])
  const part = composePart({
    link: () => Promise.resolve(docker.link),
    env: {},
    state,
    subnet,
  })
  return { docker, part }
}

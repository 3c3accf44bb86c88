import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { missingIn, withSources } from '../../../main/system/kind/sources.ts'

/** Folders of this machine in the nodes of a cluster. */

const config = `kind: Cluster # kept
nodes:
  - role: control-plane
    extraMounts:
      - { hostPath: /own, containerPath: /src }
  - role: worker
`
const src = { host: '/home/ada/src', node: '/src' }
const same = { host: '/srv/data', node: '' }

test('every node gets them, read-only; what is written there already stays', () => {
  const text = withSources(config, [src, same])
  expect(text).toContain('# kept')
  expect((parse(text) as { nodes: readonly unknown[] }).nodes).toEqual([
    {
      role: 'control-plane',
      extraMounts: [
        { hostPath: '/own', containerPath: '/src' },
        { hostPath: '/srv/data', containerPath: '/srv/data', readOnly: true },
      ],
    },
    {
      role: 'worker',
      extraMounts: [
        { hostPath: '/home/ada/src', containerPath: '/src', readOnly: true },
        { hostPath: '/srv/data', containerPath: '/srv/data', readOnly: true },
      ],
    },
  ])
  expect(withSources(config, [])).toBe(config)
})

test('what a node that is there does not have is told; another folder at its place counts as missing', () => {
  const node = (...mounts: readonly (readonly [string, string])[]) => ({ mounts: new Map(mounts) })
  expect(missingIn([node(['/src', '/home/ada/src'])], [src, same])).toEqual([same])
  expect(missingIn([node(['/src', '/elsewhere'])], [src])).toEqual([src])
  expect(missingIn([node(['/src', '/home/ada/src']), node()], [src])).toEqual([src])
  expect(missingIn([], [src])).toEqual([])
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { findTarget } from '../../../main/cli/targets.ts'
import { cluster as clusterStep } from '../../../main/engine/wizard/steps/cluster.ts'
import type { WizardFacts } from '../../../main/engine/wizard/step.ts'
import { clusterUpLine } from '../../../main/model/cluster-id.ts'
import { absent, nobody } from './states.ts'
import { catalog, look, view } from './world.ts'

const main = fileURLToPath(new URL('../../../main/', import.meta.url))

/** Who may say `cluster create` or `cluster start`: its own help and lists, and what names a peer that nothing describes yet. */
const itsOwn = [/^cli\//, /^system\/migration\/clusters\.ts$/]

describe('what is typed to create or start a cluster is said in one way', () => {
  test('it is understood, and means the cluster alone, as the button of its row does', () => {
    const word = clusterUpLine('hub').replace('maculactl up ', '')
    expect(findTarget(catalog, 'macula.local', word)).toMatchObject({
      kind: 'service',
      service: { id: 'cluster/hub' },
    })
    const snapshot = look(absent, nobody)
    const step = clusterStep.judge({ snapshot, memory: {} } as WizardFacts)
    expect(step.command).toBe(clusterUpLine('hub'))
    expect(step.fix).toMatchObject({
      command: clusterUpLine('hub'),
      action: { kind: 'start', services: ['cluster/hub'] },
    })
  })

  test.each([
    ['that is not there', absent, nobody],
    ['that is gone', { ...absent, wasMade: true } as const, {}],
  ])('a row of one %s says the same', (_, seen, more) => {
    const { headline } = view(look(seen, more), 'cluster/hub')
    expect(`${headline?.todo} ${headline?.fix?.command}`).toContain(clusterUpLine('hub'))
  })

  test('no other sentence has words of its own for it', () => {
    const files = readdirSync(main, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.ts'),
    )
    expect(files.length).toBeGreaterThan(500)
    const saying = files.filter(
      (path) =>
        itsOwn.every((own) => !own.test(path)) &&
        /maculactl cluster (?:create|start)\b(?!`)/.test(readFileSync(join(main, path), 'utf8')),
    )
    expect(saying).toEqual([])
  })
})

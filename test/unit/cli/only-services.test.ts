import { expect, test } from 'vitest'
import { onlyServices } from '../../../main/cli/commands/status.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { greenWorld, snapshotOf } from './worlds.ts'

const headline = { what: 'x', why: '', todo: '' }
const seen: Snapshot = {
  ...snapshotOf(greenWorld()),
  causes: [
    { id: 'names', headline, services: [] },
    { id: 'ports', headline, services: ['grafana', 'loki'] },
    { id: 'docker', headline, services: ['loki'] },
  ],
}
const causes = (...ids: readonly string[]) =>
  onlyServices(seen, new Set(ids)).causes.map(({ id, services }) => `${id} ${services.join(' ')}`.trim())

test('a cause that hits no row is of the whole machine, and told whatever is asked for', () => {
  expect(causes('grafana')).toEqual(['names', 'ports grafana', 'docker'])
  expect(causes('tempo')).toEqual(['names', 'docker'])
})

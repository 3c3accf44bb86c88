import { describe, expect, it } from 'vitest'
import { parseProgress, serviceOf } from '../../../main/system/stack/progress.ts'

const step = (says: string) => ({ kind: 'step', container: 'macula-grafana-1', says })

describe('a line of compose’s progress', () => {
  it.each([
    // Version 2.29 to 2.40.
    ['{"id":"Container macula-grafana-1","status":"Creating"}', step('Creating')],
    ['{"id":"Container macula-grafana-1","status":"Created","text":"1s"}', step('Created')],
    ['{"id":"Container macula-grafana-1","status":"Recreated"}', step('Recreated')],
    ['{"id":"Network macula_default","status":"Created"}', undefined],
    // Version 5.
    [
      '{"id":"Container macula-grafana-1","status":"Working","text":"Creating","percent":0}',
      step('Creating'),
    ],
    ['{"id":"Container macula-grafana-1","status":"Done","text":"Created"}', step('Created')],
    ['{"id":"Container macula-grafana-1","status":"Working"}', undefined],
    [
      '{"id":"Container macula-grafana-1","status":"Error","text":"Error","details":"Conflict. The container name"}',
      { kind: 'error', says: 'Container macula-grafana-1 Error Conflict. The container name' },
    ],
    // Compose's own log and its last words.
    ['{"level":"warning","msg":"The \\"X\\" variable is not set.","time":"2026-11-23T20:00:00Z"}', undefined],
    ['{"level":"error","msg":"it broke","time":"x"}', { kind: 'error', says: 'it broke' }],
    [
      '{"error":true,"message":"Error response from daemon: No such image: a:1"}',
      { kind: 'error', says: 'Error response from daemon: No such image: a:1' },
    ],
    // Plain, before 2.29.
    [' Container macula-grafana-1  Recreate', step('Recreate')],
    [' Container macula-grafana-1  Created', step('Created')],
    [' Volume "macula_grafana"  Created', undefined],
    [' Container macula-grafana-1  Error', undefined],
    ['time="2026-11-23T20:52:52Z" level=warning msg="The \\"NOVAR\\" variable is not set."', undefined],
    ['time="2026-11-23T20:52:52Z" level=fatal msg="no"', { kind: 'error', says: 'no' }],
    ['unsupported --progress value "json"', { kind: 'error', says: 'unsupported --progress value "json"' }],
    [
      'validating /x/compose.yaml: services.web Additional property imge is not allowed',
      {
        kind: 'error',
        says: 'validating /x/compose.yaml: services.web Additional property imge is not allowed',
      },
    ],
    ['', undefined],
    ['[1]', { kind: 'error', says: '[1]' }],
  ])('%s', (line, event) => {
    expect(parseProgress(line)).toEqual(event)
  })
})

it.each([
  ['macula-registry-ui-1', 'registry-ui'],
  ['macula-registry-1', 'registry'],
  ['0123456789ab_macula-registry-1', 'registry'],
  ['macula-registry', undefined],
  ['other-registry-1', undefined],
])('the container %s belongs to %s', (container, id) => {
  expect(serviceOf(container, 'macula')).toBe(id)
})

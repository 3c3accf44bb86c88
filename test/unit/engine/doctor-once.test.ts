import { expect, test } from 'vitest'
import { eachOnce } from '../../../main/engine/doctor/doctor.ts'

test('what two checks found is told once, by the first; what passed is told by each', () => {
  const found = [
    { id: 'names', result: 'warning', what: '2 records of PowerDNS are not known to this machine.' },
    { id: 'room', result: 'ok', what: 'It is.' },
    { id: 'files', result: 'ok', what: 'It is.' },
    { id: 'services', result: 'warning', what: '2 records of PowerDNS are not known to this machine.' },
    { id: 'services', result: 'failed', what: 'Tempo does not answer.' },
  ] as const
  expect(eachOnce(found).map(({ id }) => id)).toEqual(['names', 'room', 'files', 'services'])
})

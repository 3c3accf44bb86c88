import { expect, test } from 'vitest'
import { openInside } from '../../../main/system/inside/open-inside.ts'
import { MaculaError, Refusal } from '../../../main/model/errors.ts'
import type { SecretKeeper } from '../../../main/model/secret.ts'

/** Only who said no has its old password for sure; psql's and Grafana's exit codes and words tell. */

const midway = 'psql:<stdin>:2: server closed the connection unexpectedly'
const atFirst =
  'psql: error: connection to server on socket "/run/.s.PGSQL.5432" failed: FATAL:  the database system is starting up'

test.each<readonly [SecretKeeper, number, string, boolean]>([
  ['postgres', 3, 'psql:<stdin>:2: ERROR:  role "macula" does not exist', true],
  ['postgres', 2, atFirst, true],
  ['postgres', 2, midway, false],
  ['postgres', 137, '', false],
  ['postgres', -1, '', false],
  ['grafana', 1, 'Error: failed to update user password', true],
  ['grafana', 127, 'grafana: not found', true],
  ['grafana', 137, '', false],
  ['powerdns-admin', 1, 'Its database: could not connect to server', true],
  ['powerdns-admin', 137, '', false],
])('%s ends with %d, %j: it said no: %s', async (keeper, code, err, saidNo) => {
  const inside = openInside({ exec: async () => await Promise.resolve({ code, out: '', err }) })
  const error = await inside
    .tell(keeper, 'one', { user: 'macula', admin: 'postgres' }, 'secret')
    .then(() => undefined)
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(MaculaError)
  expect(error instanceof Refusal).toBe(saidNo)
})

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

/** Every PostgreSQL keeps its data in its volume whatever its image does by default, which another major version of it changes. */

const stack = new URL('../../../assets/stack/', import.meta.url)
interface Fragment {
  readonly services: Record<
    string,
    {
      readonly image?: string
      readonly volumes?: readonly string[]
      readonly environment?: Record<string, string>
    }
  >
}
const databases = readdirSync(stack).flatMap((folder) => {
  const { services } = parse(readFileSync(new URL(`${folder}/compose.yaml`, stack), 'utf8')) as Fragment
  return Object.entries(services).filter(
    ([, { environment }]) => environment?.['POSTGRES_USER'] !== undefined,
  )
})

test('there are two', () => {
  expect(databases.map(([id]) => id).toSorted()).toEqual(['powerdns-db', 'timescaledb'])
})

test.each(databases)(
  '%s says where its data is, and that is its volume',
  (id, { volumes = [], environment = {} }) => {
    expect(volumes).toContain(`${id}:${environment['PGDATA']}`)
  },
)

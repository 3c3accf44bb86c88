import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SqlMigration } from '../../../main/model/sql-migration.ts'
import { SHIPPED, startServer, type Server } from './server.ts'

/** Whether anything is to be done in a database, seen in one session of the real psql; then roles have their passwords. */

let server: Server
let shipped: readonly SqlMigration[]
const names = ['stands', 'beside']
const spec = { user: 'macula', names, extensions: ['timescaledb'], migrations: SHIPPED }
const ask = async (passwords: Readonly<Record<string, string>> = {}, of = shipped) =>
  await server.inside.stands(server.id, spec, of, new Map(Object.entries(passwords)))
const verifier = async () =>
  await server.rows('postgres', "SELECT rolpassword FROM pg_authid WHERE rolname = 'macula_app'")
const log = async () => {
  const all = await server.container.logs({ stdout: true, stderr: true })
  return all.toString()
}

beforeAll(async () => {
  server = await startServer('macula-it-stands')
  shipped = await server.inside.migrations(SHIPPED)
})
afterAll(async () => await server.clear())

test('of nothing it does not stand, and the server finds no error in being asked', async () => {
  expect(await ask()).toBe(false)
  await server.inside.ensureDatabases(server.id, spec, names)
  expect(await ask()).toBe(false)
  expect(await log()).not.toMatch(/(?:ERROR|FATAL): .*(?:stands|beside|migrations)/)
})

test('with databases, extensions and migrations it stands: roles that are there have their passwords then', async () => {
  expect((await server.migrate('stands')).lacks).toBeUndefined()
  const before = await verifier()
  expect(await ask({ macula_app: 'another one', nobody: 'x' })).toBe(true)
  expect(await verifier()).not.toEqual(before)
  expect((await server.sql('macula_app', 'stands', 'SELECT 1')).stderr).toContain('authentication failed')
  expect(await ask({ macula_app: 'of-the-app' })).toBe(true)
  expect((await server.sql('macula_app', 'stands', 'SELECT 1')).stdout).toBe('1')
})

test.each([
  ['a migration less', (): readonly SqlMigration[] => shipped.slice(0, -1)],
  ['a migration more', () => [...shipped, { number: 99, name: 'more', checksum: 'ab', sql: '' }]],
  ['another text of one', () => shipped.map((one) => (one.number === 2 ? { ...one, checksum: 'ab' } : one))],
])('with %s it does not, and no password is changed', async (_, of) => {
  const before = await verifier()
  expect(await ask({ macula_app: 'never' }, of())).toBe(false)
  expect(await verifier()).toEqual(before)
})

test('without a database, or its extension, it does not', async () => {
  await server.rows('beside', 'DROP EXTENSION timescaledb CASCADE')
  expect(await ask()).toBe(false)
  await server.rows('postgres', 'DROP DATABASE beside')
  expect(await ask()).toBe(false)
  await server.inside.ensureDatabases(server.id, spec, names)
  expect(await ask()).toBe(true)
})

test('a newer version of an extension in the image: in each of its databases, the template, and those of programs', async () => {
  const own = { user: 'macula', names: ['dated'], extensions: ['dated'] }
  const write = async (version: string) =>
    // prettier-ignore
    await execa('docker', [
      'exec', '-u', 'root', server.id, 'bash', '-c',
      `d=$(pg_config --sharedir)/extension; echo "default_version = '${version}'" >$d/dated.control; echo "CREATE TABLE public.dated_1 ();" >$d/dated--1.sql; echo "CREATE TABLE public.dated_2 ();" >$d/dated--1--2.sql`,
    ])
  const isNew = async () => await server.inside.stands(server.id, own, [], new Map())
  await write('1')
  await server.inside.ensureDatabases(server.id, own, own.names)
  await server.rows('postgres', 'CREATE DATABASE of_a_program')
  expect(await isNew()).toBe(true)
  await write('2')
  expect(await isNew()).toBe(false)
  for (const name of ['dated', 'template1']) {
    await server.rows(name, 'ALTER EXTENSION dated UPDATE')
    expect(await isNew()).toBe(false)
  }
  await server.rows('of_a_program', 'ALTER EXTENSION dated UPDATE')
  expect(await isNew()).toBe(true)
  await server.rows('of_a_program', 'DROP EXTENSION dated')
  expect(await isNew()).toBe(true)
})

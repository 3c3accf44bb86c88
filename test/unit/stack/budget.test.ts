import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

/**
 * What the stack takes of a laptop's memory: of each service what it keeps when nobody uses it (mem_reservation, which the kernel
 * leaves it when memory gets short), and what it never exceeds (mem_limit).
 */

const MB = 1024 * 1024
const IDLE = 2560 * MB
const MOST = 6144 * MB

/** Bytes of "512m" and "1g". */
function bytes(text: string): number {
  const [, number, unit] = /^(\d+)([mg])$/.exec(text) ?? []
  return Number(number) * (unit === 'g' ? 1024 * MB : MB)
}

const services = readdirSync(join('assets', 'stack')).map((id) => {
  const { services: all } = parse(readFileSync(join('assets', 'stack', id, 'compose.yaml'), 'utf8')) as {
    readonly services: Readonly<Record<string, Readonly<Record<'mem_limit' | 'mem_reservation', string>>>>
  }
  return { id, limit: bytes(all[id]?.mem_limit ?? ''), idle: bytes(all[id]?.mem_reservation ?? '') }
})

const sum = (of: readonly number[]): number => of.reduce((one, two) => one + two, 0)

test('every service has a budget when idle, and a limit above it', () => {
  expect(services.length).toBeGreaterThan(10)
  for (const { id, limit, idle } of services) {
    expect(idle, id).toBeGreaterThanOrEqual(8 * MB)
    expect(limit, id).toBeGreaterThanOrEqual(1.5 * idle)
  }
})

test('all of them keep less than 2.5 GB when idle, and never take more than 6', () => {
  expect(sum(services.map(({ idle }) => idle))).toBeLessThanOrEqual(IDLE)
  expect(sum(services.map(({ limit }) => limit))).toBeLessThanOrEqual(MOST)
})

/** What requests are made of: each as narrow as what it names. */
import { z } from 'zod'
import { isBackupName } from '../main/model/backup.ts'
import { MOST_IN_SET } from '../main/model/sets.ts'
import { LEAST_COLUMNS, MOST_COLUMNS, MOST_ROWS } from '../main/model/terminal.ts'

export const nothing = z.strictObject({})
/** A label, or `cluster/` and one. */
export const id = z.string().min(1).max(80)
/** More services than anybody runs: a list from outside has a bound, and none that a person meets. */
export const MOST_SERVICES = 10_000
export const ids = z.array(id).max(MOST_SERVICES)
/** Chosen by the face, so that it can speak of what it began before the answer comes. */
export const token = z.string().regex(/^[A-Za-z0-9-]{1,40}$/)
/** Epoch ms; of log lines with a fraction. */
export const instant = z.number().min(0)
export const run = { run: token }
/** How large a terminal is, in characters. */
export const size = {
  columns: z.int().min(LEAST_COLUMNS).max(MOST_COLUMNS),
  rows: z.int().min(1).max(MOST_ROWS),
}
/** What is typed or pasted at a time (characters): a page sends more in pieces, one after the other. */
export const MOST_TYPED = 8192

/** What can be set, each alone; checked once more as a whole before it is written. */
export const settingsPatch = z
  .strictObject({
    suffix: z.string().max(253),
    subnet: z.string().max(18),
    dockerHost: z.string().max(200),
    route: z.string().max(40),
    zones: z.array(z.string().max(253)).max(16).readonly(),
    nativePorts: z.boolean(),
    dns53: z.boolean(),
    tls: z.boolean(),
    clusters: z.strictObject({ kubeconfig: z.enum(['own', 'user']) }).partial(),
    desktop: z
      .strictObject({
        theme: z.enum(['system', 'light', 'dark']),
        startAtLogin: z.boolean(),
        startMinimised: z.boolean(),
        startServices: z.boolean(),
        notify: z
          .strictObject({
            muted: z.boolean(),
            failed: z.boolean(),
            recovered: z.boolean(),
            ready: z.boolean(),
          })
          .partial(),
        letterKeys: z.boolean(),
      })
      .partial(),
  })
  .partial()

/** The name of a snapshot in a file. */
export const backup = z.string().refine(isBackupName)
/** Nothing of it is kept, told or written down. */
export const passphrase = z.string().min(1).max(1000)

/** Where a person's own manifests are. */
export const appPath = z.string().max(4096).startsWith('/')

/** One set, never all: another face may be changing another one. */
const setName = z.string().max(63)
export const setChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('put'),
    name: setName,
    services: z.array(id).max(MOST_IN_SET).readonly(),
    was: setName.nullable(),
    seen: z.array(id).max(MOST_IN_SET).readonly(),
  }),
  z.strictObject({ kind: z.literal('remove'), name: setName }),
  z.strictObject({ kind: z.literal('member'), name: setName, service: id, on: z.boolean() }),
])

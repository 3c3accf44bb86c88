import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { BackupsAdapter, PrivateFile } from '../../engine/adapters.ts'
import type { SettingsPatch } from '../../model/service.ts'
import { troubleOf } from '../../model/errors.ts'
import { makeFolder, readIfThere, writeWhole } from '../files.ts'
import { passingTar } from '../passing-tar.ts'
import { saveSettings, settingsFile } from '../keep/settings.ts'
import type { Paths } from '../paths.ts'
import { entryJudge } from './entries.ts'
import { FILES_ROOT, OWN_FOLDERS } from './files-part.ts'

/** A file of a person's, below the folder of settings. */
function ownPath(path: string): boolean {
  const [first, ...rest] = path.split('/')
  return (
    rest.length > 0 &&
    OWN_FOLDERS.some((one) => one === first) &&
    rest.every((one) => one !== '' && one !== '.' && one !== '..')
  )
}

/** Files of the tar by path; entries were judged before, and are once more. */
async function filesOf(tar: AsyncIterable<Uint8Array>): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const judge = entryJudge({ root: FILES_ROOT, links: false })
  const reading = passingTar((header, content, next, refuse) => {
    const parts: Buffer[] = []
    const refused = judge(header)
    if (refused !== undefined) return refuse(new Error(refused))
    content.on('data', (chunk: Buffer) => void parts.push(chunk))
    content.on('end', () => {
      if (header.type !== 'directory')
        files.set(header.name.slice(FILES_ROOT.length + 1), Buffer.concat(parts))
      next()
    })
  })
  for await (const chunk of tar) await reading.push(Buffer.from(chunk))
  await reading.end()
  return files
}

/** Settings that are a person's wishes; all others belong to a machine or an instance (suffix, subnet, addresses, ports, paths). */
const wishes = z.looseObject({
  nativePorts: z.boolean().optional(),
  zones: z.array(z.string()).optional(),
  sets: z.record(z.string(), z.array(z.string())).optional(),
  updates: z.record(z.string(), z.looseObject({})).optional(),
})

/** Takes those of them that are valid here; says what is not. */
async function takeSettings(paths: Paths, text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined
  try {
    const { nativePorts, zones, sets, updates } = wishes.parse(JSON.parse(text))
    await saveSettings(paths, { nativePorts, zones, sets, updates } as SettingsPatch)
    return undefined
  } catch (error) {
    return `Its settings were not taken: ${troubleOf(error).what}`
  }
}

/** Which of what was put in place was not there before, as JSON. */
const ADDED = '.added.json'
/** What a later run found in the place of what was moved already. */
const AGAIN = '.again'

/** Where what is replaced goes to, and where what comes is written first. */
function placesOf({ config }: Paths, at: number): { readonly aside: string; readonly beside: string } {
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  return { aside: join(config, `before-snapshot-${stamp}`), beside: join(config, `.restoring-${stamp}`) }
}

async function addedIn(aside: string): Promise<readonly string[]> {
  const text = await readIfThere(join(aside, ADDED))
  return text === undefined ? [] : z.array(z.string()).parse(JSON.parse(text))
}

async function moveTo(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await rename(from, to)
}

/** Brings back what such a restore moved aside; what is in its place now is moved in turn. Twice does no harm. */
export function backOwn(paths: Paths): BackupsAdapter['backOwn'] {
  return async (at) => {
    const { aside, beside } = placesOf(paths, at)
    await rm(beside, { recursive: true, force: true })
    if (!existsSync(aside)) return
    const replaced = join(aside, AGAIN, String(Date.now()))
    for (const top of (await addedIn(aside)).filter(ownPath))
      if (existsSync(join(paths.config, top))) await moveTo(join(paths.config, top), join(replaced, top))
    for (const folder of OWN_FOLDERS)
      for (const name of await readdir(join(aside, folder)).catch(() => [])) {
        const top = `${folder}/${name}`
        if (existsSync(join(paths.config, top))) await moveTo(join(paths.config, top), join(replaced, top))
        await moveTo(join(aside, top), join(paths.config, top))
      }
    const settings = await readIfThere(join(aside, 'settings.json'))
    if (settings !== undefined) await writeWhole(settingsFile(paths), settings, 0o600)
  }
}

/** What lies in the way of a restore is moved, folder by folder; what is put in place comes whole from beside. */
export function putOwn(paths: Paths): BackupsAdapter['putOwn'] {
  return async (tar, secret: readonly PrivateFile[], at) => {
    const files = new Map(
      [...(await filesOf(tar))].filter(([path]) => path === 'settings.json' || ownPath(path)),
    )
    for (const { path, content } of secret) if (ownPath(path)) files.set(path, Buffer.from(content, 'base64'))
    const { aside, beside } = placesOf(paths, at)
    const settings = files.get('settings.json')?.toString('utf8')
    files.delete('settings.json')
    const tops = [...new Set([...files.keys()].map((path) => path.split('/').slice(0, 2).join('/')))]
    let movedTo: string | undefined
    try {
      for (const [path, content] of files) await writeWhole(join(beside, path), content, 0o600)
      const before = await readIfThere(settingsFile(paths)).catch(() => undefined)
      // What a run that broke off moved already is what was there; what is in its place now is of the snapshot.
      const isAgain = existsSync(join(aside, ADDED))
      const added = isAgain
        ? await addedIn(aside)
        : tops.filter((top) => !existsSync(join(paths.config, top)))
      const isNews = before !== undefined && settings !== undefined
      if (!isAgain && (isNews || added.length < tops.length)) {
        if (isNews) await writeWhole(join(aside, 'settings.json'), before, 0o600)
        await writeWhole(join(aside, ADDED), JSON.stringify(added), 0o600)
      }
      if (existsSync(aside)) movedTo = aside
      for (const top of tops) {
        const target = join(paths.config, top)
        const isOld = !added.includes(top) && !existsSync(join(aside, top))
        if (existsSync(target))
          await moveTo(target, isOld ? join(aside, top) : join(aside, AGAIN, String(Date.now()), top))
        await makeFolder(dirname(target))
        await rename(join(beside, top), target)
      }
    } finally {
      await rm(beside, { recursive: true, force: true })
    }
    const refused = await takeSettings(paths, settings)
    return { movedTo, notes: refused === undefined ? [] : [refused] }
  }
}

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { GrafanaWish, ServiceMade } from '../../../engine/adapters.ts'
import { readIfThere } from '../../files.ts'

/** Where Grafana's image reads what is provisioned. */
const AT = '/etc/grafana/provisioning'

const schema = z.object({
  datasources: z.array(z.object({ name: z.string(), uid: z.string().optional() })).nullish(),
})

/** Data sources that the files of our Grafana provision; a file that cannot be read provisions none. */
export async function provisionedSources({ mounts }: ServiceMade): Promise<GrafanaWish['sources']> {
  const found: { name: string; uid: string }[] = []
  for (const { type, source, at } of mounts) {
    if (type !== 'bind' || at !== AT) continue
    const folder = join(source, 'datasources')
    for (const file of await readdir(folder).catch(() => [])) {
      if (!/\.ya?ml$/.test(file)) continue
      const text = await readIfThere(join(folder, file)).catch(() => undefined)
      const said = schema.safeParse(text === undefined ? undefined : tryParse(text)).data
      for (const { name, uid = '' } of said?.datasources ?? []) found.push({ name, uid })
    }
  }
  return found
}

function tryParse(text: string): unknown {
  try {
    return parse(text) as unknown
  } catch {
    return undefined
  }
}

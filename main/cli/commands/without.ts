import { urlOf } from '../../model/access.ts'
import type { Session } from '../face.ts'
import { labelled } from '../layout.ts'
import type { Style } from '../style.ts'
import { NOTHING_CHANGED } from '../words.ts'

/** "Nothing was changed. Everything still works by address and port: …" with the addresses themselves. */
export function addressesLines(style: Style, { engine, clean }: Session): readonly string[] {
  const rows = engine.catalog().services.flatMap((service) => {
    const endpoint = service.endpoints.find((one) => one.listen !== undefined && one.listen >= 1024)
    if (service.runtime.kind === 'cluster' || service.address === null || !endpoint?.listen) return []
    return [[clean.text(service.title), urlOf(endpoint, service.address, endpoint.listen)] as const]
  })
  return [NOTHING_CHANGED, ...(rows.length === 0 ? [] : labelled(style, rows, '  '))]
}

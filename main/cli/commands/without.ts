import { urlOf } from '../../model/access.ts'
import { nativePort } from '../../model/native-port.ts'
import type { Session } from '../face.ts'
import { labelled } from '../layout.ts'
import type { Style } from '../style.ts'
import { STILL_WORKS } from '../words.ts'

/** "Nothing was changed. Everything still works by address and port: …" with the addresses themselves. */
export function addressesLines(style: Style, { engine, clean }: Session): readonly string[] {
  const rows = engine.catalog().services.flatMap((service) => {
    const { address, runtime } = service
    const endpoint = service.endpoints.find((one) => (nativePort(one) ?? 0) >= 1024)
    const port = endpoint && nativePort(endpoint)
    if (runtime.kind === 'cluster' || address === null || !endpoint || port === undefined) return []
    return [[clean.text(service.title), urlOf(endpoint, address, port)] as const]
  })
  return rows.length === 0 ? [`${STILL_WORKS}.`] : [`${STILL_WORKS}:`, ...labelled(style, rows, '  ')]
}

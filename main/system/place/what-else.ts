import { basename } from 'node:path'
import { inert } from '../../model/atoms.ts'
import { sayList } from '../../model/say.ts'

/** What a folder without manifests holds instead, and what to do with it. */

const composeNames = /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/
/** Compose's own key at the beginning of a line, in a file of any name. */
const composeKey = /^services:/m

/** Whether a file is Docker Compose's, by its name or by what it holds. */
export const isCompose = (file: string, text: string): boolean =>
  composeNames.test(basename(file)) || (composeKey.test(text) && !/^kind:/m.test(text))

/** Of a folder with a Chart.yaml. */
export const SAY_CHART =
  'it is a Helm chart (Chart.yaml), which kubectl does not read. “helm template . > all.yaml” writes manifests of it, and maculactl app add takes those'

/** `leftOut`: files that were read and hold no object. A sentence without its full stop; undefined: nothing that is known here. */
export function whatElse(leftOut: ReadonlyMap<string, string>): string | undefined {
  const compose = [...leftOut]
    .filter(([file, text]) => isCompose(file, text))
    .map(([file]) => inert(basename(file)))
  if (compose.length === 0) {
    if (leftOut.size === 0) return undefined
    const all = [...leftOut.keys()].map((file) => inert(basename(file)))
    return `${sayList(all)} ${all.length === 1 ? 'names' : 'name'} neither apiVersion nor kind`
  }
  const is = compose.length === 1 ? 'is a Compose file' : 'are Compose files'
  return `${sayList(compose)} ${is}, for containers without a cluster: a service of it becomes one of the stack as ~/.config/macula-desktop/services/NAME/compose.yaml (docs/services.md); “kompose convert” writes manifests of all of it, and maculactl app add takes those`
}

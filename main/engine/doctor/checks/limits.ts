import { tooFewFiles } from '../../../model/open-files.ts'
import { fine, type Check } from '../check.ts'

export const limits: Check = {
  id: 'limits',
  group: 'machine',
  title: 'Open files',
  async run({ adapters }) {
    const files = await adapters.host.openFiles()
    if (files === undefined) return []
    const { what, why = '', todo = '' } = tooFewFiles(files) ?? { what: '' }
    if (what === '') return [fine(`This process may open ${files.most} files.`)]
    return [{ result: 'warning', what, short: `only ${files.most} open files`, why, todo }]
  },
}

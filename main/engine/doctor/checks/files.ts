import { sayCount, sayList, sayPlace, sentence } from '../../../model/say.ts'
import { FINISH } from '../../run/secrets/change.ts'
import { fine, type Check, type Finding } from '../check.ts'

export const files: Check = {
  id: 'files',
  group: 'files',
  title: 'Our own files',
  async run({ adapters, notes, catalog }) {
    const findings: Finding[] = notes.map((note) => ({ result: 'warning', what: note, why: '', todo: '' }))
    try {
      const secrets = await adapters.secrets.read()
      const names = [...new Set(catalog.services.flatMap((service) => service.secrets))]
      // Without Docker nothing can be compared, which its own check tells.
      const held = await adapters.secrets.held(catalog.services).catch(() => () => undefined)
      const troubles = new Map(
        names.flatMap((name) => {
          const trouble = held(name)
          return trouble ? [[trouble.what, trouble] as const] : []
        }),
      )
      for (const { what, why = '', todo = '' } of troubles.values())
        findings.push({ result: 'failed', what, why, todo })
      const change = await adapters.secrets.changing()
      if (change)
        findings.push({
          result: 'failed',
          what: `A change of ${sayList([...change.to.keys()])} was interrupted.`,
          why: 'Programs may have the old or the new value; what was to be changed is written down.',
          todo: `Continue it: ${FINISH}. Every maculactl up does so too.`,
        })
      if (troubles.size === 0 && !change)
        findings.push(
          fine(
            secrets.size === 0
              ? 'No passwords were generated yet; the first start does it.'
              : `${sayCount(secrets.size, 'password')} kept.`,
          ),
        )
    } catch (error) {
      findings.push({
        result: 'failed',
        what: error instanceof Error ? error.message : String(error),
        why: '',
        todo: '',
      })
    }
    for (const problem of catalog.problems)
      findings.push({
        result: 'failed',
        what: `${problem.service} is left out of the catalog.`,
        why: sentence(`${sayPlace(problem)}: ${problem.reason}`),
        todo: 'Correct the file; the other services are not affected.',
      })
    return findings
  },
}

import { fine, type Check } from '../check.ts'

export const docker: Check = {
  id: 'docker',
  group: 'docker',
  title: 'Docker engine',
  async run({ snapshot }) {
    const { docker: seen } = snapshot
    if (seen.kind === 'up')
      return [
        fine(
          `Docker ${seen.version} answers${seen.native ? '' : '; its containers are reached by published ports'}.`,
        ),
      ]
    const cause = snapshot.causes.find((one) => one.id === 'docker')
    return [
      {
        result: 'failed',
        what: cause?.headline.what ?? 'Docker does not answer.',
        why: cause?.headline.why ?? '',
        todo: cause?.headline.todo ?? '',
      },
    ]
  },
}

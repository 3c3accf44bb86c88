import { sayOther, sayPerson } from '../../../model/owner.ts'
import { fine, type Check } from '../check.ts'

export const owner: Check = {
  id: 'owner',
  group: 'docker',
  title: 'Owner',
  async run({ settings, snapshot }) {
    const { docker } = snapshot
    if (docker.kind !== 'up')
      return await Promise.resolve([
        { result: 'unknown', what: 'Not checked while Docker is down.', why: '', todo: '' },
      ])
    if (!docker.other) return [fine(`The project ${settings.project} is yours.`, 'yours')]
    return [
      {
        result: 'failed',
        ...sayOther(docker.other),
        short: `it is that of ${sayPerson(docker.other)}`,
      },
    ]
  },
}
